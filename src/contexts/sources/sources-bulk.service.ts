import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { ChangedRecord, NewRecord, ReadInput, RecordChange, Restoration } from '../../kernel/bulk';
import type { Author } from '../../kernel/caller';
import { RecordChanges } from '../../platform/records/record-changes';
import { RecordStore } from '../../platform/records/record-store';
import { sourceRecord } from './source.record';
import type { CreateSourceInput } from './sources.dto';
import { type SourceForm, SourcesRepository } from './sources.repository';

export type { SourceForm };
export type SourceRow = CreateSourceInput;

@Injectable()
export class SourcesBulkService {
  constructor(
    private readonly repository: SourcesRepository,
    private readonly store: RecordStore,
    private readonly changes: RecordChanges,
  ) {}

  read(sent: object): ReadInput<SourceRow> {
    return sourceRecord.read(sent) as ReadInput<SourceRow>;
  }

  async findByForms(accountId: AccountId, forms: readonly string[]): Promise<SourceForm[]> {
    return forms.length === 0 ? [] : this.repository.findByForms(accountId, forms);
  }

  async create(author: Author, records: readonly NewRecord<SourceRow>[]): Promise<void> {
    await this.changes.createMany(sourceRecord, author, records);
  }

  async change(author: Author, changes: readonly RecordChange<SourceRow>[]): Promise<ChangedRecord[] | null> {
    return this.changes.updateMany(sourceRecord, author, changes);
  }

  async lock(accountId: AccountId, ids: readonly string[]): Promise<Map<string, Date>> {
    const rows = await this.store.lock(sourceRecord, accountId, ids);
    return new Map(rows.map(({ id, updated_at }) => [id, updated_at]));
  }

  async restore(author: Author, restorations: readonly Restoration[]): Promise<ChangedRecord[]> {
    return this.changes.restoreMany(sourceRecord, author, restorations);
  }

  async delete(author: Author, ids: readonly string[]): Promise<void> {
    await this.changes.deleteMany(sourceRecord, author, ids);
  }
}
