import { viewOf } from '../../platform/records/record-classes';
import { Company } from './company.entity';

export class CompanyView extends viewOf('company', Company, []) {}
