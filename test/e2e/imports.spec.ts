import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { counts, csv, Importing } from '../support/imports';
import { refusedWith } from '../support/outcome';
import { breakDatabase } from '../support/statements';

/** The way of an import, and each of its codes; the depth is in `test/integration`. */
const { program, client } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'each test' });
const imports = new Importing(program, client);

const people = csv([
  ['First Name', 'E-mail', 'Company'],
  ['Grace', 'grace@mail.example', 'Navy'],
  ['', 'nobody@mail.example', 'Navy'],
  ['Ada', 'ada@mail.example', 'Engines'],
  ['Ada again', 'ada@mail.example', 'Engines'],
]);

it('upload, preview, confirm: records with their companies, counts, errors; then undone', async () => {
  const uploaded = await imports.uploaded('contacts', people);
  expect(uploaded.job.status).toBe('uploaded');
  expect(uploaded.preview).toMatchObject({
    headers: ['First Name', 'E-mail', 'Company'],
    total_rows: 4,
  });
  const job = await imports.finish(uploaded, { on_duplicate: 'update' });
  expect([job.status, ...counts(job)]).toEqual(['completed', 2, 1, 0, 1, 4, 4]);
  expect((await imports.all('/contacts')).map(({ first_name }) => first_name)).toEqual(['Ada again', 'Grace']);
  expect((await imports.all('/companies')).map(({ name }) => name).sort()).toEqual(['Engines', 'Navy']);
  expect(await imports.errors(job)).toMatchObject([{ row: 2, field: 'first_name' }]);

  const undone = await imports.undone(job);
  expect(undone.conflict_count).toBe(0);
  expect(await imports.all('/contacts')).toEqual([]);
});

describe('the preview of a report', () => {
  const report = [
    'Klantenlijst,,,',
    ',,,',
    'Recordtype,Roepnaam,Mailadres,Toestel',
    'Relatie,Jan,jan@mail.example,Vast',
    'Contact,Ina,ina@mail.example,Mobile',
    'Contact,Piet,piet@mail.example,Mobile',
    ',,,',
    'Totaal,,3,',
  ].join('\n');

  it('tells what the header is and what is no row; every row becomes a record', async () => {
    const uploaded = await imports.uploaded('contacts', report);
    expect(uploaded.preview).toMatchObject({
      ...{ encoding: 'utf-8', delimiter: ',', header_row: 3, ignored_rows: 2, total_rows: 3 },
      skipped_lines: [
        { line: 1, text: 'Klantenlijst' },
        { line: 8, text: 'Totaal,,3' },
      ],
      headers: ['Recordtype', 'Roepnaam', 'Mailadres', 'Toestel'],
    });
    const job = await imports.finish(uploaded, { column_mapping: { Roepnaam: 'first_name', Mailadres: 'email' } });
    expect([job.status, ...counts(job)]).toEqual(['completed', 3, 0, 0, 0, 3, 3]);
    const names = (await imports.all('/contacts')).map(({ first_name }) => first_name);
    expect(names.sort()).toEqual(['Ina', 'Jan', 'Piet']);
  });

  it('is made anew with other options until the import is confirmed, and the last one counts', async () => {
    const { job } = await imports.uploaded('contacts', report);
    const again = (await imports.complete(job, { header_row: 4 })).result;
    expect(again.preview).toMatchObject({ header_row: 4, headers: { 0: 'Relatie', 1: 'Jan' }, total_rows: 2 });
    expect((await imports.complete(job, { header_row: 4 })).result).toEqual(again);
    const { preview } = (await imports.complete(job, { has_header: false })).result;
    expect(preview).toMatchObject({ header_row: null, headers: { 0: 'Column 1' }, total_rows: 4, ignored_rows: 2 });
    const column_mapping = { 'Column 2': 'first_name' };
    expect(counts(await imports.finish({ job, preview }, { column_mapping }))).toEqual([4, 0, 0, 0, 4, 4]);
    expect((await imports.complete(job)).error.code).toBe('imports.invalid_request');
  });

  it.each([
    [{ header_row: 0 }, 'header_row'],
    [{ header_row: 3, has_header: false }, 'header_row'],
    [{ has_header: 'no' }, 'has_header'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses %j', async (options, field) => {
    const { job } = await imports.uploaded('contacts', report);
    await refusedWith('imports.invalid_request')(imports.complete(job, options), field);
  });

  it('needs a line where the header is said to be', async () => {
    const { job } = await imports.uploaded('contacts', report);
    const { error } = await imports.complete(job, { header_row: 2 });
    expect(error.message).toBe('Line 2 is blank, or is not among the first lines of the file.');
  });
});

it('a dry run tells the same and makes nothing', async () => {
  const job = await imports.run('contacts', people, { dry_run: true, on_duplicate: 'update' });
  expect(counts(job)).toEqual([2, 1, 0, 1, 4, 4]);
  expect(await imports.all('/contacts')).toEqual([]);
});

it.each([
  ['imports.model_type_required', {}, ['model_type', 'file_name']],
  ['imports.file_name_required', { model_type: 'contacts' }, ['file_name']],
  ['imports.invalid_model_type', { model_type: 'projects', file_name: 'a.csv' }, ['model_type']],
  ['imports.invalid_request', { model_type: 'contacts', file_name: 'a.csv', colour: 'red' }, ['colour']],
])('%s', async (code, body, fields) => {
  await refusedWith(code)(client.post('/imports', body), ...fields);
});

it('imports.invalid_request in a state that does not allow it', async () => {
  const { job } = await imports.begin();
  expect((await imports.undo(job)).error.code).toBe('imports.invalid_request');
});

it('imports.invalid_id, imports.not_found', async () => {
  expect((await client.get('/imports/abc')).error.code).toBe('imports.invalid_id');
  expect((await client.get(`/imports/${randomUUID()}`)).error.code).toBe('imports.not_found');
});

it('imports.internal when the database fails', async () => {
  const restore = breakDatabase(/(from|update) "?imports/i);
  const answer = await client.get('/imports');
  restore();
  expect([answer.status, answer.error.code]).toEqual([500, 'imports.internal']);
});
