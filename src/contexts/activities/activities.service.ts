import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/caller';
import { CursorCodec } from '../../kernel/cursor';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import { DomainEvents } from '../../platform/outbox/domain-events';
import type { BulkView, UpsertView } from '../../platform/records/bulk/bulk.view';
import { Bulks } from '../../platform/records/bulk/bulks';
import { RecordChanges } from '../../platform/records/record-changes';
import { RecordStore } from '../../platform/records/record-store';
import type {
  BulkActivitiesInput,
  CreateActivityInput,
  ListActivitiesInput,
  UpdateActivityInput,
  UpsertActivityInput,
} from './activities.dto';
import { ActivitiesRepository } from './activities.repository';
import { type ActivityType, metadataSchemas, type MetadataSchema } from './activity-metadata';
import { activityRecord } from './activity.record';
import type { ActivityView } from './activity.view';

const orders = { '-created_at': 'created_at', '-occurred_at': 'occurred_at' } as const;

@Injectable()
export class ActivitiesService {
  constructor(
    private readonly repository: ActivitiesRepository,
    private readonly store: RecordStore,
    private readonly changes: RecordChanges,
    private readonly bulks: Bulks,
    private readonly cursors: CursorCodec,
    domainEvents: DomainEvents,
  ) {
    domainEvents.on('record.deleted', ({ account_id }) => repository.deleteLinkless(account_id));
  }

  schemas(): Readonly<Record<ActivityType, MetadataSchema>> {
    return metadataSchemas;
  }

  async list({ account_id }: Caller, input: ListActivitiesInput): Promise<Page<ActivityView>> {
    const { limit = defaultPageLimit, cursor, sort = '-created_at', ...filter } = input;
    const order = orders[sort];
    const list = new PagedList(this.cursors, `activities by ${order}`, account_id);
    const rows = await this.repository.list(account_id, filter, order, list.after(cursor), limit);
    return list.pageBy(rows, limit, (row) => ({ at: Date.parse(row[order]), id: row.id }));
  }

  async get({ account_id }: Caller, id: string): Promise<ActivityView> {
    return this.store.get(activityRecord, account_id, id);
  }

  async create(caller: Caller, input: CreateActivityInput): Promise<ActivityView> {
    return this.changes.create(activityRecord, caller, input);
  }

  async update(caller: Caller, id: string, input: UpdateActivityInput, ifVersion?: number): Promise<ActivityView> {
    return this.changes.update(activityRecord, caller, id, input, ifVersion);
  }

  async delete(caller: Caller, id: string, ifVersion?: number): Promise<void> {
    await this.changes.delete(activityRecord, caller, id, ifVersion);
  }

  async upsert(caller: Caller, input: UpsertActivityInput): Promise<UpsertView<ActivityView>> {
    return this.bulks.upsert(activityRecord, caller, input);
  }

  async bulk(caller: Caller, input: BulkActivitiesInput): Promise<BulkView> {
    return this.bulks.bulk(activityRecord, caller, input);
  }
}
