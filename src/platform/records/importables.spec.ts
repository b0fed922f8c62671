import type { ImportedEntity } from '../../kernel/record-kinds';
import type { Importable, RecordUse } from './importable';
import { Importables } from './importables';

function offerOf(entity: ImportedEntity, uses?: readonly RecordUse[]): Importable<object> {
  const nothing = async () => [];
  const records = {
    read: () => ({ input: {}, lacking: [] }),
    create: async () => undefined,
    change: nothing,
    lock: async () => new Map<string, Date>(),
    restore: nothing,
    delete: async () => undefined,
  };
  return { entity, records, fields: [], aliases: {}, keysOf: () => ({}), findByKeys: nothing, ...(uses && { uses }) };
}

describe('what contexts offer to imports', () => {
  const use: RecordUse = { entity: 'source', fault: 'is used', findUsed: async () => [] };
  const [contacts, sources] = [offerOf('contact', [use]), offerOf('source')];
  const importables = new Importables();
  importables.offer(contacts);
  importables.offer(sources);

  it('is found by the kind of record, and by what clients call it', () => {
    expect(importables.ofEntity('source')).toBe(sources);
    expect(importables.of('contacts')).toBe(contacts);
    expect(() => importables.of('companies')).toThrow('No context offers to import companies.');
  });

  it('tells which records are used by others', () => {
    expect(importables.usesOf('source')).toEqual([use]);
    expect(importables.usesOf('contact')).toEqual([]);
  });
});
