import type { ImportableEntity } from '../../kernel/record-kinds';
import type { Importable, RecordUse } from './importable';
import { Importables } from './importables';
import type { Matcher } from './matcher';
import type { RecordDefinition } from './record-definition';
import type { RecordRow } from './record-row';

const byName: Matcher = { name: 'name', fields: ['name'], keysOf: () => ({ title: '' }), find: async () => [] };

function offerOf(kind: ImportableEntity, table: string, uses?: readonly RecordUse[]): Importable {
  const record = { kind, table } as RecordDefinition<RecordRow, object>;
  return { record, fields: [], columnNames: {}, matchers: [byName], ...(uses && { uses }) };
}

describe('what contexts offer to imports', () => {
  const use: RecordUse = { entity: 'source', fault: 'is used', findUsed: async () => [] };
  const [contacts, sources] = [offerOf('contact', 'contacts', [use]), offerOf('source', 'sources')];
  const importables = new Importables();
  importables.register(contacts);
  importables.register(sources);

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
