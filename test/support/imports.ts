import { setTimeout as delay } from 'node:timers/promises';
import type { TestApp } from './app';
import type { Answer, Client, Headers } from './client';
import { withClient, workerDatabaseUrl } from './database';

export type Kind = 'contacts' | 'companies' | 'sources';

/** As docs/contract.md, section 3.13, lists it, not as the program declares it. */
export interface Job {
  readonly id: string;
  readonly account_id: string;
  readonly created_by: string | null;
  readonly model_type: Kind;
  readonly file_name: string;
  readonly status: string;
  readonly column_mapping: Readonly<Record<string, string>> | null;
  readonly on_duplicate: string;
  readonly dry_run: boolean;
  readonly total_rows: number | null;
  readonly processed_rows: number;
  readonly created_count: number;
  readonly updated_count: number;
  readonly skipped_count: number;
  readonly failed_count: number;
  readonly conflict_count: number;
  readonly warning_count: number;
  readonly progress: number;
  readonly eta_seconds: number | null;
  readonly error: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

export interface CreatedImport {
  readonly job: Job;
  readonly upload_url: string;
}

export interface Preview {
  readonly encoding: string;
  readonly delimiter: string | null;
  readonly header_row: number | null;
  readonly skipped_lines: readonly { readonly line: number; readonly text: string }[];
  readonly ignored_rows: number;
  readonly headers: readonly string[];
  readonly sample_rows: readonly (readonly string[])[];
  readonly total_rows: number;
  readonly suggested_mapping: Readonly<Record<string, string>>;
  readonly available_fields: readonly { readonly value: string; readonly label: string }[];
}

export interface Uploaded {
  readonly job: Job;
  readonly preview: Preview;
}

export interface Fault {
  readonly row: number;
  readonly column: string | null;
  readonly field: string | null;
  readonly value: string;
  readonly message: string;
}

/** Text is sent as UTF-8, rows as a table with commas. */
export type File = string | Buffer | readonly (readonly string[])[];

export interface Confirmation {
  readonly column_mapping?: Readonly<Record<string, string | null>>;
  readonly on_duplicate?: 'skip' | 'update' | 'create';
  readonly dry_run?: boolean;
  readonly match_by?: string | null;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly tags_mode?: 'add' | 'replace';
  readonly empty_cells?: 'keep' | 'clear';
  readonly date_order?: string;
  readonly decimal?: string;
  readonly on_invalid_cell?: 'leave_out' | 'refuse_row';
  readonly when_name_missing?: 'use_other' | 'refuse';
  readonly create_custom_fields?: boolean;
}

/** What became of a row. */
export interface Told {
  readonly row: number | null;
  readonly outcome: string;
  readonly record_id: string | null;
  readonly messages: readonly string[];
}

export type Row = Readonly<Record<string, unknown>> & { readonly id: string };

export interface Item {
  readonly event: string;
  readonly data: Row;
  readonly previous?: Readonly<Record<string, unknown>>;
}

/** A table with commas; cells are quoted where they must be. */
export function csv(rows: readonly (readonly string[])[]): string {
  const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

function bytesOf(file: File): Buffer {
  if (Buffer.isBuffer(file)) return file;
  return Buffer.from(typeof file === 'string' ? file : csv(file));
}

/** The signed address without the server's. */
export function pathOf({ upload_url }: CreatedImport): string {
  const { pathname, search } = new URL(upload_url);
  return pathname + search;
}

/** What one caller does with imports, and reads of what came of them. */
export class Importing {
  constructor(
    private readonly program: Pick<TestApp, 'client'>,
    private readonly client: Client,
  ) {}

  async begin(model_type: Kind = 'contacts', input: object = {}): Promise<CreatedImport> {
    return (await this.client.post<CreatedImport>('/imports', { model_type, file_name: 'people.csv', ...input }))
      .result;
  }

  /** Without a token. */
  put(created: CreatedImport, file: File, headers: Headers = { 'Content-Type': 'text/csv' }): Promise<Answer<object>> {
    return this.program.client.put<object>(pathOf(created).slice('/api/v1'.length), bytesOf(file), headers);
  }

  complete({ id }: Pick<Job, 'id'>, options?: object): Promise<Answer<Uploaded>> {
    return this.client.post<Uploaded>(`/imports/${id}/complete-upload`, options);
  }

  confirm({ id }: Pick<Job, 'id'>, body: object): Promise<Answer<Job>> {
    return this.client.post<Job>(`/imports/${id}/confirm`, body);
  }

  cancel({ id }: Pick<Job, 'id'>): Promise<Answer<Job>> {
    return this.client.post<Job>(`/imports/${id}/cancel`);
  }

  /** Only asks for it; {@link undone} waits too. */
  undo({ id }: Pick<Job, 'id'>): Promise<Answer<Job>> {
    return this.client.post<Job>(`/imports/${id}/undo`);
  }

  async get({ id }: Pick<Job, 'id'>): Promise<Job> {
    return (await this.client.get<Job>(`/imports/${id}`)).result;
  }

  /** Steps 1 to 3. */
  async uploaded(kind: Kind, file: File): Promise<Uploaded> {
    const created = await this.begin(kind);
    expect((await this.put(created, file)).result).toEqual({});
    return (await this.complete(created.job)).result;
  }

  /** Until it satisfies the condition; throws when it has ended without. */
  async until(job: Pick<Job, 'id'>, isSo: (job: Job) => boolean): Promise<Job> {
    for (;;) {
      const now = await this.get(job);
      if (isSo(now)) return now;
      if (!['queued', 'processing'].includes(now.status)) throw new Error(`It ended: ${JSON.stringify(now)}`);
      await delay(20);
    }
  }

  settled(job: Pick<Job, 'id'>): Promise<Job> {
    return this.until(job, ({ status }) => status !== 'queued' && status !== 'processing');
  }

  /** Confirms what was uploaded, with the suggested mapping unless told, and waits for the end. */
  async finish({ job, preview }: Uploaded, confirmation: Confirmation = {}): Promise<Job> {
    const body = { column_mapping: preview.suggested_mapping, ...confirmation };
    await this.confirm(job, body).then(({ result }) => result);
    return this.settled(job);
  }

  /** All steps; the import must end by itself. */
  async run(kind: Kind, file: File, confirmation: Confirmation = {}): Promise<Job> {
    const job = await this.finish(await this.uploaded(kind, file), confirmation);
    expect([job.status, job.error]).toEqual(['completed', null]);
    return job;
  }

  async undone(job: Pick<Job, 'id'>): Promise<Job> {
    await this.undo(job).then(({ result }) => result);
    const ended = await this.settled(job);
    expect([ended.status, ended.error]).toEqual(['undone', null]);
    return ended;
  }

  /** Every item of a list, page by page. */
  async all<T = Row>(path: string): Promise<T[]> {
    const items: T[] = [];
    const separator = path.includes('?') ? '&' : '?';
    for (let cursor: string | null = ''; cursor !== null;) {
      type Page = { items: T[]; next_cursor: string | null };
      const page: Page = (await this.client.get<Page>(`${path}${separator}limit=100&cursor=${cursor}`)).result;
      items.push(...page.items);
      cursor = page.next_cursor;
    }
    return items;
  }

  errors({ id }: Pick<Job, 'id'>): Promise<Fault[]> {
    return this.all<Fault>(`/imports/${id}/errors`);
  }

  /** What became of the rows, page by page. */
  rows({ id }: Pick<Job, 'id'>, query = ''): Promise<Told[]> {
    return this.all<Told>(`/imports/${id}/rows${query}`);
  }

  /** The change feed so far, oldest first. */
  async events(): Promise<Item[]> {
    const items: Item[] = [];
    for (let after = ''; ;) {
      type Feed = { items: Item[]; next_cursor: string };
      const page: Feed = (await this.client.get<Feed>(`/events?limit=100&after=${after}`)).result;
      if (page.items.length === 0) return items;
      items.push(...page.items);
      after = page.next_cursor;
    }
  }
}

/** created, updated, skipped, failed, and all that were processed, of all that there are. */
export function counts(job: Job): readonly (number | null)[] {
  const { created_count, updated_count, skipped_count, failed_count, processed_rows, total_rows } = job;
  return [created_count, updated_count, skipped_count, failed_count, processed_rows, total_rows];
}

/** Nothing is written to the table while the work is done, though it is read. */
export async function withoutWriting<T>(table: string, work: () => Promise<T>): Promise<T> {
  return withClient(workerDatabaseUrl(), async (rival) => {
    await rival.query('begin');
    await rival.query(`lock table ${table} in exclusive mode`);
    try {
      return await work();
    } finally {
      await rival.query('commit');
    }
  });
}
