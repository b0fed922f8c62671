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
