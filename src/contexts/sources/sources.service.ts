import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/caller';
import { CursorCodec } from '../../kernel/cursor';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import type { UpsertView } from '../../platform/records/bulk/bulk.view';
import { Bulks } from '../../platform/records/bulk/bulks';
import { RecordChanges } from '../../platform/records/record-changes';
import { RecordStore } from '../../platform/records/record-store';
import { sourceRecord } from './source.record';
import type { SourceView } from './source.view';
import type { CreateSourceInput, ListSourcesInput, UpdateSourceInput, UpsertSourceInput } from './sources.dto';
import { SourcesRepository } from './sources.repository';

@Injectable()
export class SourcesService {
  constructor(
    private readonly repository: SourcesRepository,
    private readonly store: RecordStore,
    private readonly changes: RecordChanges,
    private readonly bulks: Bulks,
    private readonly cursors: CursorCodec,
  ) {}

  async list({ account_id }: Caller, input: ListSourcesInput): Promise<Page<SourceView>> {
    const list = new PagedList(this.cursors, 'sources', account_id);
    const { limit = defaultPageLimit, cursor, ...filter } = input;
    const rows = await this.repository.list(account_id, filter, list.after(cursor), limit);
    return list.page(rows, limit);
  }

  async get({ account_id }: Caller, id: string): Promise<SourceView> {
    return this.store.get(sourceRecord, account_id, id);
  }

  async create(caller: Caller, input: CreateSourceInput): Promise<SourceView> {
    return this.changes.create(sourceRecord, caller, input);
  }

  async update(caller: Caller, id: string, input: UpdateSourceInput, ifVersion?: number): Promise<SourceView> {
    return this.changes.update(sourceRecord, caller, id, input, ifVersion);
  }

  /** Archives a source. Records keep it, but no record can newly refer to it. */
  async archive(caller: Caller, id: string): Promise<SourceView> {
    return this.changes.update(sourceRecord, caller, id, ({ archived_at }, at) => ({ archived_at: archived_at ?? at }));
  }

  async unarchive(caller: Caller, id: string): Promise<SourceView> {
    return this.changes.update(sourceRecord, caller, id, () => ({ archived_at: null }));
  }

  async upsert(caller: Caller, input: UpsertSourceInput): Promise<UpsertView<SourceView>> {
    return this.bulks.upsert(sourceRecord, caller, input);
  }
}
