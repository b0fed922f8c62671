import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onEmptyDatabase } from '../support/database';
import { wrongTransitions } from '../support/upgrades/transitions';
import { readMigrations, type Step, upgrade } from '../support/upgrades/upgrade';
import { acceptedRefusals, neverDeleted, pendingDefaults, releases, retiredColumns } from './releases';

const root = join(__dirname, '../..');

describe('the migrations of the last release and of the next one', () => {
  let steps: readonly Step[];
  beforeAll(async () => {
    const plan = { releases, retiredColumns, neverDeleted: Object.keys(neverDeleted) };
    steps = await onEmptyDatabase((database) => upgrade(database, readMigrations(), plan));
  });

  it('do not break the previous release, except where a reason is given', () => {
    const told = steps.filter(({ refusals }) => refusals.length > 0);
    const found = told.map(({ migration, refusals }) => [migration, [...refusals].sort()]);
    const accepted = Object.entries(acceptedRefusals).map(([name, reasons]) => [name, Object.keys(reasons).sort()]);
    // docs/migrations.md has a recipe for each refusal.
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(accepted));
  });

  it('agree with the lists of pending defaults and retired columns', () => {
    expect(wrongTransitions(steps, { releases, pendingDefaults, retiredColumns })).toEqual([]);
  });

  it('belong to releases, the last of which is the version in package.json', () => {
    const names = steps.map(({ migration }) => migration);
    const places = releases.map(({ lastMigration }) => names.indexOf(lastMigration));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places).not.toContain(-1);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(releases.at(-1)!.version).toBe(version);
  });

  it('may refer to rows of tables from which the program deletes nothing', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
    const sources = files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(root, 'src', file), 'utf8'));
    const program = sources.join('\n');
    const deleted = Object.keys(neverDeleted).filter((table) => {
      const entity = new RegExp(`@Entity\\('${table}'\\)\\nexport class (\\w+)`).exec(program)![1]!;
      return new RegExp(`delete from ${table}\\b|manager\\.delete\\(${entity},`).test(program);
    });
    // Of users, invitations that lapsed, to which nothing refers.
    expect(deleted).toEqual(['users']);
  });
});
