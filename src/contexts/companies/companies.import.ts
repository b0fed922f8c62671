import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { addressAliases, companyAliases, notesAliases, tagsAliases } from '../../platform/records/import-columns';
import type { FoundRecord, Importable } from '../../platform/records/importable';
import type { ImportColumns } from '../../platform/records/importable-field';
import { Importables } from '../../platform/records/importables';
import type { UpdateCompanyInput } from './companies.dto';
import { CompaniesRepository } from './companies.repository';
import { companyRecord } from './company.record';

export const companyColumns: ImportColumns = {
  fields: companyRecord.importableFields(),
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
export class CompaniesImport implements Importable {
  readonly record = companyRecord;
  readonly fields = companyColumns.fields;
  readonly aliases = companyColumns.aliases;

  constructor(
    private readonly repository: CompaniesRepository,
    importables: Importables,
  ) {
    importables.register(this);
  }

  keysOf({ name, domain }: UpdateCompanyInput) {
    return { name, domain };
  }

  findByKeys(accountId: AccountId, names: readonly string[], domains: readonly string[]): Promise<FoundRecord[]> {
    return this.repository.findByForms(accountId, names, domains);
  }
}
