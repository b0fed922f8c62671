import type { RecordKeys } from '../../../platform/records/importable';

export type Keys = Omit<RecordKeys, 'id'>;

/**
 * The records that rows of a batch may mean: existing ones, and those that earlier rows made or changed. A record
 * matches by its domain, or else by its name, unless both sides have a domain and the domains differ.
 */
export class DuplicateIndex {
  private readonly records = new Map<string, RecordKeys>();
  private readonly byDomain = new Map<string, string>();
  private readonly byName = new Map<string, string>();
  /** Ids of records without a domain, by name. */
  private readonly byNameAlone = new Map<string, string>();

  /** @param records oldest first. If two match, the older one is taken. */
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

  /** Applies a row: keys absent from the row keep their value. @returns the new keys, or null if they are the same. */
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
