import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { Author } from '../../kernel/caller';
import type { ModelType } from '../../kernel/record-kinds';
import type { TableShape } from '../../platform/tables/table-reader';
import { stateError } from './imports.errors';
import type { ColumnMapping } from './rows/column-mapping';
import type { DuplicatePolicy } from './rows/duplicate-policy';
import type { ImportOptions } from './rows/import-options';
import type { ColumnFindings } from './rows/reading-options';

/** States before the confirmation; no worker takes such an import. */
const openStatuses = ['pending_upload', 'uploaded'] as const;
/** States in which a background worker takes the import. */
export const workStatuses = ['queued', 'processing'] as const;
export const endStatuses = ['completed', 'failed', 'cancelled', 'undone'] as const;

export const importStatuses = [...openStatuses, ...workStatuses, ...endStatuses] as const;
export type ImportStatus = (typeof importStatuses)[number];

/** How to read the table, and what its columns show. */
export type InspectedShape = TableShape & { readonly columns: readonly ColumnFindings[] };
/** Releases up to 0.1.0 did not look at the columns. */
type StoredShape = TableShape & Partial<InspectedShape>;

/** An import of a file. */
@Entity('imports')
export class Import {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  @Column('uuid', { nullable: true })
  created_by!: string | null;

  @Column('uuid', { nullable: true })
  app_id!: string | null;

  @Column('text')
  model_type!: ModelType;

  @Column('text')
  file_name!: string;

  @Column('text')
  content_type!: string;

  @Column('text')
  status!: ImportStatus;

  @Column('text')
  task!: 'import' | 'undo';

  @Column('uuid', { nullable: true })
  upload_id!: string | null;

  /** The upload of which the table was made; null if the upload is the table. */
  @Column('uuid', { nullable: true })
  original_id!: string | null;

  @Column('json', { nullable: true })
  shape!: StoredShape | null;

  @Column('json', { nullable: true })
  column_mapping!: ColumnMapping | null;

  @Column('text')
  on_duplicate!: DuplicatePolicy;

  /** The name of a matcher; null: the usual one of the kind. */
  @Column('text', { nullable: true })
  match_by!: string | null;

  /** Null: it is not confirmed, or the previous release confirmed it. */
  @Column('json', { nullable: true })
  options!: ImportOptions | null;

  @Column('bool')
  dry_run!: boolean;

  @Column('bigint', { nullable: true })
  total_rows!: number | null;

  @Column('bigint')
  processed_rows!: number;

  @Column('bigint')
  created_count!: number;

  @Column('bigint')
  updated_count!: number;

  @Column('bigint')
  skipped_count!: number;

  @Column('bigint')
  failed_count!: number;

  @Column('bigint')
  conflict_count!: number;

  @Column('bigint')
  warning_count!: number;

  @Column('bigint', { nullable: true })
  undo_total!: number | null;

  @Column('bigint', { nullable: true })
  undo_left!: number | null;

  @Column('text', { nullable: true })
  error!: string | null;

  @Column('bigint')
  attempt!: number;

  @Column('bigint')
  failures!: number;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  queued_at!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lease_until!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expires_at!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  undo_until!: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  started_at!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  finished_at!: Date | null;
}

/** The initial values of an import. */
const newImport = {
  status: 'pending_upload',
  task: 'import',
  upload_id: null,
  original_id: null,
  shape: null,
  column_mapping: null,
  on_duplicate: 'skip',
  match_by: null,
  options: null,
  dry_run: false,
  total_rows: null,
  processed_rows: 0,
  created_count: 0,
  updated_count: 0,
  skipped_count: 0,
  failed_count: 0,
  conflict_count: 0,
  warning_count: 0,
  undo_total: null,
  undo_left: null,
  error: null,
  attempt: 0,
  failures: 0,
  queued_at: null,
  lease_until: null,
  undo_until: null,
  started_at: null,
  finished_at: null,
} as const satisfies Partial<Record<keyof Import, unknown>>;

/** Milliseconds for which a file waits for its confirmation: 24 hours. */
const confirmationWindowMs = 24 * 60 * 60 * 1_000;
/** Milliseconds for which an import can be undone: 7 days. */
const undoWindowMs = 7 * 24 * 60 * 60 * 1_000;
/** Number of attempts in a row without a finished batch after which the job fails. They take some minutes. */
const maxFailures = 15;

const after = (now: Date, time: number) => new Date(now.getTime() + time);
const isOneOf = (statuses: readonly ImportStatus[], { status }: Pick<Import, 'status'>) => statuses.includes(status);

/** In which state each step is allowed. */
const isReadyToBe = {
  previewed: (job: Import) => isOneOf(openStatuses, job),
  confirmed: ({ status, dry_run }: Import) => status === 'uploaded' || (status === 'completed' && dry_run),
  cancelled: (job: Import) => job.task === 'import' && !isOneOf(endStatuses, job),
  undone: (job: Import) => isOneOf(endStatuses, job) && job.status !== 'undone' && job.undo_until !== null,
};

