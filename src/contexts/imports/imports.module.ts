import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboxModule } from '../../platform/outbox/outbox.module';
import { CompaniesModule } from '../companies/companies.module';
import { ContactsModule } from '../contacts/contacts.module';
import { CustomFieldsModule } from '../custom-fields/custom-fields.module';
import { SourcesModule } from '../sources/sources.module';
import { ImportChangesRepository } from './import-changes.repository';
import { ImportError } from './import-error.entity';
import { ImportErrorsRepository } from './import-errors.repository';
import { ImportFilesRepository } from './import-files.repository';
import { ImportFilesService } from './import-files.service';
import { ImportUndo } from './import-undo';
import { Import } from './import.entity';
import { Importer } from './importer';
import { ImportsCleanUp } from './imports-clean-up';
import { ImportsController } from './imports.controller';
import { ImportsRepository } from './imports.repository';
import { ImportsService } from './imports.service';
import { RecordKinds } from './rows/record-kinds';
import { UploadUrls } from './upload-url';

@Module({
  imports: [
    TypeOrmModule.forFeature([Import, ImportError]),
    CompaniesModule,
    ContactsModule,
    CustomFieldsModule,
    OutboxModule,
    SourcesModule,
  ],
  controllers: [ImportsController],
  providers: [
    ImportsService,
    ImportsRepository,
    ImportFilesService,
    ImportFilesRepository,
    ImportErrorsRepository,
    ImportChangesRepository,
    Importer,
    ImportUndo,
    RecordKinds,
    UploadUrls,
    ImportsCleanUp,
  ],
})
export class ImportsModule {}
