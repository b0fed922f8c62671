import type { Answer, Client, Headers } from './client';

/** As docs/contract.md lists them, not as the program declares them. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };
export type Bulkable = 'contacts' | 'companies' | 'projects' | 'activities';
export type Upsertable = Bulkable | 'sources';

export interface Item {
  readonly action: 'create' | 'update' | 'upsert' | 'delete';
  readonly id?: string;
  readonly match_by?: string;
  readonly if_version?: number;
  readonly data?: object;
}

export interface ItemError {
  readonly code: string;
  readonly message: string;
  readonly details?: readonly {
    readonly field: string;
    readonly message: string;
    readonly current?: unknown;
    readonly id?: string;
    readonly ids?: readonly string[];
  }[];
}

export interface ItemResult {
  readonly index: number;
  readonly ok: boolean;
  readonly outcome?: 'created' | 'updated' | 'unchanged' | 'deleted';
  readonly record?: Row;
  readonly error?: ItemError;
}

export interface BulkResult {
  readonly results: readonly ItemResult[];
  readonly created_count: number;
  readonly updated_count: number;
  readonly unchanged_count: number;
  readonly deleted_count: number;
  readonly failed_count: number;
  readonly records_cut?: boolean;
}

export interface BulkOptions {
  readonly atomic?: boolean;
  readonly dry_run?: boolean;
  readonly return?: 'ids' | 'records';
}

export interface Upserted {
  readonly outcome: 'created' | 'updated' | 'unchanged';
  readonly record: Row;
}

/** @param items any, so that tests can send what is none. */
export function bulk(
  client: Client,
  kind: Bulkable,
  items: readonly unknown[],
  options: BulkOptions = {},
  headers?: Headers,
): Promise<Answer<BulkResult>> {
  return client.post<BulkResult>(`/${kind}/bulk`, { items, ...options }, headers);
}

export function upsert(
  client: Client,
  kind: Upsertable,
  match_by: string,
  data: object,
  headers?: Headers,
): Promise<Answer<Upserted>> {
  return client.post<Upserted>(`/${kind}/upsert`, { match_by, data }, headers);
}

/** Created, updated, unchanged, deleted, failed. */
export function countsOf(result: BulkResult): number[] {
  const { created_count, updated_count, unchanged_count, deleted_count, failed_count } = result;
  return [created_count, updated_count, unchanged_count, deleted_count, failed_count];
}

/** The outcome of each item, or its code. */
export function outcomesOf({ results }: BulkResult): (string | undefined)[] {
  return results.map(({ outcome, error }) => outcome ?? error?.code);
}

/** The code of an error, and the fields of its details. */
export function told({ code, details = [] }: ItemError): unknown[] {
  return [code, ...details.map(({ field }) => field)];
}

/** The ids that an error names. */
export function idsIn({ details = [] }: Pick<ItemError, 'details'>): (string | undefined)[] {
  return details.flatMap(({ id, ids }): readonly (string | undefined)[] => ids ?? [id]).sort();
}

export interface FeedItem {
  readonly event: string;
  readonly data: Row;
  readonly previous?: object;
}

/** The change feed of an account, from its beginning to its end. */
export async function feedOf(client: Client): Promise<FeedItem[]> {
  const items: FeedItem[] = [];
  for (let after = ''; ;) {
    const path = `/events?limit=100&after=${after}`;
    const page = (await client.get<{ items: FeedItem[]; next_cursor: string }>(path)).result;
    if (page.items.length === 0) return items;
    items.push(...page.items);
    after = page.next_cursor;
  }
}

/** Every record of a list, newest first. */
export async function allOf(client: Client, kind: Upsertable, query = ''): Promise<Row[]> {
  const items: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/${kind}?limit=100&cursor=${cursor}${query}`;
    const page: { items: Row[]; next_cursor: string | null } = (await client.get<typeof page>(path)).result;
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}
