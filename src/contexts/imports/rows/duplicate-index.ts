import type { RecordKeys } from '../../../platform/records/matcher';

export type Keys = Omit<RecordKeys, 'id'>;

/**
 * The records that rows of a batch may mean: existing ones, and those that earlier rows made or changed. A row means the
 * record with its primary key; without one, the record with its secondary key.
 */
export class DuplicateIndex {
  private readonly records = new Map<string, RecordKeys>();
  private readonly byPrimary = new Map<string, string>();
  private readonly bySecondary = new Map<string, string>();
  /** Ids of records without a primary key, by the secondary one. */
  private readonly bySecondaryAlone = new Map<string, string>();

  /**
   * @param records oldest first. If two match, the older one is taken.
   * @param completes whether a row with both keys also means a record that has only the secondary one.
   */
  constructor(
    records: readonly RecordKeys[],
    private readonly completes: boolean,
  ) {
    for (const record of records) this.add(record);
  }

  find({ primary, secondary }: Pick<Keys, 'primary' | 'secondary'>): RecordKeys | undefined {
    const id =
      primary === ''
        ? this.bySecondary.get(secondary)
        : (this.byPrimary.get(primary) ?? (this.completes ? this.bySecondaryAlone.get(secondary) : undefined));
    return id === undefined ? undefined : this.records.get(id);
  }

  /** @returns a record that is not the one of these keys, and shares the secondary one. */
  findBeside({ primary, secondary }: Keys): RecordKeys | undefined {
    const id = primary === '' ? undefined : this.bySecondary.get(secondary);
    return id === undefined ? undefined : this.records.get(id);
  }

  add(record: RecordKeys): void {
    if (this.records.has(record.id)) return;
    const { id, primary, secondary } = record;
    this.records.set(id, record);
    if (primary !== '' && !this.byPrimary.has(primary)) this.byPrimary.set(primary, id);
    if (secondary === '') return;
    if (!this.bySecondary.has(secondary)) this.bySecondary.set(secondary, id);
    if (primary === '' && !this.bySecondaryAlone.has(secondary)) this.bySecondaryAlone.set(secondary, id);
  }

  /** Applies a row: keys absent from the row keep their value. @returns the new keys, or null if they are the same. */
  change(id: string, { primary, secondary, title }: Keys): RecordKeys | null {
    const before = this.records.get(id);
    if (!before) return null;
    const after = {
      id,
      primary: primary || before.primary,
      secondary: secondary || before.secondary,
      title: titleAfter(before.title, title),
    };
    if (after.primary === before.primary && after.secondary === before.secondary && after.title === before.title)
      return null;
    const forget = (map: Map<string, string>, key: string) => map.get(key) === id && map.delete(key);
    forget(this.byPrimary, before.primary);
    forget(this.bySecondary, before.secondary);
    forget(this.bySecondaryAlone, before.secondary);
    this.records.delete(id);
    this.add(after);
    return after;
  }
}

/** @returns the title after a change. Parts that the change leaves empty stay. */
function titleAfter(before: string, change: string): string {
  if (!before.includes('\n')) return change || before;
  const parts = change.split('\n');
  return before
    .split('\n')
    .map((part, index) => parts[index] || part)
    .join('\n');
}
