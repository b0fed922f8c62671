import fc from 'fast-check';
import type { ReadingOptions } from '../../src/contexts/imports/rows/reading-options';
import { readTags } from '../../src/platform/tables/cell-values';
import { addressesIn, phonesIn } from '../../src/platform/tables/several-values';
import { csv } from '../support/imports';
import { type ImportedTable, importedTable } from '../support/imported-table';

/**
 * Whatever a row has: each cell of a mapped column that is not empty is in the record, is told, or is one of those of which
 * docs/imports.md says that they do not count. IMPORT_ROWS: the number of rows; IMPORT_SEED repeats a run.
 */
const runs = Number(process.env.IMPORT_ROWS ?? 150);
const seed = process.env.IMPORT_SEED ? { seed: Number(process.env.IMPORT_SEED) } : {};

const customFields = [
  { id: '1', label: 'Diet', field_type: 'enum', options: ['None', 'Vegan'] },
  { id: '2', label: 'Story', field_type: 'text', options: null },
  { id: '3', label: 'Score', field_type: 'number', options: null },
];
const fields = [
  ...['first_name', 'last_name', 'full_name', 'email', 'phone', 'job_title', 'notes', 'tags', 'company_name'],
  ...['address', 'city', 'state', 'zip_code', 'country', 'source_name'],
  ...customFields.map(({ id }) => `custom_fields.${id}`),
];
/** Of several columns of such a field the first one that can be used counts. */
const isFirst = (field: string) =>
  /^(?:custom_fields\..*|(?:first|last|full|company|source)_name|job_title)$/.test(field);

const word = fc.stringMatching(/^[A-Z][a-z]{2,6}$/);
const long = fc
  .tuple(word, fc.constantFrom(49, 199, 500, 501, 20_001))
  .map(([text, length]) => text.padEnd(length, 'x'));
const cell = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', '', '', 'N/A', 'null') },
  { weight: 4, arbitrary: word },
  { weight: 2, arbitrary: fc.tuple(word, word).map((words) => words.join(' ')) },
  { weight: 2, arbitrary: long },
  { weight: 1, arbitrary: word.map((text) => `${text}\0`) },
  { weight: 2, arbitrary: fc.array(word, { minLength: 1, maxLength: 70 }).map((words) => words.join(', ')) },
  { weight: 2, arbitrary: word.map((text) => `${text}@x.example`) },
  {
    weight: 1,
    arbitrary: fc
      .array(word, { minLength: 2, maxLength: 4 })
      .map((all) => all.map((each) => `${each}@x.example`).join('; ')),
  },
  { weight: 2, arbitrary: fc.integer({ min: 10_000, max: 99_999_999 }).map((number) => `+49 ${number}`) },
  { weight: 1, arbitrary: fc.constantFrom('None', 'vegan', '12.5') },
);
const columns = fc.array(
  fc.record({ field: fc.constantFrom(...fields), word: fc.constantFrom('', 'home', 'work'), cell }),
  { minLength: 1, maxLength: 14 },
);
const options: fc.Arbitrary<Partial<ReadingOptions>> = fc.record({
  empty_cells: fc.constantFrom('keep', 'clear'),
  on_invalid_cell: fc.constantFrom('leave_out', 'leave_out', 'refuse_row'),
  when_name_missing: fc.constantFrom('use_other', 'use_other', 'refuse'),
  defaults: fc.constantFrom({}, { city: 'Berlin', tags: ['new'] }),
});

const isWord = (text: string) => text === 'null' || text === 'None';

interface Cell {
  readonly header: string;
  readonly field: string;
  readonly text: string;
}

/** @returns the cells that are lost without a word. */
function lost(cells: readonly Cell[], { records: [record], told }: ImportedTable): readonly Cell[] {
  if (!record) return told.length > 0 ? [] : cells;
  if (told.some(({ rest }) => rest !== undefined)) return [];
  const texts = Object.values(record).flatMap((value) =>
    typeof value === 'object' && value !== null ? Object.values(value as Readonly<Record<string, unknown>>) : [value],
  );
  const all = texts.join('\n');
  const isTold = ({ header, text }: Cell) =>
    told.some(({ column, message, value }) => column === header || (message.includes(header) && value.includes(text)));
  const isLeftOut = ({ header }: Cell) =>
    told.some(({ column, message }) => column === header && message.endsWith('the cell was left out'));
  const isToldTag = (tag: string) =>
    told.some(({ field, value }) => field === 'tags' && value.includes(tag.slice(0, 200)));
  const partsOf = ({ field, text }: Cell): readonly string[] => {
    if (field === 'email') return addressesIn(text);
    if (field === 'phone') return phonesIn(text);
    if (field === 'full_name') return text.split(/[\s,]+/);
    if (field === 'custom_fields.1') return [text === 'vegan' ? 'Vegan' : text];
    return [text];
  };
  const tags = (record['tags'] ?? []) as readonly string[];
  const isKept = (each: Cell) =>
    each.field === 'tags'
      ? readTags(each.text).every((tag) => tags.includes(tag) || isToldTag(tag))
      : partsOf(each).every((part) => all.includes(part));
  const isNothing = ({ field, text }: Cell) =>
    text === 'N/A' || (isWord(text) && !field.endsWith('name') && !(field === 'custom_fields.1' && text === 'None'));
  const doesNotCount = ({ field }: Cell, index: number) =>
    (isFirst(field) && cells.slice(0, index).some((other) => other.field === field && !isLeftOut(other))) ||
    (field === 'full_name' && ['first_name', 'last_name'].every((name) => cells.some((other) => other.field === name)));
  return cells.filter(
    (each, index) => !isNothing(each) && !isTold(each) && !isKept(each) && !doesNotCount(each, index),
  );
}

it.each([false, true])('no cell is lost without a word (changes: %s)', async (isChange) => {
  const property = fc.asyncProperty(columns, options, async (some, chosen) => {
    const headers = some.map(({ field, word: kind }, index) => `${field} ${kind} ${'abcdefghijklmn'[index]}`);
    const mapping = Object.fromEntries(some.map(({ field }, index) => [headers[index]!, field]));
    const file = Buffer.from(
      csv([
        [...headers, 'end'],
        [...some.map((each) => each.cell), '.'],
      ]),
    );
    const table = { header_row: 1 };
    const imported = await importedTable(file, { mapping, options: chosen, customFields, table, isChange });
    const cells = some
      .map(({ field, cell: text }, index) => ({ header: headers[index]!, field, text: text.trim() }))
      .filter(({ text }) => text !== '');
    expect(lost(cells, imported)).toEqual([]);
  });
  await fc.assert(property, { ...seed, numRuns: runs });
});
