import { allOf, bulk, type BulkOptions, type FeedItem, type Item, type ItemError, type Row } from '../support/bulk';
import type { Answer, Client } from '../support/client';

export type Kind = 'contacts' | 'companies';

/** An item in words that mean the same in every account: records by their numbers, in the order in which they were made. */
export interface Planned {
  readonly action: Item['action'];
  readonly match_by?: string;
  readonly if_version?: number;
  /** A number of the kind; null: of no record. */
  readonly target?: number | null;
  /** `company_id` is a number of a company, and the key of `custom_fields` is `field`. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What became of an item, in the same words. */
export interface Fate {
  readonly outcome: string;
  /** `contacts 3`, and its version; for what fails the fields of the details. */
  readonly about: readonly unknown[];
  /** The whole record, unless it is deleted or there is none. */
  readonly record?: unknown;
}

const nobody = '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70';

/** One of several accounts to which the same is done in different ways. */
export class Twin {
  private readonly ids: Record<Kind, string[]> = { contacts: [], companies: [] };
  private readonly names = new Map<string, string>();
  private readonly feed: FeedItem[] = [];
  private cursor = '';

  /** @param owner,account,field ids: of the caller, of the account, and of a custom field of contacts. */
  constructor(
    private readonly client: Client,
    private readonly own: { readonly owner: string; readonly account: string; readonly field: string },
  ) {
    this.names.set(own.owner, 'owner').set(own.account, 'account').set(own.field, 'field');
  }

  count(kind: Kind): number {
    return this.ids[kind].length;
  }

  /** The items one by one, by the routes for single records. */
  async single(kind: Kind, plan: readonly Planned[]): Promise<Fate[]> {
    const fates: Fate[] = [];
    for (const each of plan) {
      const { action, id = '', match_by, if_version, data } = this.itemOf(kind, each);
      const path = `/${kind}/${id}`;
      const headers: Record<string, string> = if_version === undefined ? {} : { 'If-Match': `"${if_version}"` };
      if (action === 'delete') {
        const before = await this.client.get<Row>(path);
        const answer = await this.client.delete<object>(path, headers);
        const deleted = answer.status === 200 ? { id, version: before.result.version + 1 } : undefined;
        fates.push(this.fateOf(kind, 'deleted', answer, deleted));
      } else if (action === 'upsert') {
        const answer = await this.client.post<{ outcome: string; record: Row }>(`/${kind}/upsert`, { match_by, data });
        const { outcome = '', record } = answer.status === 200 ? answer.result : {};
        fates.push(this.fateOf(kind, outcome, answer, record));
      } else if (action === 'create') {
        const answer = await this.client.post<Row>(`/${kind}`, data);
        fates.push(this.fateOf(kind, 'created', answer, answer.status === 200 ? answer.result : undefined));
      } else {
        const before = await this.client.get<Row>(path);
        const answer = await this.client.patch<Row>(path, data, headers);
        const record = answer.status === 200 ? answer.result : undefined;
        const outcome = record?.version === (before.status === 200 && before.result.version) ? 'unchanged' : 'updated';
        fates.push(this.fateOf(kind, outcome, answer, record));
      }
    }
    return fates;
  }

  /** The items in bulks of this many. @param rehearse whether each is tried before, which must tell the same and do nothing. */
  async inBulks(kind: Kind, plan: readonly Planned[], size: number, rehearse: boolean): Promise<Fate[]> {
    const fates: Fate[] = [];
    for (let from = 0; from < plan.length; from += size) {
      const part = plan.slice(from, from + size);
      // What a dry run would make has no id, so it has no number either.
      const tried = rehearse ? await this.send(kind, part, { dry_run: true }) : undefined;
      const count = this.count(kind);
      const done = await this.send(kind, part, {});
      if (tried) expect(tried).toEqual(withoutNumbersFrom(kind, count, done));
      fates.push(...done);
    }
    return fates;
  }

  /** All or nothing. @returns the code of the request and the fields of its details, or undefined if all was done. */
  async atomically(kind: Kind, plan: readonly Planned[]): Promise<unknown[] | undefined> {
    const items = plan.map((each) => this.itemOf(kind, each));
    const { status, error } = await bulk(this.client, kind, items, { atomic: true, dry_run: true }).then((answer) =>
      answer.status === 200 ? { status: 200, error: undefined } : { status: answer.status, error: answer.error },
    );
    return status === 200 ? undefined : this.told(error as ItemError);
  }

