import type { ChangedRecord, Restoration } from './many-records';
import { takenExternalIds } from './external-ids';
import type { FoundTargets, RecordDefinition } from './record-definition';
import type { RecordRow } from './record-row';

export interface Change<Row> {
  readonly before: Row;
  readonly after: Row;
  readonly difference: Partial<Row>;
}

/** @returns what an undo needs. */
export function changedRecord<Row extends RecordRow>({ before, after, difference }: Change<Row>): ChangedRecord {
  const fields = Object.keys(difference) as (keyof Row)[];
  const earlier = Object.fromEntries(fields.map((field) => [field, before[field]]));
  return { id: before.id, before: earlier, was: before.updated_at, at: after.updated_at };
}

/** @returns the earlier fields, without references to what is gone and external ids that others have by now. */
export function restoredFields<Row extends RecordRow>(
  record: RecordDefinition<Row, object>,
  restorations: readonly Restoration[],
  found: FoundTargets,
): Partial<Row>[] {
  const all = restorations.map(({ id, before }) => ({ id, set: before as Partial<Row> }));
  const taken = takenExternalIds(record.kind, all, found.external);
  return all.map(({ id, set }) => {
    const gone = record.references.filter(({ field, to }) => {
      const target = set[field as keyof Row] as string | null | undefined;
      return target && !found.find(to, target);
    });
    const fields = [...gone.map(({ field }) => field), ...(taken.has(id) ? ['external_id'] : [])];
    return { ...set, ...Object.fromEntries(fields.map((field) => [field, null])) };
  });
}
