import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboxModule } from '../../platform/outbox/outbox.module';
import { ImportablesModule } from '../../platform/records/importables.module';
import { CustomFieldsModule } from '../custom-fields/custom-fields.module';
import { CompaniesBulkService } from './companies-bulk.service';
import { CompaniesController } from './companies.controller';
import { CompaniesImport } from './companies.import';
import { CompaniesRepository } from './companies.repository';
import { CompaniesService } from './companies.service';
import { Company } from './company.entity';

@Module({
  imports: [TypeOrmModule.forFeature([Company]), CustomFieldsModule, OutboxModule, ImportablesModule],
  controllers: [CompaniesController],
  providers: [CompaniesService, CompaniesBulkService, CompaniesImport, CompaniesRepository],
  exports: [CompaniesService],
})
export class CompaniesModule {}