  /** Everything that the account has, and the events since the last look. */
  async state(): Promise<unknown> {
    const contacts = await allOf(this.client, 'contacts');
    const companies = await allOf(this.client, 'companies');
    const from = this.feed.length;
    for (;;) {
      const path = `/events?limit=100&after=${this.cursor}`;
      const page = (await this.client.get<{ items: FeedItem[]; next_cursor: string }>(path)).result;
      this.cursor = page.next_cursor;
      if (page.items.length === 0) break;
      this.feed.push(...page.items);
    }
    const events = this.feed.slice(from).map((each) => ({ ...each, id: 'event' }));
    const byId = (rows: Row[]) => Object.fromEntries(rows.map((row) => [this.names.get(row.id)!, row]));
    return this.named({ contacts: byId(contacts), companies: byId(companies), events });
  }

  private async send(kind: Kind, plan: readonly Planned[], options: BulkOptions): Promise<Fate[]> {
    const items = plan.map((each) => this.itemOf(kind, each));
    const answer = await bulk(this.client, kind, items, { return: 'records', ...options });
    const { results, ...counts } = answer.result;
    expect(results.map(({ index }) => index)).toEqual([...items.keys()]);
    const fates = results.map(({ ok, outcome = '', record, error }) => {
      expect([ok, outcome !== '', record !== undefined, error === undefined]).toEqual(Array(4).fill(ok));
      if (error) return { outcome: error.code, about: this.told(error) };
      return this.done(kind, outcome, record!);
    });
    const countOf = (wanted: string) => fates.filter(({ outcome }) => outcome === wanted).length;
    const outcomes = ['created', 'updated', 'unchanged', 'deleted'];
    const told = Object.fromEntries(outcomes.map((outcome) => [`${outcome}_count`, countOf(outcome)]));
    const failed_count = results.filter(({ ok }) => !ok).length;
    expect(counts).toMatchObject({ ...told, failed_count });
    return fates;
  }

  private fateOf(kind: Kind, outcome: string, answer: Answer<unknown>, record: Row | undefined): Fate {
    if (!record) return { outcome: answer.error.code, about: this.told(answer.error) };
    return this.done(kind, outcome, record);
  }

  private done(kind: Kind, outcome: string, record: Row): Fate {
    const id = record.id as string | null;
    if (outcome === 'created' && id !== null) {
      // Of equal length, so that they are sorted as numbers are.
      this.names.set(id, `${kind} ${String(this.ids[kind].length).padStart(5, '0')}`);
      this.ids[kind].push(id);
    }
    const about = [id === null ? null : this.names.get(id), record.version];
    return outcome === 'deleted' ? { outcome, about } : { outcome, about, record: this.named(record) };
  }

  private told({ details = [] }: ItemError): unknown[] {
    return details.map(({ field, current, ids = [], id }) => {
      const names = [...ids, ...(id ? [id] : [])].map((each) => this.names.get(each)).sort();
      return this.named([field.replace('If-Match', 'if_version'), current ?? null, names]);
    });
  }

  private itemOf(kind: Kind, { action, target, match_by, if_version, data }: Planned): Item {
    const { company_id, custom_fields, ...rest } = data ?? {};
    const company =
      typeof company_id === 'number' ? { company_id: this.ids.companies[company_id] ?? nobody } : { company_id };
    const keyed =
      typeof custom_fields === 'object' && custom_fields !== null
        ? { custom_fields: Object.fromEntries(Object.values(custom_fields).map((value) => [this.own.field, value])) }
        : { custom_fields };
    const sent = {
      ...rest,
      ...(company_id === undefined ? {} : company),
      ...(custom_fields === undefined ? {} : keyed),
    };
    return {
      action,
      ...(target === undefined ? {} : { id: (target === null ? undefined : this.ids[kind][target]) ?? nobody }),
      ...(match_by === undefined ? {} : { match_by }),
      ...(if_version === undefined ? {} : { if_version }),
      ...(data === undefined ? {} : { data: sent }),
    };
  }

  /** The value with names instead of ids. */
  private named(value: unknown): unknown {
    const text = JSON.stringify(value);
    return JSON.parse(
      text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => this.names.get(id) ?? id),
    ) as unknown;
  }
}

/** What a dry run tells: what it would make has no id, and errors do not name it. */
function withoutNumbersFrom(kind: Kind, count: number, fates: readonly Fate[]): Fate[] {
  const text = JSON.stringify(fates, (_, value: unknown) => {
    const number = typeof value === 'string' ? new RegExp(`^${kind} (\\d+)$`).exec(value)?.[1] : undefined;
    return number !== undefined && Number(number) >= count ? null : value;
  });
  return (JSON.parse(text) as Fate[]).map((fate) => {
    const isError = fate.about.every((each) => Array.isArray(each));
    return isError ? { ...fate, about: (fate.about as unknown[][]).map(withoutNobody) } : fate;
  });
}

function withoutNobody([field, current, names]: readonly unknown[]): unknown[] {
  return [field, current, (names as unknown[]).filter((name) => name !== null)];
}
