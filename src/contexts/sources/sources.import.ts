import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { sourceAliases } from '../../platform/records/import-columns';
import type { FoundRecord, Importable, ImportColumns } from '../../platform/records/importable';
import { Importables } from '../../platform/records/importables';
import { type SourceRow, SourcesBulkService } from './sources-bulk.service';

export const sourceColumns: ImportColumns = {
  fields: [{ name: 'name', label: 'Name' }],
  aliases: { name: [...sourceAliases, 'Bezeichnung, title, label'] },
};

/** Offers sources to imports. */
@Injectable()
export class SourcesImport implements Importable<SourceRow> {
  readonly entity = 'source';
  readonly fields = sourceColumns.fields;
  readonly aliases = sourceColumns.aliases;

  constructor(
    readonly records: SourcesBulkService,
    importables: Importables,
  ) {
    importables.offer(this);
  }

  keysOf({ name }: Partial<SourceRow>) {
    return { name };
  }

  async findByKeys(accountId: AccountId, names: readonly string[]): Promise<FoundRecord[]> {
    const found = await this.records.findByForms(accountId, names);
    return found.map(({ id, name, is_archived }) => ({
      id,
      name,
      domain: '',
      fault: is_archived ? 'is the name of an archived source' : undefined,
    }));
  }
}
