import type { RecordKeys } from '../../../platform/records/importable';

export type Keys = Omit<RecordKeys, 'id'>;

/**
 * The records that the rows of a batch may be about: those that there were before, and those that rows before made or changed.
 * One is found by its domain, else by its name, unless both have a domain and these are different.
 */
export class DuplicateIndex {
  private readonly records = new Map<string, RecordKeys>();
  private readonly byDomain = new Map<string, string>();
  private readonly byName = new Map<string, string>();
  /** Those without a domain. */
  private readonly byNameAlone = new Map<string, string>();

  /** @param records the oldest first: of two that fit it is taken. */
  constructor(records: readonly RecordKeys[]) {
    for (const record of records) this.add(record);
  }

  find({ name, domain }: Keys): string | undefined {
    if (domain === '') return this.byName.get(name);
    return this.byDomain.get(domain) ?? this.byNameAlone.get(name);
  }

  add(record: RecordKeys): void {
    if (this.records.has(record.id)) return;
    const { id, name, domain } = record;
    this.records.set(id, record);
    if (name !== '' && !this.byName.has(name)) this.byName.set(name, id);
    if (name !== '' && domain === '' && !this.byNameAlone.has(name)) this.byNameAlone.set(name, id);
    if (domain !== '' && !this.byDomain.has(domain)) this.byDomain.set(domain, id);
  }

  /** A row was applied to it: what the row has not stays. @returns its keys now, when they are others than before. */
  change(id: string, { name, domain }: Keys): RecordKeys | null {
    const before = this.records.get(id);
    if (!before) return null;
    const after = { id, name: name || before.name, domain: domain || before.domain };
    if (after.name === before.name && after.domain === before.domain) return null;
    const forget = (map: Map<string, string>, key: string) => map.get(key) === id && map.delete(key);
    forget(this.byName, before.name);
    forget(this.byNameAlone, before.name);
    forget(this.byDomain, before.domain);
    this.records.delete(id);
    this.add(after);
    return after;
  }
}
