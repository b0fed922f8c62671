import { RecordDefinition } from '../../platform/records/record-definition';
import { CreateCompanyInput, UpdateCompanyInput } from './companies.dto';
import { companiesErrors } from './companies.errors';
import { Company } from './company.entity';
import { companyMatchWays } from './company-match-ways';
import { CompanyView } from './company.view';

export const companyRecord = new RecordDefinition({
  kind: 'company',
  entity: Company,
  view: CompanyView,
  create: CreateCompanyInput,
  update: UpdateCompanyInput,
  matchBy: companyMatchWays,
  errors: companiesErrors,
  isReferredTo: true,
});
