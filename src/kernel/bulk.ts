import type { CustomFieldValues, ReadValues } from './custom-field-values';
import { differenceOf } from './difference';
import type { ErrorDetail } from './domain-error';

/** What imports say to contexts whose records they write, a thousand at once. */

/** A record to be made, already judged. */
export interface NewRecord<Input> {
  readonly id: string;
  readonly input: Input;
  readonly custom_fields: CustomFieldValues;
}

/** How one is to be changed: what is absent stays; values of custom fields are merged. */
export interface RecordChange<Input> {
  readonly id: string;
  readonly input: Partial<Input>;
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
export interface ReadInput<Input> {
  readonly input: Input;
  /** What it lacks to become a new record; it may do to change one. */
  readonly lacking: readonly ErrorDetail[];
}

interface Kept {
  readonly id: string;
  readonly updated_at: Date;
}

/** One that is different now: as it was and as it is. */
export interface Difference<Entity> {
  readonly before: Entity;
  readonly after: Entity;
  readonly changed: ChangedRecord;
}

/** @returns those of the records whose fields really differ from what was sent. */
export function differencesOf<Entity extends Kept>(
  changes: readonly (readonly [before: Entity, sent: Partial<Entity>])[],
  at: Date,
): Difference<Entity>[] {
  return changes.flatMap(([before, sent]) => {
    const difference = differenceOf<Entity>(before, sent);
    const fields = Object.keys(difference) as (keyof Entity)[];
    if (fields.length === 0) return [];
    const earlier = Object.fromEntries(fields.map((field) => [field, before[field]]));
    return [
      {
        before,
        after: { ...before, ...difference, updated_at: at },
        changed: { id: before.id, before: earlier, was: before.updated_at, at },
      },
    ];
  });
}
