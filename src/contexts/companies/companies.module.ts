import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomFieldsModule } from '../custom-fields/custom-fields.module';
import { CompaniesBulkService } from './companies-bulk.service';
import { CompaniesController } from './companies.controller';
import { CompaniesRepository } from './companies.repository';
import { CompaniesService } from './companies.service';
import { Company } from './company.entity';

@Module({
  imports: [TypeOrmModule.forFeature([Company]), CustomFieldsModule],
  controllers: [CompaniesController],
  providers: [CompaniesService, CompaniesBulkService, CompaniesRepository],
  exports: [CompaniesService, CompaniesBulkService],
})
export class CompaniesModule {}
