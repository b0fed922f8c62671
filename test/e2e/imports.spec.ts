import { randomUUID } from 'node:crypto';
import { encode } from 'iconv-lite';
import { useApi } from '../support/api';
import { counts, csv, Importing } from '../support/imports';
import { refusedWith } from '../support/outcome';
import { breakDatabase } from '../support/statements';
import { workbook, zip } from '../support/workbook';

/** The way of an import, and each of its codes; the depth is in `test/integration`. */
const { program, client } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'each test' });
const imports = new Importing(program, client);

const people = csv([
  ['First Name', 'E-mail', 'Company'],
  ['Grace', 'grace@mail.example', 'Navy'],
  ['Nobody', 'x'.repeat(501), 'Navy'],
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
  expect(await imports.errors(job)).toMatchObject([{ row: 2, field: 'email' }]);

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

describe('a file in an older code page', () => {
  it.each([
    ['windows-1250', 'Jiří', 'Dvořák', 'Plzeň'],
    ['windows-1251', 'Наталья', 'Смирнова', 'Екатеринбург'],
    ['windows-1253', 'Γιώργος', 'Παπαδόπουλος', 'Θεσσαλονίκη'],
    ['windows-1254', 'Çağla', 'Kılıç', 'Eskişehir'],
    ['shift_jis', '太郎', '山田', '東京都'],
    ['gb18030', '小明', '王', '北京市'],
    ['big5', '怡君', '陳', '台北市'],
    ['euc-kr', '민준', '김', '서울특별시'],
  ])('%s is guessed from its letters', async (encoding, first_name, last_name, city) => {
    const table = `First Name;Last Name;City\n${first_name};${last_name};${city}\n`;
    const uploaded = await imports.uploaded('contacts', encode(table, encoding));
    expect(uploaded.preview).toMatchObject({ encoding, delimiter: ';', sample_rows: [[first_name, last_name, city]] });
    expect((await imports.finish(uploaded)).created_count).toBe(1);
    expect(await imports.all('/contacts')).toMatchObject([{ first_name, last_name, city }]);
  });

  it('or with an unusual delimiter is read as the caller says', async () => {
    const bytes = encode('First Name^City\nJürgen^Köln|Süd\nKäthe^Bad|Ems\n', 'macroman');
    const { job, preview } = await imports.uploaded('contacts', bytes);
    expect(preview).toMatchObject({
      encoding: 'macintosh',
      delimiter: '^',
      sample_rows: { 0: ['Jürgen', 'Köln|Süd'] },
    });
    const options = { encoding: 'windows-1252', delimiter: '|', header_row: 1 };
    const again = (await imports.complete(job, options)).result.preview;
    expect(again).toMatchObject({
      delimiter: '|',
      headers: ['First Name^City'],
      total_rows: 2,
      sample_rows: [['JŸrgen^Kšln'], ['KŠthe^Bad']],
    });
    const refuses = refusedWith('imports.invalid_request');
    await refuses(imports.complete(job, { encoding: 'klingon', delimiter: '/' }), 'encoding', 'delimiter');
  });
});

describe('vCards', () => {
  const cards = [
    ...['BEGIN:VCARD', 'VERSION:3.0', 'N:Hopper;Grace;;;', 'EMAIL:grace@mail.example', 'TEL;TYPE=CELL:+1 555 0100'],
    ...[
      'ORG:Navy;Research',
      'TITLE:Rear admiral',
      'ADR:;;1 Pier;Arlington;VA;22202;USA',
      'PHOTO;ENCODING=b:AAAA',
      ' BBBB',
    ],
    ...['END:VCARD', 'BEGIN:VCARD', 'VERSION:2.1', 'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Zo=C3=AB'],
    ...['END:VCARD', ''],
  ].join('\r\n');

  it('become contacts; the columns are recognised', async () => {
    const uploaded = await imports.uploaded('contacts', cards);
    expect(uploaded.preview).toMatchObject({
      ...{ encoding: 'utf-8', delimiter: null, header_row: null, total_rows: 2, ignored_rows: 0, skipped_lines: [] },
      sample_rows: { length: 2 },
    });
    const job = await imports.finish(uploaded);
    expect([job.status, ...counts(job)]).toEqual(['completed', 2, 0, 0, 0, 2, 2]);
    const contacts = await imports.all('/contacts');
    expect(contacts.map(({ last_name }) => last_name).sort()).toEqual(['Hopper', 'Müller']);
    expect(contacts.find(({ last_name }) => last_name === 'Hopper')).toMatchObject({
      ...{ first_name: 'Grace', email: 'grace@mail.example', phone: '+1 555 0100', company_name: 'Navy' },
      ...{
        job_title: 'Rear admiral',
        address: '1 Pier',
        city: 'Arlington',
        state: 'VA',
        zip_code: '22202',
        country: 'USA',
      },
    });
  });

  it('are looked through anew with other options, and give the same rows again', async () => {
    const { job, preview } = await imports.uploaded('contacts', cards);
    expect((await imports.complete(job)).result.preview).toEqual(preview);
    const again = (await imports.complete(job, { encoding: 'windows-1252' })).result.preview;
    expect(again).toEqual({ ...preview, encoding: 'windows-1252' });
    expect((await imports.complete(job)).result.preview).toEqual(preview);
    expect((await imports.finish({ job, preview })).created_count).toBe(2);
  });

  it('that are not complete, or of companies, are refused, and nothing of them is kept', async () => {
    const broken = await imports.begin();
    await imports.put(broken, cards.slice(0, -20));
    expect((await imports.complete(broken.job)).error.message).toContain('The last vCard of the file has no end');
    const kept = 'select distinct upload_id from import_chunks where import_id = $1';
    expect(await program.sql(kept, [broken.job.id])).toHaveLength(1);
    const companies = await imports.begin('companies');
    await imports.put(companies, cards);
    expect((await imports.complete(companies.job)).error.message).toBe('vCards are contacts: import them as contacts.');
    const { job } = await imports.uploaded('contacts', cards);
    const refuses = refusedWith('imports.invalid_request');
    await refuses(imports.complete(job, { delimiter: ';', header_row: 2 }), 'delimiter', 'header_row');
  });
});

describe('a workbook', () => {
  const people = {
    name: 'People',
    rows: [
      ['Members of the club'],
      [],
      ['First Name', 'Last Name', 'Email', 'Phone', 'Postal Code', 'Company', 'Tags'],
      ['Grace', 'Hopper', 'grace@mail.example', 4915112345678, { attributes: 's="1"', content: '<v>1067</v>' }, 'Navy'],
      ['Ada', 'Lovelace', 'ada@mail.example', null, null, null, { attributes: 't="s"', content: '<v>0</v>' }],
      [],
      ['Total', 2],
    ],
    merges: ['A1:G1', 'F4:F5'],
  };
  const file = workbook(
    [
      { name: 'Lists', state: 'hidden', rows: [['First Name'], ['Nobody']] },
      { name: 'Notes' },
      people,
      { name: 'Others', rows: [['First Name'], ['Alan']] },
    ],
    { formats: ['00000'], strings: ['<r><t>vip</t></r><r><t xml:space="preserve">, club</t></r>'] },
  );

  it('becomes contacts: the first sheet that is not hidden and has cells', async () => {
    const uploaded = await imports.uploaded('contacts', file);
    expect(uploaded.preview).toMatchObject({
      ...{ encoding: 'utf-8', delimiter: null, header_row: 3, total_rows: 2, ignored_rows: 2 },
      skipped_lines: [
        { line: 1, text: 'Members of the club' },
        { line: 7, text: 'Total,2' },
      ],
      headers: people.rows[2],
    });
    const job = await imports.finish(uploaded);
    expect([job.status, ...counts(job)]).toEqual(['completed', 2, 0, 0, 0, 2, 2]);
    const contacts = await imports.all('/contacts');
    expect(contacts.find(({ last_name }) => last_name === 'Hopper')).toMatchObject({
      ...{ first_name: 'Grace', email: 'grace@mail.example', phone: '4915112345678', zip_code: '01067' },
      company_name: 'Navy',
    });
    expect(contacts.find(({ last_name }) => last_name === 'Lovelace')).toMatchObject({
      ...{ company_name: 'Navy', tags: ['vip', 'club'] },
    });
  });

  it('is looked through anew with another sheet or header', async () => {
    const { job, preview } = await imports.uploaded('contacts', file);
    for (const sheet of ['others', 3]) {
      const other = (await imports.complete(job, { sheet })).result.preview;
      expect(other).toMatchObject({ headers: ['First Name'], sample_rows: [['Alan']], total_rows: 1, header_row: 1 });
    }
    const without = (await imports.complete(job, { has_header: false, sheet: 'Lists' })).result.preview;
    expect(without).toMatchObject({ headers: ['Column 1'], total_rows: 2, header_row: null });
    expect((await imports.complete(job)).result.preview).toEqual(preview);
    const answer = await imports.complete(job, { sheet: 'Members' });
    expect(answer.error).toMatchObject({
      code: 'imports.invalid_request',
      message: 'The workbook has no sheet "Members". It has "Notes", "People", "Others".',
    });
    expect((await imports.finish({ job, preview })).created_count).toBe(2);
  });

  it('takes no options of text, and no other file takes a sheet', async () => {
    const refuses = refusedWith('imports.invalid_request');
    const { job } = await imports.uploaded('contacts', file);
    await refuses(imports.complete(job, { encoding: 'utf-8', delimiter: ',' }), 'encoding', 'delimiter');
    for (const sheet of [0, 1.5, ' ', true, 'a\0', 'x'.repeat(256)])
      await refuses(imports.complete(job, { sheet }), 'sheet');
    const { job: other } = await imports.uploaded('contacts', 'First Name\nGrace\n');
    await refuses(imports.complete(other, { sheet: 2 }), 'sheet');
  });
});

it('a multipart form is taken apart; broken ones are refused and leave the file that was there', async () => {
  const created = await imports.begin();
  const headers = { 'Content-Type': 'multipart/form-data; boundary=xyz' };
  const part =
    '--xyz\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\n\r\nFirst Name\r\nGrace\r\n';
  expect((await imports.put(created, `${part}\r\n--xyz--\r\n`, headers)).result).toEqual({});
  await refusedWith('imports.invalid_request')(imports.put(created, part, headers), 'body');
  const { preview } = (await imports.complete(created.job)).result;
  expect(preview).toMatchObject({ headers: ['First Name'], sample_rows: [['Grace']], total_rows: 1 });
});

it.each([
  ['a PDF document', '%PDF-1.7\n'],
  ['an archive (ZIP) without a workbook', zip([{ name: 'people.csv', data: 'First Name\nAda\n' }])],
  ['a workbook, or another ZIP archive, that is broken', Buffer.from('PK\x03\x04\x14\0\x06\0', 'latin1')],
  ['an image (PNG)', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  ['a JSON document', '[{"first_name":"Ada"}]'],
  ['an HTML page', '<html><body><table>'],
  ['an old Excel workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
  ['an archive (gzip)', Buffer.from([0x1f, 0x8b, 0x08, 0x00])],
])('%s is refused by its name', async (name, file) => {
  const created = await imports.begin();
  await imports.put(created, file);
  const { error } = await imports.complete(created.job);
  expect(error.code).toBe('imports.invalid_request');
  expect(error.message).toContain(`The file is ${name}`);
  // Nothing has changed: another file can take its place.
  expect((await imports.get(created.job)).status).toBe('pending_upload');
  expect((await imports.put(created, 'First Name\nGrace\n')).result).toEqual({});
  expect((await imports.complete(created.job)).result.preview).toMatchObject({ sample_rows: [['Grace']] });
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
