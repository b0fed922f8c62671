import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomFieldsModule } from '../custom-fields/custom-fields.module';
import { ContactsBulkService } from './contacts-bulk.service';
import { ContactsController } from './contacts.controller';
import { ContactsRepository } from './contacts.repository';
import { ContactsService } from './contacts.service';
import { Contact } from './contact.entity';

@Module({
  imports: [TypeOrmModule.forFeature([Contact]), CustomFieldsModule],
  controllers: [ContactsController],
  providers: [ContactsService, ContactsBulkService, ContactsRepository],
  exports: [ContactsService, ContactsBulkService],
})
export class ContactsModule {}
