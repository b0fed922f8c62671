import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ImportablesModule } from '../../platform/records/importables.module';
import { CustomFieldsModule } from '../custom-fields/custom-fields.module';
import { ContactsController } from './contacts.controller';
import { ContactsImport } from './contacts.import';
import { ContactsRepository } from './contacts.repository';
import { ContactsService } from './contacts.service';
import { Contact } from './contact.entity';

@Module({
  imports: [TypeOrmModule.forFeature([Contact]), CustomFieldsModule, ImportablesModule],
  controllers: [ContactsController],
  providers: [ContactsService, ContactsImport, ContactsRepository],
  exports: [ContactsService],
})
export class ContactsModule {}
