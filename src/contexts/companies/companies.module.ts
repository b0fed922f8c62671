import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ImportablesModule } from '../../platform/records/importables.module';
import { CustomFieldsModule } from '../custom-fields/custom-fields.module';
import { CompaniesController } from './companies.controller';
import { CompaniesImport } from './companies.import';
import { CompaniesRepository } from './companies.repository';
import { CompaniesService } from './companies.service';
import { Company } from './company.entity';

@Module({
  imports: [TypeOrmModule.forFeature([Company]), CustomFieldsModule, ImportablesModule],
  controllers: [CompaniesController],
  providers: [CompaniesService, CompaniesImport, CompaniesRepository],
  exports: [CompaniesService],
})
export class CompaniesModule {}
