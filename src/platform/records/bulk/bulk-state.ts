import type { ChangeType } from '../../../kernel/event-recorder';
import type { RecordRow } from '../record-row';

/** One change of a record, for its event. */
export interface BulkEvent<Row> {
  readonly change: ChangeType;
  /** Null if the record was made. */
  readonly before: Row | null;
  /** Of a deletion: the last state, in the version behind it. */
  readonly after: Row;
}

interface Entry<Row> {
  /** As the database has it; null: the record is new. */
  readonly stored: Row | null;
  /** Null: it was deleted. */
  now: Row | null;
}

/** The records of a bulk while its items take effect, one after the other. Nothing is written before the last one. */
export class BulkState<Row extends RecordRow> {
  readonly events: BulkEvent<Row>[] = [];
  private readonly entries = new Map<string, Entry<Row>>();

  constructor(stored: readonly Row[]) {
    for (const row of stored) this.entries.set(row.id, { stored: row, now: row });
  }

  find(id: string): Row | null {
    return this.entries.get(id)?.now ?? null;
  }

  create(row: Row): void {
    this.entries.set(row.id, { stored: null, now: row });
    this.events.push({ change: 'created', before: null, after: row });
  }

  change(before: Row, after: Row): void {
    this.entries.get(before.id)!.now = after;
    this.events.push({ change: 'updated', before, after });
  }

  delete(row: Row): void {
    this.entries.get(row.id)!.now = null;
    this.events.push({ change: 'deleted', before: row, after: { ...row, version: row.version + 1 } });
  }

  /** What the items come to. Records that were made and deleted again are left out. */
  get outcome(): {
    readonly deleted: readonly Row[];
    readonly changed: readonly { readonly before: Row; readonly after: Row }[];
    readonly created: readonly Row[];
  } {
    const all = [...this.entries.values()];
    return {
      deleted: all.flatMap(({ stored, now }) => (stored && !now ? [stored] : [])),
      changed: all.flatMap(({ stored, now }) =>
        stored && now && now !== stored ? [{ before: stored, after: now }] : [],
      ),
      created: all.flatMap(({ stored, now }) => (!stored && now ? [now] : [])),
    };
  }
}
