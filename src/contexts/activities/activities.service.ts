import { Injectable } from '@nestjs/common';
import { authorOf, type Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { differenceOf, previousOf } from '../../kernel/difference';
import { boundedDetails, DomainError, refuseAll } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, pageOf } from '../../kernel/page';
import { RecordEvent } from '../../kernel/record-event';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { Announcements } from '../../platform/outbox/announcements';
import { readCursor } from '../../kernel/read-cursor';
import { ActivitiesRepository } from './activities.repository';
import type { CreateActivityInput, ListActivitiesInput, UpdateActivityInput } from './activities.dto';
import { activitiesErrors, noSuch } from './activities.errors';
import { type Activity, type ActivityNames, hasNoLink, links, type Links } from './activity.entity';
import { type ActivityType, faultsOfMetadata, metadataSchemas, type MetadataSchema } from './activity-metadata';
import { type ActivityView, activityView } from './activity.view';

const orders = { '-created_at': 'created_at', '-occurred_at': 'occurred_at' } as const;

@Injectable()
export class ActivitiesService {
  constructor(
    private readonly repository: ActivitiesRepository,
    private readonly transactions: Transactions,
    private readonly events: RecordEvent,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
    announcements: Announcements,
  ) {
    announcements.on('record.deleted', ({ account_id }) => repository.deleteLinkless(account_id));
  }

  schemas(): Readonly<Record<ActivityType, MetadataSchema>> {
    return metadataSchemas;
  }

  async list({ account_id }: Caller, input: ListActivitiesInput): Promise<Page<ActivityView>> {
    const { limit = defaultPageLimit, cursor, sort = '-created_at', ...filter } = input;
    const order = orders[sort];
    const list = { codec: this.cursors, name: `activities by ${order}`, accountId: account_id };
    const rows = await this.repository.list(account_id, filter, order, readCursor(list, cursor), limit);
    return pageOf(rows, limit, list, (row) => ({ at: row[order].getTime(), id: row.id }), activityView);
  }

  async get({ account_id }: Caller, id: string): Promise<ActivityView> {
    return activityView(found(await this.repository.find(account_id, id)));
  }

  async create(caller: Caller, input: CreateActivityInput): Promise<ActivityView> {
    const now = this.clock.now();
    const activity: Activity = {
      id: newId(),
      account_id: caller.account_id,
      created_by: authorOf(caller),
      ...{ contact_id: null, company_id: null, project_id: null, occurred_at: now, metadata: {} },
      ...input,
      created_at: now,
      updated_at: now,
    };
    return this.transactions.run(async () => {
      const names = await this.namesOf(activity);
      refuseLinksToNothing(activity, names);
      const view = activityView({ ...activity, ...names });
      // In this order, and without waiting in between.
      await this.transactions.together(
        this.repository.insert(activity),
        this.events.record(caller, { type: 'activity.created', entity_id: activity.id, data: view }),
      );
      return view;
    });
  }

  /** Nothing different, nothing written: `updated_at` and events tell of real changes only. */
  async update(caller: Caller, id: string, input: UpdateActivityInput): Promise<ActivityView> {
    const { account_id } = caller;
    return this.transactions.run(async () => {
      const activity = found(await this.repository.findForUpdate(account_id, id));
      refuseUpdate(activity, input);
      const names = await this.namesOf(activity);
      const before = activityView({ ...activity, ...names });
      const difference = differenceOf<Activity>(activity, input);
      if (Object.keys(difference).length === 0) return before;
      const changes = { ...difference, updated_at: this.clock.now() };
      const changed = { ...activity, ...changes };
      const linksAnew = links.some((link) => link in difference);
      const newNames = linksAnew ? await this.namesOf(changed) : names;
      refuseLinksToNothing(difference, newNames);
      const after = activityView({ ...changed, ...newNames });
      const previous = previousOf(before, after);
      await this.transactions.together(
        this.repository.update(account_id, id, changes),
        this.events.record(caller, { type: 'activity.updated', entity_id: id, data: after, previous }),
      );
      return after;
    });
  }

  async delete(caller: Caller, id: string): Promise<void> {
    const { account_id } = caller;
    await this.transactions.run(async () => {
      const activity = found(await this.repository.findForUpdate(account_id, id));
      const data = activityView({ ...activity, ...(await this.namesOf(activity)) });
      await this.repository.delete(account_id, id);
      await this.events.record(caller, { type: 'activity.deleted', entity_id: id, data });
    });
  }

  private async namesOf(activity: Activity): Promise<ActivityNames> {
    return this.repository.findNames(activity.account_id, activity.created_by, activity);
  }
}

/** What only the record can judge: its type, and the links that it has. */
function refuseUpdate(activity: Activity, input: UpdateActivityInput): void {
  const { entity_required, invalid_metadata } = activitiesErrors;
  const isLinkless = hasNoLink({ ...activity, ...input });
  const message = 'contact_id or company_id or project_id is required';
  const faults = input.metadata === undefined ? [] : faultsOfMetadata(activity.activity_type, input.metadata);
  refuseAll([
    ...(isLinkless ? [{ definition: entity_required, field: 'contact_id', message }] : []),
    ...boundedDetails('metadata', faults).map((fault) => ({ ...fault, definition: invalid_metadata })),
  ]);
}

const nameOf = { contact_id: 'contact_name', company_id: 'company_name', project_id: 'project_name' } as const;

/**
 * Of a link to what was deleted in the meantime the database tells.
 *
 * @param set the links that are newly set.
 */
function refuseLinksToNothing(set: Partial<Links>, names: ActivityNames): void {
  const dead = links.filter((link) => set[link] && names[nameOf[link]] === null);
  const definition = activitiesErrors.invalid_request;
  refuseAll(dead.map((field) => ({ definition, field, message: noSuch(field) })));
}

function found<Found extends Activity>(activity: Found | null): Found {
  if (!activity) throw new DomainError(activitiesErrors.not_found);
  return activity;
}
