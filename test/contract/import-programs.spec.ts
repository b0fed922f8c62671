import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelType } from '../../src/kernel/record-kinds';
import { importedTable } from '../support/imported-table';

/** Files in the layouts of programs, with invented people: they come in with the mapping that is suggested. */
const folder = join(__dirname, '..', 'imports');
const files = readdirSync(folder).filter((file) => /\.(?:csv|vcf)$/.test(file));

interface Expected {
  readonly program: string;
  readonly kind: ModelType;
  readonly mapping: Readonly<Record<string, string>>;
  /** Without empty fields; null: the row is refused. */
  readonly records: readonly (Readonly<Record<string, unknown>> | null)[];
  /** What the rows' owner is told, with the numbers of the rows. */
  readonly told: readonly string[];
}

function expectedOf(file: string): Expected {
  return JSON.parse(readFileSync(join(folder, file.replace(/\.\w+$/, '.json')), 'utf8')) as Expected;
}

it.each(files.map((file) => [expectedOf(file).program, file]))('a file of %s comes in', async (_, file) => {
  const { kind, mapping, records, told } = expectedOf(file);
  const imported = await importedTable(readFileSync(join(folder, file)), { kind });
  expect(imported.preview.suggested_mapping).toEqual(mapping);
  expect(imported.records).toEqual(records);
  expect(imported.messages).toEqual(told);
});

/** @returns the trimmed cells of the first table below the line, without its header. */
function tableBelow(path: string, line: string): readonly (readonly string[])[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const below = lines.slice(lines.indexOf(line) + 1);
  const start = below.findIndex((each) => each.startsWith('|'));
  const length = below.slice(start).findIndex((each) => !each.startsWith('|'));
  const rows = below.slice(start, length < 0 ? undefined : start + length);
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

it('the README of the folder lists each file', () => {
  const rows = files.map((file) => {
    const { program, kind, mapping, records } = expectedOf(file);
    const refused = records.filter((record) => record === null).length;
    return [program, `\`${file}\``, kind, Object.keys(mapping).length, records.length - refused, refused].map(String);
  });
  expect(tableBelow(join(folder, 'README.md'), '# Files of programs')).toEqual(rows);
});

it('docs/imports.md says of each file what is special', () => {
  const rows = tableBelow(join(folder, '..', '..', 'docs', 'imports.md'), '## Programs');
  expect(rows.map(([program, file]) => [program, file])).toEqual(
    files.map((file) => [expectedOf(file).program, `\`${file}\``]),
  );
  expect(rows.filter(([, , special = '']) => special === '' || special.length > 120)).toEqual([]);
});
