import { ApiProperty } from '@nestjs/swagger';
import { modelTypes } from '../../kernel/record-kinds';
import {
  authorDescription,
  BoolValue,
  CountValue,
  EnumValue,
  exampleIds,
  IdValue,
  IntegerValue,
  NullableTimestampValue,
  ReferenceValue,
  TextValue,
  TimestampValue,
} from '../../platform/fields/view-fields';
import type { ImportError } from './import-error.entity';
import { ImportPreviewView } from './import-preview.view';
import { type Import, importStatuses } from './import.entity';
import { duplicatePolicies } from './rows/duplicate-policy';

export class ImportView {
  @IdValue(exampleIds.import)
  id!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @ReferenceValue(exampleIds.user, authorDescription)
  created_by!: string | null;

  @EnumValue(modelTypes, 'contacts')
  model_type!: string;

  @TextValue('contacts.csv')
  file_name!: string;

  @EnumValue(importStatuses, 'completed')
  status!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    example: { 'First Name': 'first_name' },
    description: 'From headers to fields; null until it is confirmed.',
  })
  column_mapping!: Record<string, string> | null;

  @EnumValue(duplicatePolicies, 'skip')
  on_duplicate!: string;

  @BoolValue(false, 'Whether nothing is changed.')
  dry_run!: boolean;

  @IntegerValue(3, 'Rows below the header, blank ones not counted; null until the upload is complete.')
  total_rows!: number | null;

  @CountValue('Rows that are done: what became of them is counted below.', 3)
  processed_rows!: number;

  @CountValue('Rows that became records.', 2)
  created_count!: number;

  @CountValue('Rows that were applied to a record that was there, whether or not that made a difference.', 0)
  updated_count!: number;

  @CountValue('Rows about a record that was there, left alone.', 1)
  skipped_count!: number;

  @CountValue('Rows that were refused: GET /imports/:id/errors tells why.', 0)
  failed_count!: number;

  @CountValue('Records that the undoing left alone, since they were changed in the meantime.', 0)
  conflict_count!: number;

  @CountValue(
    'Rows that were not refused, and about which there is something to tell: GET /imports/:id/rows?warnings=true.',
    0,
  )
  warning_count!: number;

  @ApiProperty({
    type: 'number',
    minimum: 0,
    maximum: 1,
    example: 1,
    description: 'The part that is done, of undoing too.',
  })
  progress!: number;

  @IntegerValue(null, 'How long it will take at the present pace; null while that is not known.')
  eta_seconds!: number | null;

  @ApiProperty({ type: 'string', nullable: true, example: null, description: 'Why it ended, if not by itself.' })
  error!: string | null;

  @TimestampValue()
  created_at!: string;

  @NullableTimestampValue('When it began.')
  started_at!: string | null;

  @NullableTimestampValue('When it ended.')
  finished_at!: string | null;
}

export class CreatedImportView {
  @ApiProperty({ type: ImportView })
  job!: ImportView;

  @TextValue(
    'https://crm.example.com/api/v1/imports/0190a6c0-5b28-7d34-8feb-c2a3b62c1adf/upload?expires=1767225600&signature=…',
    { description: 'PUT the bytes of the file to it, within an hour. It needs no token.' },
  )
  upload_url!: string;
}

export class UploadedImportView {
  @ApiProperty({ type: ImportView })
  job!: ImportView;

  @ApiProperty({ type: ImportPreviewView })
  preview!: ImportPreviewView;
}

export class ImportErrorView {
  @ApiProperty({ type: 'integer', minimum: 1, example: 2, description: 'Counts the rows below the header from 1.' })
  row!: number;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'E-mail',
    description: 'The header; null: the row as a whole.',
  })
  column!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'email' })
  field!: string | null;

  @TextValue('grace', { description: 'What stands in the cell, at most 1,000 characters of it.' })
  value!: string;

  @TextValue('First name is required')
  message!: string;
}

/** @param now for the estimate of the time left. */
export function importView(job: Import, now: Date): ImportView {
  const progress = progressOf(job);
  return {
    id: job.id,
    account_id: job.account_id,
    created_by: job.created_by,
    model_type: job.model_type,
    file_name: job.file_name,
    status: job.status,
    column_mapping: job.column_mapping && Object.fromEntries(job.column_mapping),
    on_duplicate: job.on_duplicate,
    dry_run: job.dry_run,
    total_rows: job.total_rows,
    processed_rows: job.processed_rows,
    created_count: job.created_count,
    updated_count: job.updated_count,
    skipped_count: job.skipped_count,
    failed_count: job.failed_count,
    conflict_count: job.conflict_count,
    warning_count: job.warning_count,
    progress,
    eta_seconds: secondsLeft(job, progress, now),
    error: job.error,
    created_at: job.created_at.toISOString(),
    started_at: job.started_at?.toISOString() ?? null,
    finished_at: job.finished_at?.toISOString() ?? null,
  };
}

function progressOf({ task, status, processed_rows, total_rows, undo_left, undo_total }: Import): number {
  if (status === 'completed' || status === 'undone') return 1;
  const [done, all] =
    task === 'undo' ? [(undo_total ?? 0) - (undo_left ?? 0), undo_total ?? 0] : [processed_rows, total_rows ?? 0];
  return all === 0 ? 0 : Math.min(1, done / all);
}

/** Estimated from the pace since the beginning. */
function secondsLeft({ status, task, queued_at, started_at }: Import, progress: number, now: Date): number | null {
  const began = task === 'undo' ? queued_at : started_at;
  if (status !== 'processing' || progress === 0 || !began) return null;
  const elapsed = Math.max(0, now.getTime() - began.getTime()) / 1_000;
  return Math.ceil((elapsed / progress) * (1 - progress));
}

export function importErrorView({ row_number, column_name, field, value, message }: ImportError): ImportErrorView {
  return { row: row_number, column: column_name, field, value, message };
}
