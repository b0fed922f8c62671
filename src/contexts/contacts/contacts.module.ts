import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboxModule } from '../../platform/outbox/outbox.module';
import { ImportablesModule } from '../../platform/records/importables.module';
import { CustomFieldsModule } from '../custom-fields/custom-fields.module';
import { ContactsBulkService } from './contacts-bulk.service';
import { ContactsController } from './contacts.controller';
import { ContactsImport } from './contacts.import';
import { ContactsRepository } from './contacts.repository';
import { ContactsService } from './contacts.service';
import { Contact } from './contact.entity';

@Module({
  imports: [TypeOrmModule.forFeature([Contact]), CustomFieldsModule, OutboxModule, ImportablesModule],
  controllers: [ContactsController],
  providers: [ContactsService, ContactsBulkService, ContactsImport, ContactsRepository],
  exports: [ContactsService],
})
export class ContactsModule {}
