import { Injectable } from '@nestjs/common';
import type { Importable, RecordUse } from '../../platform/records/importable';
import type { ImportColumns } from '../../platform/records/importable-field';
import { Importables } from '../../platform/records/importables';
import { splitName } from '../../platform/tables/cell-values';
import { contactColumnNames } from './contact-column-names';
import { contactRecord } from './contact.record';
import { contactMatchers } from './contact-matchers';
import { ContactsRepository } from './contacts.repository';

export const contactColumns: ImportColumns = {
  fields: contactRecord.importableFields({
    last_name: {
      name: 'full_name',
      label: 'Full name (is split into first and last name)',
      title: 'Full name',
      read: (cell) => ({ values: { ...splitName(cell) } }),
      splitsInto: ['first_name', 'last_name'],
    },
  }),
  columnNames: contactColumnNames,
};

/** Offers contacts to imports. */
@Injectable()
export class ContactsImport implements Importable {
  readonly record = contactRecord;
  readonly fields = contactColumns.fields;
  readonly columnNames = contactColumns.columnNames;

  readonly matchers;

  readonly uses: readonly RecordUse[] = [
    {
      entity: 'source',
      fault: 'is the source of contacts by now, and stays',
      findUsed: (accountId, ids) => this.repository.findUsedSources(accountId, ids),
    },
  ];

  constructor(
    private readonly repository: ContactsRepository,
    importables: Importables,
  ) {
    this.matchers = contactMatchers(repository);
    importables.register(this);
  }
}
