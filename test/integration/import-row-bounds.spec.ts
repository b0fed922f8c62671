import { useApi } from '../support/api';
import { csv, Importing } from '../support/imports';

/** What is kept of a row has a bound, however many columns and values it has. */
const { client, program } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'each test' });
const imports = new Importing(program, client);

const maxBytesOfRow = 65_536;
const columns = 999;

const cells: Readonly<Record<string, (column: number) => string>> = {
  phone: (column) => `+49 30 ${1_000_000 + column}`,
  email: (column) => `${'x'.repeat(300)}${column}@x.example`,
  notes: (column) => `${'n'.repeat(900)}${column}`,
  tags: (column) => `${'t'.repeat(100)}${column}`,
  address: (column) => `${'a'.repeat(900)}${column}`,
  city: (column) => `${'c'.repeat(900)}${column}`,
};

it.each(Object.keys(cells))('a row of 1,000 columns that all go to %s', async (field) => {
  const headers = Array.from({ length: columns }, (_, column) => `${field} ${column}`);
  const row = Array.from({ length: columns }, (_, column) => cells[field]!(column));
  const column_mapping = { Name: 'first_name', ...Object.fromEntries(headers.map((header) => [header, field])) };
  const uploaded = await imports.uploaded(
    'contacts',
    csv([
      ['Name', ...headers],
      ['Ann', ...row],
      ['Bo', ...row],
    ]),
  );
  for (const on_invalid_cell of ['refuse_row', 'leave_out'] as const) {
    const dry_run = on_invalid_cell === 'refuse_row';
    const job = await imports.finish(uploaded, { column_mapping, on_invalid_cell, dry_run });
    expect([job.status, job.processed_rows]).toEqual(['completed', 2]);
    const told = await imports.rows(job);
    expect(told.map((each) => each.row)).toEqual([1, 2]);
    const faults = await imports.errors(job);
    const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
    expect(Math.max(...told.map(bytesOf))).toBeLessThan(maxBytesOfRow);
    for (const number of [1, 2])
      expect(bytesOf(faults.filter((fault) => fault.row === number))).toBeLessThan(maxBytesOfRow);
  }
});
