import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ImportablesModule } from '../../platform/records/importables.module';
import { ImportChangesRepository } from './import-changes.repository';
import { ImportError } from './import-error.entity';
import { ImportErrorsRepository } from './import-errors.repository';
import { ImportFilesRepository } from './import-files.repository';
import { ImportFilesService } from './import-files.service';
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
import { UploadUrls } from './upload-url';

@Module({
  imports: [TypeOrmModule.forFeature([Import, ImportError]), ImportablesModule],
  controllers: [ImportsController],
  providers: [
    ImportsService,
    ImportsRepository,
    ImportFilesService,
    ImportFilesRepository,
    ImportErrorsRepository,
    ImportChangesRepository,
    ImportWorker,
    ImportUndo,
    BatchLookup,
    ImportFields,
    DryRunKeysRepository,
    UploadUrls,
    ImportsRetentionJob,
  ],
})
export class ImportsModule {}
