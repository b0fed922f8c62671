import { useApi } from '../support/api';
import { randomOf } from '../support/random';

/**
 * Who has which value of a unique field is what a model says, for any sequence of writes, while the field is unique and not.
 *
 * UNIQUE_STEPS: the number of writes. UNIQUE_SEED repeats an earlier run.
 */
const steps = Number(process.env.UNIQUE_STEPS ?? 250);

const { client } = useApi({ accountFor: 'all tests' });

interface Row {
  readonly id: string;
}

const texts = ['a', 'A', 'b', 'ä', 'Ä', 'a\u0308', '', null] as const;
type Value = (typeof texts)[number];

const formOf = (value: Value) => (value ?? '').normalize('NFC').toLowerCase();

it('writes of few values, for a while', async () => {
  const random = randomOf('UNIQUE_SEED');
  const input = { entity_type: 'company', label: 'Code', field_type: 'text', unique: true };
  const field = (await client.post<Row>('/custom-fields', input)).result.id;
  let isUnique = true;
  const values = new Map<string, Value>();
  const holdersOf = (value: Value) =>
    formOf(value) === '' ? [] : [...values].filter(([, other]) => formOf(other) === formOf(value)).map(([id]) => id);
  const remove = async (id: string) => {
    await client.delete<object>(`/companies/${id}`).then(({ result }) => result);
    values.delete(id);
  };
  const count = { taken: 0, kept: 0 };
  for (let step = 0; step < steps; step++) {
    const value = random.pick(texts);
    const known = [...values.keys()];
    const custom_fields = { [field]: value };
    // It stays unique most of the time.
    if (random.chance(isUnique ? 0.05 : 0.3)) {
      const answer = await client.patch<Row>(`/custom-fields/${field}`, { unique: !isUnique });
      const shared = texts.map(holdersOf).filter((ids) => ids.length > 1);
      expect([step, answer.status]).toEqual([step, !isUnique && shared.length > 0 ? 400 : 200]);
      if (answer.status === 200) isUnique = !isUnique;
      // Or the field would never be unique again.
      else for (const id of new Set(shared.flatMap((ids) => ids.slice(1)))) await remove(id);
    } else if (known.length > 0 && random.chance(0.25)) {
      const id = random.pick(known);
      await remove(id);
    } else {
      const id = known.length > 0 && random.chance(0.5) ? random.pick(known) : null;
      const holder = isUnique ? holdersOf(value).find((other) => other !== id) : undefined;
      const answer =
        id === null
          ? await client.post<Row>('/companies', { name: 'Acme', custom_fields })
          : await client.patch<Row>(`/companies/${id}`, { custom_fields });
      if (holder === undefined) {
        expect([step, answer.status]).toEqual([step, 200]);
        values.set(answer.result.id, value);
        count.kept++;
      } else {
        const { code, details } = answer.error;
        expect([step, code, details?.map((detail) => detail.id)]).toEqual([
          ...[step, 'companies.invalid_custom_fields', [holder]],
        ]);
        count.taken++;
      }
    }
  }
  expect(count.kept).toBeGreaterThan(steps / 10);
  expect(count.taken).toBeGreaterThan(steps / 50);
});
