import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useApi } from '../support/api';
import { counts, Importing, type Kind, type Row } from '../support/imports';

/** The files of programs go the whole way: through the API, the matching and the database, twice. */
const { program, client } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'each test' });
const imports = new Importing(program, client);

const folder = join(__dirname, '..', 'imports');
const files = readdirSync(folder).filter((file) => /\.(?:csv|vcf)$/.test(file));

interface Expected {
  readonly program: string;
  readonly kind: Kind;
  readonly mapping: Readonly<Record<string, string>>;
  readonly records: readonly (Readonly<Record<string, unknown>> | null)[];
}

const expectedOf = (file: string) =>
  JSON.parse(readFileSync(join(folder, file.replace(/\.\w+$/, '.json')), 'utf8')) as Expected;

/** Rows that are matched by nothing are made again: see the README of the folder. */
const isMatched = (kind: Kind, record: Readonly<Record<string, unknown>>) =>
  kind !== 'contacts' || record.email !== undefined;

const ids = new Set(['id', 'company_id', 'source_id']);

/** @returns a record in the terms of the expected ones: names instead of ids, nothing that is empty. */
function told(record: Row, fields: ReadonlySet<string>, names: ReadonlyMap<unknown, unknown>): object {
  const named = { ...record, company_name: names.get(record.company_id), source_name: names.get(record.source_id) };
  return Object.fromEntries(
    Object.entries(named).filter(
      ([field, value]) =>
        fields.has(field) &&
        !ids.has(field) &&
        value !== undefined &&
        value !== null &&
        value !== '' &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );
}

it.each(files.map((file) => [expectedOf(file).program, file]))('a file of %s comes in once', async (_, file) => {
  const { kind, mapping, records } = expectedOf(file);
  const wanted = records.filter((record) => record !== null);
  const bytes = readFileSync(join(folder, file));
  const { preview } = await imports.uploaded(kind, bytes);
  const fields = new Set(preview.available_fields.map(({ value }) => value));
  const present = async () => {
    const others = [...(await imports.all('/companies')), ...(await imports.all('/sources'))];
    const names = new Map<unknown, unknown>(others.map(({ id, name }) => [id, name]));
    const all = (await imports.all(`/${kind}`)).sort((one, other) => (one.id < other.id ? -1 : 1));
    return { all: all.map((record) => told(record, fields, names)), others: others.length };
  };

  const uploaded = await imports.uploaded(kind, bytes);
  expect(uploaded.preview.suggested_mapping).toEqual(mapping);
  const first = await imports.finish(uploaded, { on_duplicate: 'skip' });
  const total = records.length;
  expect([first.status, ...counts(first)]).toEqual([
    'completed',
    wanted.length,
    0,
    0,
    total - wanted.length,
    total,
    total,
  ]);
  const after = await present();
  expect(after.all).toEqual(wanted);

  const again = wanted.filter((record) => !isMatched(kind, record)).length;
  const second = await imports.run(kind, bytes, { column_mapping: mapping, on_duplicate: 'skip' });
  expect(counts(second)).toEqual([again, 0, wanted.length - again, total - wanted.length, total, total]);
  const now = await present();
  expect([now.all.length, now.others]).toEqual([wanted.length + again, after.others]);
});
