import { activityRecord } from '../../src/contexts/activities/activity.record';
import { companyRecord } from '../../src/contexts/companies/company.record';
import { contactRecord } from '../../src/contexts/contacts/contact.record';
import { projectRecord } from '../../src/contexts/projects/project.record';
import { sourceRecord } from '../../src/contexts/sources/source.record';
import { customFieldEntities, modelTypes, recordKinds } from '../../src/kernel/record-kinds';
import { useApi } from '../support/api';

const records = [contactRecord, companyRecord, projectRecord, activityRecord, sourceRecord];

const { program } = useApi();

it('every kind of record has a declaration', () => {
  expect(records.map(({ kind }) => kind).sort()).toEqual(Object.keys(recordKinds).sort());
});

it('a reference that refuses ids of nothing has the foreign key by whose name it is told', async () => {
  const keys = await program.sql<{ name: string }>(`select conname as name from pg_constraint where contype = 'f'`);
  const expected = records.flatMap(({ table, references }) =>
    references.flatMap(({ field, error }) => (error ? [`${table}_${field}_fkey`] : [])),
  );
  expect(expected.length).toBeGreaterThan(5);
  expect(expected.filter((name) => !keys.some((key) => key.name === name))).toEqual([]);
});

it('an external id is unique by the constraint by whose name it is told, at the end of a statement', async () => {
  const keys = await program.sql<{ name: string }>(
    `select conname as name from pg_constraint where contype = 'u' and condeferrable and not condeferred`,
  );
  const expected = records.flatMap(({ table, externalIdTaken }) =>
    externalIdTaken ? [`${table}_external_id_key`] : [],
  );
  expect(expected).toHaveLength(4);
  expect(keys.map(({ name }) => name).sort()).toEqual(expected.sort());
});

it.each([
  ['custom_fields_entity_type_check', customFieldEntities],
  ['imports_model_type_check', modelTypes],
])('%s names the kinds that the program has', async (constraint, kinds) => {
  const [check] = await program.sql<{ definition: string }>(
    'select pg_get_constraintdef(oid) as definition from pg_constraint where conname = $1',
    [constraint],
  );
  const named = [...check!.definition.matchAll(/'(\w+)'/g)].map(([, kind]) => kind!);
  expect(named.sort()).toEqual([...kinds].sort());
});

it('what the server alone sets cannot be changed', () => {
  const at = new Date();
  const author = { kind: 'app', account_id: 'ours', app_id: 'an app' } as never;
  const contact = contactRecord.create(author, 'an id', { first_name: 'Grace' }, at);
  for (const field of ['id', 'account_id', 'created_by', 'created_at']) {
    expect(() => contactRecord.change(contact, { [field]: 'another' }, at)).toThrow('A change sets');
  }
});
