import { Injectable } from '@nestjs/common';
import type { Importable } from '../../platform/records/importable';
import type { ImportColumns } from '../../platform/records/importable-field';
import { Importables } from '../../platform/records/importables';
import { companyMatchers } from './company-matchers';
import { CompaniesRepository } from './companies.repository';
import { companyColumnNames } from './company-column-names';
import { companyRecord } from './company.record';

export const companyColumns: ImportColumns = {
  fields: companyRecord.importableFields(),
  columnNames: companyColumnNames,
};

/** Offers companies to imports. */
@Injectable()
export class CompaniesImport implements Importable {
  readonly record = companyRecord;
  readonly fields = companyColumns.fields;
  readonly columnNames = companyColumns.columnNames;
  readonly matchers;

  constructor(repository: CompaniesRepository, importables: Importables) {
    this.matchers = companyMatchers(repository);
    importables.register(this);
  }
}
