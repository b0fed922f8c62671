import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { type Author, authorOf } from '../../kernel/caller';
import {
  type ChangedRecord,
  differencesOf,
  type NewRecord,
  type ReadInput,
  type RecordChange,
  type Restoration,
} from '../../kernel/bulk';
import { Clock } from '../../kernel/clock';
import { readRow } from '../../platform/fields/read-row';
import type { Source } from './source.entity';
import { CreateSourceInput, UpdateSourceInput } from './sources.dto';
import { type SourceForm, SourcesRepository } from './sources.repository';

export type SourceRow = CreateSourceInput;
export type { SourceForm };

/** Very many sources at once, by the rules that one has. All of it runs in the caller's transaction. */
@Injectable()
export class SourcesBulkService {
  constructor(
    private readonly repository: SourcesRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInputError */
  read(sent: object): ReadInput<SourceRow> {
    return readRow(CreateSourceInput, UpdateSourceInput, sent);
  }

  /** @returns for each form of a name, where there is one, a source with it: one that is not archived first, then the oldest. */
  async findByForms(accountId: AccountId, forms: readonly string[]): Promise<SourceForm[]> {
    return forms.length === 0 ? [] : this.repository.findByForms(accountId, forms);
  }

  async create(author: Author, records: readonly NewRecord<SourceRow>[]): Promise<void> {
    const now = this.clock.now();
    await this.repository.insertMany(
      records.map(({ id, input: { name } }): Source => ({
        id,
        account_id: author.account_id,
        created_by: authorOf(author),
        name,
        archived_at: null,
        created_at: now,
        updated_at: now,
      })),
    );
  }

  /** @returns those that are different now; null when one of them is gone, and nothing was done. */
  async change({ account_id }: Author, changes: readonly RecordChange<SourceRow>[]): Promise<ChangedRecord[] | null> {
    const found = await this.findForUpdate(account_id, changes);
    if (found.size < changes.length) return null;
    return this.write(
      account_id,
      changes.map(({ id, input }) => [found.get(id)!, input]),
    );
  }

  /** Locks them. @returns `updated_at` of those that there are. */
  async lock(accountId: AccountId, ids: readonly string[]): Promise<Map<string, Date>> {
    const sources = await this.repository.findManyForUpdate(accountId, ids);
    return new Map(sources.map(({ id, updated_at }) => [id, updated_at]));
  }

  /** @param restorations of records that were locked. */
  async restore({ account_id }: Author, restorations: readonly Restoration[]): Promise<ChangedRecord[]> {
    const found = await this.findForUpdate(account_id, restorations);
    return this.write(
      account_id,
      restorations.map(({ id, before }) => [found.get(id)!, before as Partial<Source>]),
    );
  }

  /** @param ids of sources that no contact has. */
  async delete({ account_id }: Author, ids: readonly string[]): Promise<void> {
    await this.repository.deleteMany(account_id, ids);
  }

  private async findForUpdate(accountId: AccountId, some: readonly { readonly id: string }[]) {
    const ids = some.map(({ id }) => id);
    return new Map((await this.repository.findManyForUpdate(accountId, ids)).map((source) => [source.id, source]));
  }

  private async write(
    accountId: AccountId,
    changes: readonly (readonly [Source, Partial<Source>])[],
  ): Promise<ChangedRecord[]> {
    const different = differencesOf<Source>(changes, this.clock.now());
    await this.repository.updateMany(
      accountId,
      different.map(({ after }) => after),
    );
    return different.map(({ changed }) => changed);
  }
}
