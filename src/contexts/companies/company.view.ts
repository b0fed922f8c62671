import { bulkViewOf, upsertViewOf } from '../../platform/records/bulk/bulk.view';
import { viewOf } from '../../platform/records/record-classes';
import { Company } from './company.entity';

export class CompanyView extends viewOf('company', Company, []) {}

export class UpsertedCompanyView extends upsertViewOf(CompanyView) {}

export class BulkCompaniesView extends bulkViewOf(CompanyView) {}
