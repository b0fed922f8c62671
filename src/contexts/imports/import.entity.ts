import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ModelType } from '../../kernel/record-kinds';
import type { AccountId } from '../../kernel/account-id';
import type { TableShape } from '../../platform/tables/table-reader';

export const importStatuses = [
  'pending_upload',
  'uploaded',
  'queued',
  'processing',
  'completed',
  'failed',
  'cancelled',
  'undone',
] as const;
export type ImportStatus = (typeof importStatuses)[number];

export const duplicatePolicies = ['skip', 'update', 'create'] as const;
export type DuplicatePolicy = (typeof duplicatePolicies)[number];

/** Headers are data: as pairs, they may be anything. */
export type ColumnMapping = readonly (readonly [header: string, field: string])[];

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

  @Column('json', { nullable: true })
  shape!: TableShape | null;

  @Column('json', { nullable: true })
  column_mapping!: ColumnMapping | null;

  @Column('text')
  on_duplicate!: DuplicatePolicy;

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

/** What a new one has. */
export const newImport = {
  status: 'pending_upload',
  task: 'import',
  upload_id: null,
  shape: null,
  column_mapping: null,
  on_duplicate: 'skip',
  dry_run: false,
  total_rows: null,
  processed_rows: 0,
  created_count: 0,
  updated_count: 0,
  skipped_count: 0,
  failed_count: 0,
  conflict_count: 0,
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
