import type { CustomFieldValues, ReadValues } from '../../kernel/custom-field-values';
import type { ErrorDetail } from '../../kernel/domain-error';

/** Types for many records at once: to create, change and restore them. */

/** A record to create, already validated. */
export interface NewRecord {
  readonly id: string;
  readonly input: object;
  readonly custom_fields: CustomFieldValues;
}

/** A change. Absent fields stay; values of custom fields are merged. */
export interface RecordChange {
  readonly id: string;
  readonly input: object;
  /** Fields that depend on the record as it is. */
  readonly derived?: ((before: object) => object) | undefined;
  readonly custom_fields: ReadValues;
}

/** A change that was made, with enough to undo it. */
export interface ChangedRecord {
  readonly id: string;
  /** The earlier values of the changed fields. */
  readonly before: Readonly<Record<string, unknown>>;
  /** `updated_at` before and after the change. */
  readonly was: Date;
  readonly at: Date;
}

/** A record that gets its earlier values again. */
export type Restoration = Pick<ChangedRecord, 'id' | 'before'>;

/** Input that was read by the rules of a create. */
export interface ReadInput {
  readonly input: object;
  /** What is missing for a create. The input may still be good for a change. */
  readonly lacking: readonly ErrorDetail[];
}
