import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEmptyDatabase } from '../support/database';
import { type Transitions, wrongTransitions } from '../support/upgrades/transitions';
import { type Migration, readMigrations, upgrade } from '../support/upgrades/upgrade';
import { type Columns, neverDeleted } from './releases';

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'docs/migrations.md'), 'utf8');
const blocks = [...text.matchAll(/^```(sql|ts)\n([^]*?)^```$/gm)].map(([, language, code]) => ({
  language: language!,
  code: code!,
}));

/** Numbers them after the existing migrations, by release and then by place in the document. */
const migrationsIn = (version: string): Migration[] =>
  blocks.flatMap(({ code }, index) => {
    const [, name] = new RegExp(`^-- NNNN_(\\w+)\\.sql, in ${version.replaceAll('.', '\\.')}\n`).exec(code) ?? [];
    const number = `9${version.split('.')[1]}${String(index).padStart(2, '0')}`;
    return name === undefined ? [] : [{ name: `${number}_${name}`, sql: code }];
  });

const existing = readMigrations();
const inNext = migrationsIn('0.2.0');
const inSecond = migrationsIn('0.3.0');
const all = [...existing, ...inNext, ...inSecond];
const releases = [
  { version: '0.1.0', lastMigration: existing.at(-1)!.name },
  { version: '0.2.0', lastMigration: inNext.at(-1)!.name },
];

/** The entries that the document has for a list of `releases.ts`. */
const listed = (list: string): Columns => {
  const code = blocks.flatMap((block) => (block.language === 'ts' ? [block.code] : [])).join('');
  const lines = code.split('\n').filter((line) => line.startsWith(`export const ${list}: Columns = `));
  const entries = lines.flatMap((line) => [...line.matchAll(/'(\w+\.\w+)': 'NNNN_(\w+)'/g)]);
  return Object.fromEntries(
    entries.map(([, column, name]) => [column!, all.find((one) => one.name.slice(5) === name)!.name]),
  );
};

const retiredColumns = listed('retiredColumns');
const pendingDefaults = listed('pendingDefaults');
const plan = { releases, retiredColumns, neverDeleted: Object.keys(neverDeleted) };

it('squawk accepts them', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tideline-recipes-'));
  try {
    const files = [...inNext, ...inSecond].map(({ name, sql }) => {
      const file = join(directory, `${name}.sql`);
      writeFileSync(file, sql);
      return file;
    });
    expect(files).toHaveLength(12);
    expect(() =>
      execFileSync('npx', ['squawk', ...files], { cwd: root, encoding: 'utf8', stdio: 'pipe' }),
    ).not.toThrow();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it('the previous release works after each of them, and the lists are correct in both releases', async () => {
  const steps = await onEmptyDatabase((database) => upgrade(database, all, plan));
  const told = steps.flatMap(({ migration, refusals }) => refusals.map((refusal) => `${migration}: ${refusal}`));
  expect(told).toEqual([]);
  const wrong = (until: Migration, lists: Pick<Transitions, 'pendingDefaults' | 'retiredColumns'>) =>
    wrongTransitions(steps.slice(0, all.indexOf(until) + 1), { releases, ...lists });
  expect(Object.keys(pendingDefaults)).toHaveLength(2);
  expect(Object.keys(retiredColumns)).toHaveLength(2);
  expect(wrong(inNext.at(-1)!, { pendingDefaults, retiredColumns })).toEqual([]);
  expect(wrong(all.at(-1)!, { pendingDefaults: {}, retiredColumns })).toEqual([]);
  const left = steps
    .at(-1)!
    .columns.filter(({ table, name, hasDefault }) => hasDefault && `${table}.${name}` in pendingDefaults);
  expect(left).toEqual([]);
});

it('both columns of a renamed one stay equal, whichever release writes', async () => {
  const rows = await onEmptyDatabase(async (database) => {
    const renaming = inNext.filter(({ name }) => /postal_code/.test(name));
    await upgrade(database, [...existing, ...renaming], plan);
    const read = async () =>
      (await database.query<object>('select distinct zip_code, postal_code from contacts order by 1')).rows;
    const written = await read();
    await database.query(`update contacts set zip_code = 'old'`);
    const byOld = await read();
    await database.query(`update contacts set postal_code = 'new'`);
    return { written, byOld, byNew: await read() };
  });
  // The previous release inserted one row before the migrations and one after each of them.
  expect(rows.written).toHaveLength(3);
  for (const row of rows.written as { zip_code: string; postal_code: string }[])
    expect(row.postal_code).toBe(row.zip_code);
  expect(rows.byOld).toEqual([{ zip_code: 'old', postal_code: 'old' }]);
  expect(rows.byNew).toEqual([{ zip_code: 'new', postal_code: 'new' }]);
});
