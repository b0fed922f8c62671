import type { CustomFieldValues, ReadValues } from '../../kernel/custom-field-values';
import type { ErrorDetail } from '../../kernel/domain-error';

/** What is said about many records at once: to be made, changed, and brought back. */

/** A record to be made, already judged. */
export interface NewRecord {
  readonly id: string;
  readonly input: object;
  readonly custom_fields: CustomFieldValues;
}

/** How one is to be changed: what is absent stays; values of custom fields are merged. */
export interface RecordChange {
  readonly id: string;
  readonly input: object;
  readonly custom_fields: ReadValues;
}

/** What was changed: enough to bring it back. */
export interface ChangedRecord {
  readonly id: string;
  /** The earlier values of what is different now. */
  readonly before: Readonly<Record<string, unknown>>;
  /** `updated_at` before, and since. */
  readonly was: Date;
  readonly at: Date;
}

/** One that may be given its earlier values again. */
export type Restoration = Pick<ChangedRecord, 'id' | 'before'>;

/** Input that was read by the rules of "create". */
export interface ReadInput {
  readonly input: object;
  /** What it lacks to become a new record; it may do to change one. */
  readonly lacking: readonly ErrorDetail[];
}
