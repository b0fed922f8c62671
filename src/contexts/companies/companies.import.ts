import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import {
  addressAliases,
  addressFields,
  companyAliases,
  notesAliases,
  notesField,
  readInto,
  tagsAliases,
  tagsField,
} from '../../platform/records/import-columns';
import type { FoundRecord, Importable, ImportableCustomFields, ImportColumns } from '../../platform/records/importable';
import { Importables } from '../../platform/records/importables';
import { readCentsOfAmount, readInteger } from '../../platform/tables/cell-values';
import { CustomFieldsService } from '../custom-fields/custom-fields.service';
import { CompaniesBulkService, type CompanyRow } from './companies-bulk.service';

export const companyColumns: ImportColumns = {
  fields: [
    { name: 'name', label: 'Name' },
    { name: 'domain', label: 'Domain' },
    { name: 'industry', label: 'Industry' },
    { name: 'website', label: 'Website' },
    { name: 'linkedin_url', label: 'LinkedIn page' },
    { name: 'phone', label: 'Phone' },
    ...addressFields,
    notesField,
    { name: 'employee_count', label: 'Number of employees', read: readInto('employee_count', readInteger) },
    {
      name: 'annual_revenue',
      label: 'Annual revenue in cents',
      read: readInto('annual_revenue', readInteger),
      isByExactName: true,
    },
    {
      name: 'annual_revenue_amount',
      label: 'Annual revenue in whole currency units, such as 1250000.50',
      read: readInto('annual_revenue', readCentsOfAmount),
      givesWayTo: ['annual_revenue'],
    },
    tagsField,
  ],
  aliases: {
    name: companyAliases,
    domain: ['company domain name, company domain, domain name, organization domain'],
    website: [
      'website url, website 1 value, company website, web site, web page, web page 1, homepage',
      'business website, organization website, url, web, Webseite, Internetseite, Site web',
    ],
    industry: ['company industry, sector, organization industry, Branche, Industrie, Secteur, Sector'],
    linkedin_url: [
      'linkedin, linkedin company page, company linkedin url, linkedin page, linkedin profile',
      'organization linkedin profile, LinkedIn-Profil',
    ],
    phone: [
      'phone number, phone 1 value, main phone, company phone, company main phone, business phone',
      'work phone, telephone, primary phone, mobile phone, Telefon, Telefonnummer, Tel',
      'Rufnummer, Téléphone, Teléfono, Telefono',
    ],
    ...addressAliases,
    ...notesAliases,
    employee_count: [
      'employees, number of employees, no of employees, headcount, company size, Mitarbeiter',
      'Mitarbeiterzahl, Anzahl Mitarbeiter, Beschäftigte, Effectif, Empleados',
    ],
    annual_revenue_amount: [
      'annual revenue, revenue, yearly revenue, turnover, annual turnover',
      "Umsatz, Jahresumsatz, Chiffre d'affaires",
    ],
    annual_revenue: [
      'annual revenue cents, annual revenue in cents, revenue cents, revenue in cents',
      'Umsatz in Cent, Jahresumsatz in Cent',
    ],
    ...tagsAliases,
  },
};

/** Offers companies to imports. */
@Injectable()
export class CompaniesImport implements Importable<CompanyRow> {
  readonly entity = 'company';
  readonly fields = companyColumns.fields;
  readonly aliases = companyColumns.aliases;

  readonly customFields: ImportableCustomFields = {
    definitions: (accountId) => this.definitions.definitionsOf(accountId, 'company'),
    judge: (accountId, ids) => this.definitions.judgeOfMany(accountId, 'company', ids),
  };

  constructor(
    readonly records: CompaniesBulkService,
    private readonly definitions: CustomFieldsService,
    importables: Importables,
  ) {
    importables.offer(this);
  }

  keysOf({ name, domain }: Partial<CompanyRow>) {
    return { name, domain };
  }

  findByKeys(accountId: AccountId, names: readonly string[], domains: readonly string[]): Promise<FoundRecord[]> {
    return this.records.findByForms(accountId, names, domains);
  }
}
