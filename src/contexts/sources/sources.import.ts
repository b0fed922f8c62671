import { Injectable } from '@nestjs/common';
import type { Importable } from '../../platform/records/importable';
import type { ImportColumns } from '../../platform/records/importable-field';
import { Importables } from '../../platform/records/importables';
import type { MatchedRow, Matcher } from '../../platform/records/matcher';
import { sourceColumnNames } from './source-column-names';
import { sourceRecord } from './source.record';
import type { UpdateSourceInput } from './sources.dto';
import { SourcesRepository } from './sources.repository';

export const sourceColumns: ImportColumns = {
  fields: sourceRecord.importableFields(),
  columnNames: sourceColumnNames,
};

/** Offers sources to imports. */
@Injectable()
export class SourcesImport implements Importable {
  readonly record = sourceRecord;
  readonly fields = sourceColumns.fields;
  readonly columnNames = sourceColumns.columnNames;

  readonly matchers: readonly [Matcher] = [
    {
      name: 'name',
      fields: ['name'],
      keysOf: ({ input: { name = '' } }: MatchedRow<UpdateSourceInput>) => ({
        title: name,
        secondary: [{ form: 'name', text: name }],
      }),
      find: async (accountId, { secondary }) => {
        const found = await this.repository.findByForms(accountId, secondary);
        return found.map(({ id, form, name, is_archived }) => ({
          ...{ id, primary: '', secondary: form, title: name },
          fault: is_archived ? 'is the name of an archived source' : undefined,
        }));
      },
    },
  ];

  constructor(
    private readonly repository: SourcesRepository,
    importables: Importables,
  ) {
    importables.register(this);
  }
}