/** @throws DomainError if the step is not allowed, or its time is over. */
export function assertMayBe(step: keyof typeof isReadyToBe, job: Import, now: Date): void {
  const { status, task, dry_run, upload_id, expires_at, undo_until } = job;
  if (!isReadyToBe[step](job)) {
    const isBeingUndone = task === 'undo' && status !== 'undone';
    const what = `An import that is ${isBeingUndone ? 'being undone' : status}${dry_run ? ' (a dry run)' : ''}`;
    throw stateError(`${what} cannot be ${step}.`);
  }
  if ((step === 'previewed' || step === 'confirmed') && (expires_at === null || expires_at <= now))
    throw stateError('A file waits 24 hours to be confirmed, and these are over. Make a new import.');
  if (step === 'previewed' && upload_id === null)
    throw stateError('No file was uploaded yet: PUT its bytes to the upload_url first.');
  if (step === 'undone' && undo_until! <= now)
    throw stateError('An import can be undone within 7 days of its end, and these are over.');
}

/** @throws DomainError if the import takes no file any more. */
export function assertTakesFile({ status }: Import): void {
  if (status !== 'pending_upload')
    throw stateError(`The import is ${status}: it takes no file any more. Make a new import.`);
}

/** What an attempt changes when it ends the import. */
export type ImportEnd = Pick<Import, 'status' | 'error' | 'finished_at' | 'expires_at' | 'undo_until'>;

/** What looking through a file finds. */
export type Previewed = Pick<Import, 'upload_id' | 'original_id'> & {
  readonly shape: InspectedShape;
  readonly total_rows: number;
};

/** What a confirmation decides. */
export type Confirmed = Pick<Import, 'column_mapping' | 'on_duplicate' | 'match_by' | 'options' | 'dry_run'>;

/** The changes of each step. Steps that clients ask for throw a DomainError if they are not allowed. */
export const importSteps = {
  begin: (now: Date) => ({ ...newImport, expires_at: after(now, confirmationWindowMs), created_at: now }),

  preview(job: Import, { upload_id, original_id, shape, total_rows }: Previewed, now: Date) {
    assertMayBe('previewed', job, now);
    const read = { upload_id, original_id, shape, total_rows };
    return { ...read, status: 'uploaded', expires_at: after(now, confirmationWindowMs) } as const;
  },

  /** Resets the counters of a dry run. The original is not needed any more. */
  confirm(job: Import, choice: Confirmed, now: Date) {
    assertMayBe('confirmed', job, now);
    const { upload_id, shape, total_rows } = job;
    const kept = { upload_id, shape, total_rows, attempt: job.attempt + 1 };
    return { ...newImport, ...kept, ...choice, status: 'queued', queued_at: now, expires_at: null } as const;
  },

  cancel(job: Import, now: Date) {
    assertMayBe('cancelled', job, now);
    const undo_until = job.started_at !== null && !job.dry_run ? after(now, undoWindowMs) : null;
    const free = { expires_at: null, lease_until: null, upload_id: null, original_id: null };
    return { ...free, status: 'cancelled', finished_at: now, undo_until } as const;
  },

  /** @param batches number of batches that are not undone. */
  undo(job: Import, batches: number, now: Date) {
    assertMayBe('undone', job, now);
    const fresh = { finished_at: null, lease_until: null, failures: 0, error: null };
    const left = { undo_total: job.undo_total ?? batches, undo_left: batches };
    return { ...fresh, ...left, task: 'undo', status: 'queued', queued_at: now } as const;
  },

  /** After a dry run the import can still be confirmed. */
  complete: ({ dry_run }: Import, now: Date): ImportEnd => ({
    status: 'completed',
    error: null,
    finished_at: now,
    expires_at: dry_run ? after(now, confirmationWindowMs) : null,
    undo_until: dry_run ? null : after(now, undoWindowMs),
  }),

  completeUndo: (now: Date): ImportEnd => ({
    status: 'undone',
    error: null,
    finished_at: now,
    expires_at: null,
    undo_until: now,
  }),

  giveUp: ({ dry_run, undo_until }: Import, now: Date): ImportEnd => ({
    status: 'failed',
    error: `Something failed on the server, ${maxFailures} times. The log has the details under the id of this import.`,
    finished_at: now,
    expires_at: null,
    undo_until: dry_run ? null : (undo_until ?? after(now, undoWindowMs)),
  }),

  /** After a dry run the import stays completed; it can only no longer be confirmed. */
  expire({ status }: Pick<Import, 'status'>, now: Date): Partial<Import> {
    const gone = { expires_at: null, upload_id: null, original_id: null };
    if (status === 'completed') return gone;
    const error = 'Nobody confirmed it within 24 hours, so its file was removed.';
    return { ...gone, status: 'cancelled', error, finished_at: now };
  },
};

/** An attempt counts when it begins, because one that kills its process can report nothing. */
export function hasFailedTooOften({ failures }: Import): boolean {
  return failures > maxFailures;
}

/** The caller who made the import is the author of its changes. */
export function jobAuthor({ account_id, created_by, app_id }: Import): Author {
  return created_by !== null
    ? { kind: 'user', account_id, user_id: created_by }
    : { kind: 'app', account_id, app_id: app_id! };
}
