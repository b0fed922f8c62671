import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ImportablesModule } from '../../platform/records/importables.module';
import { BatchWriter } from './batch-writer';
import { ImportChangesRepository } from './import-changes.repository';
import { ImportConfirmation } from './import-confirmation';
import { ImportError } from './import-error.entity';
import { ImportErrorsRepository } from './import-errors.repository';
import { ImportFilesRepository } from './import-files.repository';
import { ImportFilesService } from './import-files.service';
import { ImportInspection } from './import-inspection';
import { ImportResultsService } from './import-results.service';
import { ImportRowsRepository } from './import-rows.repository';
import { ImportUndo } from './import-undo';
import { Import } from './import.entity';
import { ImportWorker } from './import-worker';
import { ImportsRetentionJob } from './imports-retention-job';
import { ImportsController } from './imports.controller';
import { ImportsRepository } from './imports.repository';
import { ImportsService } from './imports.service';
import { BatchLookup } from './rows/batch-lookup';
import { ImportFields } from './rows/import-fields';
import { DryRunKeysRepository } from './rows/dry-run-keys.repository';
import { Matchers } from './rows/matching';
import { UndoValues } from './undo-values';
import { UploadUrls } from './upload-url';

@Module({
  imports: [TypeOrmModule.forFeature([Import, ImportError]), ImportablesModule],
  controllers: [ImportsController],
  providers: [
    ImportsService,
    ImportsRepository,
    ImportFilesService,
    ImportFilesRepository,
    ImportInspection,
    ImportConfirmation,
    ImportResultsService,
    ImportErrorsRepository,
    ImportRowsRepository,
    ImportChangesRepository,
    BatchWriter,
    ImportWorker,
    UndoValues,
    ImportUndo,
    BatchLookup,
    Matchers,
    ImportFields,
    DryRunKeysRepository,
    UploadUrls,
    ImportsRetentionJob,
  ],
})
export class ImportsModule {}
