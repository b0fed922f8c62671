import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { sourceAliases } from '../../platform/records/import-columns';
import type { FoundRecord, Importable } from '../../platform/records/importable';
import type { ImportColumns } from '../../platform/records/importable-field';
import { Importables } from '../../platform/records/importables';
import { sourceRecord } from './source.record';
import type { UpdateSourceInput } from './sources.dto';
import { SourcesRepository } from './sources.repository';

export const sourceColumns: ImportColumns = {
  fields: sourceRecord.importableFields(),
  aliases: { name: [...sourceAliases, 'Bezeichnung, title, label'] },
};

/** Offers sources to imports. */
@Injectable()
export class SourcesImport implements Importable {
  readonly record = sourceRecord;
  readonly fields = sourceColumns.fields;
  readonly aliases = sourceColumns.aliases;

  constructor(
    private readonly repository: SourcesRepository,
    importables: Importables,
  ) {
    importables.register(this);
  }

  keysOf({ name }: UpdateSourceInput) {
    return { name };
  }

  async findByKeys(accountId: AccountId, names: readonly string[]): Promise<FoundRecord[]> {
    const found = await this.repository.findByForms(accountId, names);
    return found.map(({ id, name, is_archived }) => ({
      id,
      name,
      domain: '',
      fault: is_archived ? 'is the name of an archived source' : undefined,
    }));
  }
}
