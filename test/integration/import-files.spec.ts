import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { ImportsRetentionJob } from '../../src/contexts/imports/imports-retention-job';
import { useApi } from '../support/api';
import { minutes, seconds } from '../support/clock';
import {
  type CreatedImport,
  csv,
  type File,
  Importing,
  type Job,
  type Kind,
  pathOf,
  type Row,
} from '../support/imports';
import { all, outcome, refusedWith } from '../support/outcome';
import { call, outcomeOf } from '../support/raw';

const mebibyte = 2 ** 20;
const mostBytes = 3 * mebibyte;
const mostRows = 50;
const publicUrl = 'https://crm.example.com';

const { program, client, later } = useApi({
  environment: {
    ...{ WORKERS: 'on', PUBLIC_URL: publicUrl },
    ...{ IMPORT_MAX_BYTES: String(mostBytes), IMPORT_MAX_ROWS: String(mostRows) },
  },
  accountFor: 'each test',
});
const imports = new Importing(program, client);

const hours = (count: number) => minutes(count * 60);
const refused = [400, 'imports.invalid_request'];
const invalidRequest = refusedWith('imports.invalid_request');
const table = (...names: string[]) => csv([['First Name'], ...names.map((name) => [name])]);
/** So many bytes in all. */
const ofBytes = (count: number) => {
  const line = `Grace,${'x'.repeat(mebibyte / 4)}\n`;
  const whole = `First Name,Remark\n${line.repeat(Math.floor(count / line.length) - 1)}`;
  return `${whole}Ada,${'x'.repeat(count - whole.length - 'Ada,'.length)}`;
};
const headers = async ({ job }: CreatedImport) => (await imports.complete(job)).result.preview.headers;
const cells = async ({ job }: CreatedImport) => (await imports.complete(job)).result.preview.sample_rows;
const raw = (begun: CreatedImport, how: Parameters<typeof call>[3]) => call(program.url, 'PUT', pathOf(begun), how);
const chunks = ({ id }: Pick<Job, 'id'>) =>
  program.sql<{ bytes: number }>(
    'select octet_length(data) as bytes from import_chunks where import_id = $1 order by number',
    [id],
  );
const cleanUp = () => program.app.get(ImportsRetentionJob, { strict: false }).run();
const records = (kind: Kind = 'contacts') => imports.all(`/${kind}`);
const sorted = (values: readonly unknown[]) => values.map(String).sort();
const valuesOf = (rows: readonly Row[], ...fields: string[]) => rows.map((row) => fields.map((field) => row[field]));

describe('the signed address', () => {
  it('is absolute, below the public URL', async () => {
    const { job, upload_url } = await imports.begin();
    expect(upload_url.startsWith(`${publicUrl}/api/v1/imports/${job.id}/upload?`)).toBe(true);
  });

  it('needs no token, and answers with nothing', async () => {
    const begun = await imports.begin();
    const answer = await raw(begun, { body: table('Grace') });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { ok: true, result: {} }]);
    expect(await cells(begun)).toEqual([['Grace']]);
  });

  it.each([
    ['text/csv', 'text/csv; charset=utf-8'],
    ['application/json', 'application/json'],
    ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded'],
    ['multipart/form-data', 'multipart/form-data; boundary=x'],
    ['application/octet-stream', 'application/octet-stream'],
    ['application/vnd.ms-excel', 'application/vnd.ms-excel'],
    ['something that is no content type', 'nothing'],
  ])('takes bytes that are said to be %s', async (_, type) => {
    const begun = await imports.begin();
    expect(outcomeOf(await raw(begun, { headers: { 'Content-Type': type }, body: table('Grace') }))).toBe('200');
    expect(await cells(begun)).toEqual([['Grace']]);
  });

  it('takes bytes of no content type, without a length', async () => {
    const begun = await imports.begin();
    expect(outcomeOf(await raw(begun, { chunks: ['First Na', 'me\nGra', 'ce'] }))).toBe('200');
    expect(await cells(begun)).toEqual([['Grace']]);
  });

  it('takes JSON that is not even well-formed for what it is, bytes', async () => {
    const begun = await imports.begin();
    const answer = await raw(begun, {
      headers: { 'Content-Type': 'application/json' },
      body: '{"First Name"\n"Grace"',
    });
    expect(outcomeOf(answer)).toBe('200');
  });

  it('is good for nearly an hour', async () => {
    const begun = await imports.begin();
    program.clock.move(minutes(60) - seconds(30));
    await all([200, undefined], imports.put(begun, table('Grace')));
  });

  it('is good for an hour only', async () => {
    const begun = await imports.begin();
    program.clock.move(minutes(60) + seconds(1));
    await all(refused, imports.put(begun, table('Grace')));
    program.clock.reset();
    await all(refused, imports.complete(begun.job));
  });

  it.each<[string, (query: URLSearchParams) => void]>([
    ['another signature', (query) => query.set('signature', 'x'.repeat(query.get('signature')!.length))],
    ['a shorter signature', (query) => query.set('signature', query.get('signature')!.slice(0, -1))],
    ['an empty signature', (query) => query.set('signature', '')],
    ['no signature', (query) => query.delete('signature')],
    ['two signatures', (query) => query.append('signature', query.get('signature')!)],
    ['a later end', (query) => query.set('expires', String(Number(query.get('expires')) + 60))],
    ['an end that is no number', (query) => query.set('expires', 'never')],
    ['no end', (query) => query.delete('expires')],
  ])('with %s is refused', async (_, change) => {
    const begun = await imports.begin();
    const url = new URL(begun.upload_url);
    change(url.searchParams);
    await all(refused, imports.put({ ...begun, upload_url: url.href }, table('Grace')));
    await all(refused, imports.complete(begun.job));
  });

  it('is of one import: for another id it is no good, whether there is such an import or not', async () => {
    const [one, other] = [await imports.begin(), await imports.begin()];
    for (const id of [other.job.id, randomUUID()]) {
      const upload_url = one.upload_url.replace(one.job.id, id);
      await all(refused, imports.put({ ...one, upload_url }, table('Grace')));
    }
  });

  it('with an id that is none → imports.invalid_id', async () => {
    const begun = await imports.begin();
    const upload_url = begun.upload_url.replace(begun.job.id, 'abc');
    await all([400, 'imports.invalid_id'], imports.put({ ...begun, upload_url }, table('Grace')));
  });
});

describe('the bytes', () => {
  it('are kept in pieces of 1 MiB', async () => {
    const begun = await imports.begin();
    await all([200, undefined], imports.put(begun, ofBytes(2.5 * mebibyte)));
    expect((await chunks(begun.job)).map(({ bytes }) => bytes)).toEqual([mebibyte, mebibyte, mebibyte / 2]);
  });

  it('may be as many as the limit says', async () => {
    const begun = await imports.begin();
    await all([200, undefined], imports.put(begun, ofBytes(mostBytes)));
    await all([200, undefined], imports.complete(begun.job));
  });

  it('may not be one more, with a length', async () => {
    const begun = await imports.begin();
    await all(refused, imports.put(begun, ofBytes(mostBytes + 1)));
    expect(await chunks(begun.job)).toEqual([]);
  });

  it('may not be one more, without a length', async () => {
    const begun = await imports.begin();
    const whole = Buffer.from(ofBytes(mostBytes + 1));
    const pieces = [0, 1, 2, 3].map((index) => whole.subarray(index * mebibyte, (index + 1) * mebibyte));
    expect(outcomeOf(await raw(begun, { chunks: pieces }))).toBe('400 imports.invalid_request');
    expect(await chunks(begun.job)).toEqual([]);
  });

  it('too many of them leave the file that was there', async () => {
    const begun = await imports.begin();
    await imports.put(begun, table('Grace'));
    await all(refused, imports.put(begun, ofBytes(mostBytes + 1)));
    expect(await cells(begun)).toEqual([['Grace']]);
  });

  it('sent again take the place of those before', async () => {
    const begun = await imports.begin();
    await imports.put(begun, ofBytes(2 * mebibyte));
    await imports.put(begun, table('Ada'));
    expect(await cells(begun)).toEqual([['Ada']]);
    expect(await chunks(begun.job)).toHaveLength(1);
  });

  /** Sends the beginning of a file and breaks the connection off. */
  const breakOff = (begun: CreatedImport, beginning: string, length: number) =>
    new Promise<void>((resolve) => {
      const { hostname, port } = new URL(program.url);
      const path = pathOf(begun);
      const outgoing = request({
        ...{ hostname, port, method: 'PUT', path, agent: false },
        headers: { 'Content-Length': length },
      });
      outgoing.on('error', () => undefined).on('close', resolve);
      outgoing.write(beginning, () => outgoing.destroy());
    });

  it('that break off leave the file that was there', async () => {
    const begun = await imports.begin();
    await imports.put(begun, table('Grace'));
    await breakOff(begun, ofBytes(2 * mebibyte), 2.5 * mebibyte);
    expect(await cells(begun)).toEqual([['Grace']]);
  });

  it('that break off are no file', async () => {
    const begun = await imports.begin();
    await breakOff(begun, ofBytes(2 * mebibyte), 2.5 * mebibyte);
    await all(refused, imports.complete(begun.job));
  });

  it('that break off can be sent again', async () => {
    const begun = await imports.begin();
    await breakOff(begun, ofBytes(2 * mebibyte), 2.5 * mebibyte);
    await all([200, undefined], imports.put(begun, table('Grace')));
    expect(await cells(begun)).toEqual([['Grace']]);
  });

  it('sent twice at once are one of the two files', async () => {
    const begun = await imports.begin();
    const files = ['a', 'b'].map((letter) => `Remark,X\n${`${letter.repeat(mebibyte / 2)},\n`.repeat(4)}`);
    await Promise.all(files.map((file) => imports.put(begun, file)));
    const remarks = (await cells(begun)).map(([remark]) => remark!);
    expect(remarks.map(({ length }) => length)).toEqual(Array(4).fill(mebibyte / 2));
    expect(new Set(remarks.join('')).size).toBe(1);
  });

  it('of characters that lie across two pieces are read as they are', async () => {
    const remark = '€'.repeat(mebibyte / 4);
    const { preview } = await imports.uploaded('contacts', `First Name,Remark\n${`Grace,${remark}\n`.repeat(3)}`);
    expect(preview.sample_rows).toEqual(Array(3).fill(['Grace', remark]));
  });

  it.each(['uploaded', 'completed', 'cancelled'])('are refused once the import is %s', async (state) => {
    const begun = await imports.begin();
    if (state !== 'cancelled') {
      await imports.put(begun, table('Grace'));
      const uploaded = (await imports.complete(begun.job)).result;
      if (state === 'completed') await imports.finish(uploaded);
    } else {
      await imports.cancel(begun.job);
    }
    expect((await imports.get(begun.job)).status).toBe(state);
    await all(refused, imports.put(begun, table('Ada')));
    expect((await imports.get(begun.job)).status).toBe(state);
  });
});

describe('complete-upload', () => {
  it('without any upload is refused', async () => {
    const { job } = await imports.begin();
    await all(refused, imports.complete(job));
    expect((await imports.get(job)).status).toBe('pending_upload');
  });

  it('may be repeated, and gives the same', async () => {
    const begun = await imports.begin();
    await imports.put(begun, table('Grace', 'Ada'));
    const first = (await imports.complete(begun.job)).result;
    expect(first.job).toEqual({ ...begun.job, status: 'uploaded', total_rows: 2 });
    expect((await imports.complete(begun.job)).result).toEqual(first);
  });

  const binary = (...beginning: number[]) => Buffer.concat([Buffer.from(beginning), Buffer.alloc(200, 0x41)]);
  const unfit: [string, File][] = [
    ['an empty file', ''],
    ['a byte order mark and nothing else', '\ufeff'],
    ['blank lines only', '\r\n\r\n  \r\n'],
    ['a workbook of Excel', binary(0x50, 0x4b, 0x03, 0x04)],
    ['an old workbook of Excel', binary(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)],
    ['a PNG image', binary(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
    ['a PDF', Buffer.from(`%PDF-1.7\n${'First Name\nGrace\n'.repeat(10)}`)],
    ['a file with many control characters', `First Name\n${'Grace\u0001\n'.repeat(40)}`],
  ];
  it.each(unfit)('refuses %s, and another file may be sent', async (_, file) => {
    const begun = await imports.begin();
    await all([200, undefined], imports.put(begun, file));
    await all(refused, imports.complete(begun.job));
    await all([200, undefined], imports.put(begun, table('Grace')));
    expect(await cells(begun)).toEqual([['Grace']]);
  });

  it('takes a file with a control character now and then', async () => {
    const { preview } = await imports.uploaded('contacts', table('Grace\u0001', ...Array<string>(40).fill('Ada')));
    expect(preview.total_rows).toBe(41);
  });

  it('takes as many rows as the limit says', async () => {
    const { job } = await imports.uploaded('contacts', table(...Array<string>(mostRows).fill('Grace')));
    expect(job.total_rows).toBe(mostRows);
  });

  it('refuses one row more', async () => {
    const begun = await imports.begin();
    await imports.put(begun, table(...Array<string>(mostRows + 1).fill('Grace')));
    await all(refused, imports.complete(begun.job));
  });

  it('does not count blank lines as rows', async () => {
    const { job } = await imports.uploaded('contacts', `First Name\n${'Grace\n\n'.repeat(mostRows)}`);
    expect(job.total_rows).toBe(mostRows);
  });
});

describe('the file is removed', () => {
  it('when the import has ended', async () => {
    const { id } = await imports.run('contacts', table('Grace'));
    expect(await chunks({ id })).toEqual([]);
  });

  it.each(['pending_upload', 'uploaded'])('when the import is cancelled while it is %s', async (state) => {
    const begun = await imports.begin();
    await imports.put(begun, table('Grace'));
    if (state === 'uploaded') await imports.complete(begun.job);
    expect((await imports.cancel(begun.job)).result.status).toBe('cancelled');
    expect(await chunks(begun.job)).toEqual([]);
  });

  it('not by a dry run, after which it is there to be imported', async () => {
    const { id } = await imports.run('contacts', table('Grace'), { dry_run: true });
    expect(await chunks({ id })).toHaveLength(1);
    await later(hours(23));
    await cleanUp();
    const body = { column_mapping: { 'First Name': 'first_name' } };
    await all([200, undefined], imports.confirm({ id }, body));
    expect(await imports.settled({ id })).toMatchObject({ status: 'completed', dry_run: false, created_count: 1 });
    expect(await chunks({ id })).toEqual([]);
  });

  it('with the upload of which a table was made: that one once the import is confirmed', async () => {
    const cards = 'BEGIN:VCARD\r\nVERSION:3.0\r\nN:Hopper;Grace;;;\r\nEND:VCARD\r\n';
    const { job, preview } = await imports.uploaded('contacts', cards);
    await later(hours(3));
    await cleanUp();
    expect(await chunks(job)).toHaveLength(2);
    await imports.finish({ job, preview }, { dry_run: true });
    await later(hours(3));
    await cleanUp();
    expect(await chunks(job)).toHaveLength(1);
    expect(await imports.finish({ job, preview })).toMatchObject({ status: 'completed', created_count: 1 });
    expect(await chunks(job)).toEqual([]);
  });

  it('a day after a dry run', async () => {
    const { id } = await imports.run('contacts', table('Grace'), { dry_run: true });
    await later(hours(25));
    await cleanUp();
    expect(await chunks({ id })).toEqual([]);
    await all(refused, imports.confirm({ id }, { column_mapping: { 'First Name': 'first_name' } }));
  });

  it.each(['pending_upload', 'uploaded'])('a day later when nobody confirmed it while it was %s', async (state) => {
    const begun = await imports.begin();
    await imports.put(begun, table('Grace'));
    if (state === 'uploaded') await imports.complete(begun.job);
    await later(hours(25));
    await cleanUp();
    expect((await imports.get(begun.job)).status).toBe('cancelled');
    expect(await chunks(begun.job)).toEqual([]);
  });

  it('not within a day', async () => {
    const { job } = await imports.uploaded('contacts', table('Grace'));
    await later(hours(23));
    await cleanUp();
    expect((await imports.get(job)).status).toBe('uploaded');
    expect(await chunks(job)).toHaveLength(1);
  });

  it('and a day later it cannot be confirmed, even before it was removed', async () => {
    const { job, preview } = await imports.uploaded('contacts', table('Grace'));
    await later(hours(25));
    await all(refused, imports.confirm(job, { column_mapping: preview.suggested_mapping }));
    expect(await records()).toEqual([]);
  });
});

/** First and last names of what is imported, whichever way it was written. */
const people = [
  ['First Name', 'Last Name', 'Notes'],
  ['Zoë', 'Žižek “Ž”', 'costs 5 €'],
  ['Grace', 'Hopper', 'two\nlines'],
  ['Søren', 'O’Neil; Smith, Jr | "x"\tß', 'ends'],
];

const windows1252: Readonly<Record<string, number>> = {
  ...{ '€': 0x80, '’': 0x92, '“': 0x93, '”': 0x94, Ž: 0x8e, ž: 0x9e },
};
const encodings: readonly [string, (text: string) => Buffer][] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a byte order mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16 LE', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16 BE', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ['Windows-1252', (text) => Buffer.from([...text].map((letter) => windows1252[letter] ?? letter.charCodeAt(0)))],
];
const delimiters: readonly [string, string][] = [
  ['commas', ','],
  ['semicolons', ';'],
  ['tabs', '\t'],
  ['bars', '|'],
];
const lineEnds: readonly [string, string][] = [
  ['LF', '\n'],
  ['CR LF', '\r\n'],
  ['CR', '\r'],
];
const written = (delimiter: string, lineEnd: string) =>
  people
    .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter))
    .map((line) => line + lineEnd)
    .join('');

describe.each(encodings)('%s', (_, encode) => {
  describe.each(delimiters)('with %s', (__, delimiter) => {
    it.each(lineEnds)(
      'between cells and %s between lines is previewed and imported as it was meant',
      async (___, end) => {
        const uploaded = await imports.uploaded('contacts', encode(written(delimiter, end)));
        const [first, ...rows] = people;
        expect(uploaded.preview).toMatchObject({ headers: first, sample_rows: rows, total_rows: rows.length });
        expect(await imports.finish(uploaded)).toMatchObject({ status: 'completed', created_count: rows.length });
        expect(sorted(valuesOf(await records(), 'first_name', 'last_name', 'notes'))).toEqual(sorted(rows));
      },
    );
  });
});

describe('a table', () => {
  const importTable = async (file: File) => {
    const uploaded = await imports.uploaded('contacts', file);
    return { preview: uploaded.preview, job: await imports.finish(uploaded) };
  };

  it('without a line end at its end is whole', async () => {
    const { preview } = await importTable('First Name,Last Name\nGrace,Hopper');
    expect(preview.sample_rows).toEqual([['Grace', 'Hopper']]);
    expect(valuesOf(await records(), 'first_name', 'last_name')).toEqual([['Grace', 'Hopper']]);
  });

  it('with blank lines, also of delimiters only, has the rows between them', async () => {
    const { preview, job } = await importTable('\n\nFirst Name,Last Name\n\nGrace,Hopper\n,\n  \nAda,King\n\n');
    expect(preview).toMatchObject({ headers: ['First Name', 'Last Name'], total_rows: 2 });
    expect(preview.sample_rows).toEqual([
      ['Grace', 'Hopper'],
      ['Ada', 'King'],
    ]);
    expect(job).toMatchObject({ created_count: 2, failed_count: 0 });
  });

  it('with a line that is too short has empty cells at its end', async () => {
    const { preview, job } = await importTable('First Name,Last Name,Phone\nGrace\nAda,King,5\n');
    expect(preview.sample_rows).toEqual([
      ['Grace', '', ''],
      ['Ada', 'King', '5'],
    ]);
    expect(job).toMatchObject({ created_count: 2, failed_count: 0 });
    expect(sorted(valuesOf(await records(), 'first_name', 'last_name', 'phone'))).toEqual(['Ada,King,5', 'Grace,,']);
  });

  it('with a line that is too long loses this row, as a whole', async () => {
    const { job } = await importTable('First Name,Last Name\nGrace,Hopper,more\nAda,King\n');
    expect(job).toMatchObject({ created_count: 1, failed_count: 1, processed_rows: 2 });
    expect(await imports.errors(job)).toEqual([
      { row: 1, column: null, field: null, value: expect.any(String), message: expect.stringMatching(/\S/) },
    ]);
    expect(valuesOf(await records(), 'first_name')).toEqual([['Ada']]);
  });

  it('may have empty cells behind its last column', async () => {
    const { job } = await importTable('First Name,Last Name\nGrace,Hopper,,\nAda,King, \n');
    expect(job).toMatchObject({ created_count: 2, failed_count: 0 });
  });

  it('with repeated and empty headers has different ones', async () => {
    const { preview } = await importTable('First Name,Phone,,Phone,,Phone\nGrace,1,2,3,4,5\n');
    expect(preview.headers).toEqual(['First Name', 'Phone', 'Column 3', 'Phone (2)', 'Column 5', 'Phone (3)']);
  });

  it('with a header that is what a repeated one would become has different ones, too', async () => {
    const { preview } = await importTable('First Name,Phone,Phone (2),Phone\nGrace,1,2,3\n');
    expect(new Set(preview.headers).size).toBe(4);
    expect(preview.headers.slice(0, 2)).toEqual(['First Name', 'Phone']);
  });

  it('can be mapped by the names that were made', async () => {
    const uploaded = await imports.uploaded('contacts', 'Phone,Phone,\n1,2,Grace\n');
    const column_mapping = { 'Phone (2)': 'phone', 'Column 3': 'first_name' };
    expect(await imports.finish(uploaded, { column_mapping })).toMatchObject({ created_count: 1, column_mapping });
    expect(valuesOf(await records(), 'first_name', 'phone')).toEqual([['Grace', '2']]);
  });

  it('has headers without the space around them', async () => {
    const { preview } = await importTable(' First Name , "Last Name" \nGrace,Hopper\n');
    expect(preview.headers[0]).toBe('First Name');
    expect(preview.suggested_mapping).toMatchObject({ 'First Name': 'first_name' });
  });

  it('of one column is a table', async () => {
    const { preview, job } = await importTable('First Name\nGrace\nAda\n');
    expect(preview).toMatchObject({ headers: ['First Name'], sample_rows: [['Grace'], ['Ada']] });
    expect(job.created_count).toBe(2);
  });

  it('with a semicolon in a cell of a table with commas has commas', async () => {
    const { preview } = await importTable('First Name,Last Name,Tags\nGrace,Hopper,navy;vip;a;b;c\nAda,King,x;y;z;u\n');
    expect(preview.headers).toEqual(['First Name', 'Last Name', 'Tags']);
  });

  it('with a NUL in a cell loses this cell only', async () => {
    const { job } = await importTable('First Name,Last Name\nGrace,Hop\0per\nAda,King\n');
    expect(job).toMatchObject({ created_count: 2, failed_count: 0, processed_rows: 2, total_rows: 2 });
    expect(valuesOf(await records(), 'first_name', 'last_name').sort()).toEqual([
      ['Ada', 'King'],
      ['Grace', ''],
    ]);
  });

  it('with a NUL in a column that goes nowhere loses nothing more than that row', async () => {
    const uploaded = await imports.uploaded('contacts', 'First Name,Remark\nGrace,a\0b\nAda,x\n');
    const job = await imports.finish(uploaded, { column_mapping: { 'First Name': 'first_name' } });
    expect(job).toMatchObject({ status: 'completed', processed_rows: 2 });
    expect(valuesOf(await records(), 'first_name')).toContainEqual(['Ada']);
  });

  it('of thousands of quotes and line ends in one cell is one row', async () => {
    const notes = 'He said "no",\n'.repeat(1_000).trim();
    const { preview } = await importTable(
      csv([
        ['First Name', 'Notes'],
        ['Grace', notes],
      ]),
    );
    expect(preview).toMatchObject({ total_rows: 1, sample_rows: [['Grace', notes]] });
    expect(valuesOf(await records(), 'notes')).toEqual([[notes]]);
  });

  it('with quotes inside a cell that is not quoted is read as it is', async () => {
    const { preview, job } = await importTable('First Name,Last Name\nGrace,Ann "Amazing" Hopper\nAda,King\n');
    expect(preview.sample_rows).toEqual([
      ['Grace', 'Ann "Amazing" Hopper'],
      ['Ada', 'King'],
    ]);
    expect(job.created_count).toBe(2);
  });

  it('after lines that explain it is found, as in Connections.csv of LinkedIn', async () => {
    const { preview, job } = await importTable(
      [
        'Notes:',
        '"When exporting your connection data, you may notice that some of the email addresses are missing. You will only see email addresses for connections who have allowed their connections to see or download their email address using this setting https://www.linkedin.com/psettings/privacy/email. You can learn more here https://www.linkedin.com/help/linkedin/answer/261"',
        '',
        'First Name,Last Name,URL,Email Address,Company,Position,Connected On',
        'Grace,Hopper,https://www.linkedin.com/in/grace,grace@navy.example,US Navy,Rear admiral,31 Jan 2026',
        'Ada,King,https://www.linkedin.com/in/ada,,"Analytical, Inc.",Countess,01 Feb 2026',
      ].join('\n'),
    );
    expect(preview.headers).toEqual([
      ...['First Name', 'Last Name', 'URL', 'Email Address', 'Company', 'Position', 'Connected On'],
    ]);
    expect(preview.total_rows).toBe(2);
    expect(preview.suggested_mapping).toMatchObject({
      ...{ 'First Name': 'first_name', 'Last Name': 'last_name', 'Email Address': 'email' },
      ...{ Company: 'company_name', Position: 'job_title' },
    });
    expect(job).toMatchObject({ created_count: 2, failed_count: 0 });
    expect(sorted(valuesOf(await records(), 'first_name', 'email', 'company_name', 'job_title'))).toEqual([
      ...['Ada,,Analytical, Inc.,Countess', 'Grace,grace@navy.example,US Navy,Rear admiral'],
    ]);
  });

  it('with a header named __proto__ is a table like others', async () => {
    const { preview, job } = await importTable('First Name,__proto__,constructor\nGrace,x,y\n');
    expect(preview.headers).toEqual(['First Name', '__proto__', 'constructor']);
    expect(preview.sample_rows).toEqual([['Grace', 'x', 'y']]);
    expect(preview.suggested_mapping).toEqual({ 'First Name': 'first_name' });
    expect(job).toMatchObject({ created_count: 1, failed_count: 0 });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('the preview', () => {
  it('has five rows, whatever the file has', async () => {
    const { preview } = await imports.uploaded('contacts', table('a', 'b', 'c', 'd', 'e', 'f', 'g'));
    expect(preview.sample_rows).toEqual([['a'], ['b'], ['c'], ['d'], ['e']]);
    expect(preview.total_rows).toBe(7);
  });

  const builtIn: [Kind, string[]][] = [
    [
      'contacts',
      [
        ...['first_name', 'last_name', 'full_name', 'email', 'phone', 'job_title', 'address', 'city', 'state'],
        ...['zip_code', 'country', 'notes', 'company_name', 'source_name', 'company_id', 'source_id', 'tags', 'id'],
        ...['external_id', 'company_external_id'],
      ],
    ],
    [
      'companies',
      [
        ...['name', 'domain', 'industry', 'website', 'linkedin_url', 'phone', 'address', 'city', 'state', 'zip_code'],
        ...[
          'country',
          'notes',
          'employee_count',
          'annual_revenue',
          'annual_revenue_amount',
          'tags',
          'id',
          'external_id',
        ],
      ],
    ],
    ['sources', ['name', 'id']],
  ];
  it.each(builtIn)('of %s offers every field that a column can go to', async (kind, fields) => {
    const { preview } = await imports.uploaded(kind, 'a\nb\n');
    expect(sorted(preview.available_fields.map(({ value }) => value))).toEqual(sorted(fields));
    for (const { label } of preview.available_fields) expect(label).toMatch(/\S/);
  });

  it('offers the custom fields of the kind, by their labels', async () => {
    const define = async (entity_type: string, label: string) =>
      (await client.post<Row>('/custom-fields', { entity_type, label, field_type: 'text' })).result.id;
    const [region, segment] = [await define('contact', 'Region'), await define('company', 'Segment')];
    await define('project', 'Phase');
    const custom = async (kind: Kind) =>
      (await imports.uploaded(kind, 'a\nb\n')).preview.available_fields.filter(({ value }) =>
        value.startsWith('custom_fields.'),
      );
    expect(await custom('contacts')).toEqual([{ value: `custom_fields.${region}`, label: 'Region' }]);
    expect(await custom('companies')).toEqual([{ value: `custom_fields.${segment}`, label: 'Segment' }]);
    expect(await custom('sources')).toEqual([]);
  });

  it('does not offer the custom fields of another account', async () => {
    const stranger = program.client.as(await program.register());
    await stranger.post('/custom-fields', { entity_type: 'contact', label: 'Shoe size', field_type: 'text' });
    const { preview } = await imports.uploaded('contacts', 'First Name,Shoe size\nb,c\n');
    expect(preview.available_fields.filter(({ value }) => value.startsWith('custom_fields.'))).toEqual([]);
    expect(preview.suggested_mapping).toEqual({ 'First Name': 'first_name' });
  });

  it('suggests a custom field for a column of its label', async () => {
    const definition = { entity_type: 'contact', label: 'Favourite colour', field_type: 'text' };
    const { id } = (await client.post<Row>('/custom-fields', definition)).result;
    const { preview } = await imports.uploaded('contacts', 'First Name,favourite COLOUR\nGrace,blue\n');
    expect(preview.suggested_mapping).toEqual({
      'First Name': 'first_name',
      'favourite COLOUR': `custom_fields.${id}`,
    });
  });

  it('leaves columns that it does not know unmapped', async () => {
    const { preview } = await imports.uploaded('contacts', 'Email,Shoe size,Xyzzy,Column\na@b.example,1,2,3\n');
    expect(preview.suggested_mapping).toEqual({ Email: 'email' });
  });

  it('suggests no field twice', async () => {
    const { preview } = await imports.uploaded(
      'contacts',
      'First Name,Email,E-mail,Email Address,email\nGrace,a,b,c,d\n',
    );
    const fields = Object.values(preview.suggested_mapping);
    expect(new Set(fields).size).toBe(fields.length);
    // The very name of the field goes before everything else.
    expect(preview.suggested_mapping).toEqual({ 'First Name': 'first_name', email: 'email' });
  });

  it.each(['first_name', 'FIRST NAME', 'firstName', 'First-Name', 'first name'])('knows %s', async (header) => {
    const { preview } = await imports.uploaded('contacts', `${header}\nGrace\n`);
    expect(preview.suggested_mapping).toEqual({ [header]: 'first_name' });
  });

  interface Export {
    readonly kind: Kind;
    readonly headers: string;
    readonly suggested: Readonly<Record<string, string>>;
    /** What a row becomes whose cells are the numbers of their columns, from 1. */
    readonly becomes: Readonly<Record<string, string>>;
  }
  const exports: Record<string, Export> = {
    'Google Contacts': {
      kind: 'contacts',
      headers:
        'First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address',
      suggested: {
        ...{ 'First Name': 'first_name', 'Last Name': 'last_name', 'E-mail 1 - Value': 'email' },
        ...{ 'Phone 1 - Value': 'phone', 'Organization Name': 'company_name', 'Organization Title': 'job_title' },
        ...{ Notes: 'notes', Labels: 'tags', 'Address 1 - City': 'city', 'Address 1 - Region': 'state' },
        ...{ 'Address 1 - Postal Code': 'zip_code', 'Address 1 - Country': 'country' },
      },
      becomes: { first_name: '1', last_name: '3', email: '19', phone: '21', company_name: '11', job_title: '12' },
    },
    'Google Contacts of earlier years': {
      kind: 'contacts',
      headers:
        'Given Name,Additional Name,Family Name,Birthday,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Type,Organization 1 - Name,Organization 1 - Title',
      suggested: {
        ...{ 'Given Name': 'first_name', 'Family Name': 'last_name', 'E-mail 1 - Value': 'email' },
        ...{ 'Phone 1 - Value': 'phone', 'Organization 1 - Name': 'company_name' },
        ...{ 'Organization 1 - Title': 'job_title', Notes: 'notes' },
      },
      becomes: { first_name: '1', last_name: '3', email: '8', phone: '10', company_name: '12', job_title: '13' },
    },
    Outlook: {
      kind: 'contacts',
      headers:
        'Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business City,Business State,Business Postal Code,Business Country/Region,Business Phone,Mobile Phone,E-mail Address,E-mail Type,E-mail Display Name,Categories,Notes,Web Page',
      suggested: {
        ...{ 'First Name': 'first_name', 'Last Name': 'last_name', 'E-mail Address': 'email', Company: 'company_name' },
        ...{ 'Job Title': 'job_title', 'Business Street': 'address', 'Business City': 'city' },
        ...{ 'Business State': 'state', 'Business Postal Code': 'zip_code', 'Business Country/Region': 'country' },
        ...{ Notes: 'notes', Categories: 'tags' },
      },
      becomes: { first_name: '2', last_name: '4', email: '16', company_name: '6', job_title: '8', city: '10' },
    },
    HubSpot: {
      kind: 'contacts',
      headers:
        'Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Associated Company,Job Title,Lead Status,City,State/Region,Postal Code,Country/Region,Create Date',
      suggested: {
        ...{ 'First Name': 'first_name', 'Last Name': 'last_name', Email: 'email', 'Phone Number': 'phone' },
        ...{ 'Associated Company': 'company_name', 'Job Title': 'job_title', City: 'city', 'State/Region': 'state' },
        ...{ 'Postal Code': 'zip_code', 'Country/Region': 'country' },
      },
      becomes: { first_name: '2', last_name: '3', email: '4', phone: '5', company_name: '7', state: '11' },
    },
    Salesforce: {
      kind: 'contacts',
      headers:
        'Salutation,First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,Mailing State/Province,Mailing Zip/Postal Code,Mailing Country,Phone,Email,Lead Source,Contact Owner',
      suggested: {
        ...{ 'First Name': 'first_name', 'Last Name': 'last_name', Title: 'job_title', 'Account Name': 'company_name' },
        ...{ 'Mailing Street': 'address', 'Mailing City': 'city', 'Mailing State/Province': 'state' },
        ...{ 'Mailing Zip/Postal Code': 'zip_code', 'Mailing Country': 'country', Phone: 'phone', Email: 'email' },
        ...{ 'Lead Source': 'source_name' },
      },
      becomes: { first_name: '2', last_name: '3', job_title: '4', company_name: '5', email: '12', source_name: '13' },
    },
    'the data loader of Salesforce': {
      kind: 'contacts',
      headers:
        'Id,FirstName,LastName,Title,MailingStreet,MailingCity,MailingState,MailingPostalCode,MailingCountry,Phone,Email,LeadSource',
      suggested: {
        ...{ FirstName: 'first_name', LastName: 'last_name', Title: 'job_title', MailingStreet: 'address' },
        ...{ MailingCity: 'city', MailingState: 'state', MailingPostalCode: 'zip_code', MailingCountry: 'country' },
        ...{ Phone: 'phone', Email: 'email', LeadSource: 'source_name' },
      },
      becomes: { first_name: '2', last_name: '3', job_title: '4', email: '11', source_name: '12' },
    },
    'companies of HubSpot': {
      kind: 'companies',
      headers:
        'Record ID,Company name,Company Domain Name,Phone Number,Street Address,City,State/Region,Postal Code,Country/Region,Industry,Number of Employees,Annual Revenue,LinkedIn Company Page,Website URL',
      suggested: {
        ...{ 'Company name': 'name', 'Company Domain Name': 'domain', 'Phone Number': 'phone', City: 'city' },
        ...{ 'State/Region': 'state', 'Postal Code': 'zip_code', 'Country/Region': 'country', Industry: 'industry' },
        ...{ 'Number of Employees': 'employee_count' },
      },
      becomes: { name: '2', domain: '3', phone: '4', city: '6', industry: '10' },
    },
    'accounts of Salesforce': {
      kind: 'companies',
      headers:
        'Account ID,Account Name,Website,Phone,Industry,Employees,Annual Revenue,Billing Street,Billing City,Billing State/Province,Billing Zip/Postal Code,Billing Country,Description',
      suggested: {
        ...{ 'Account Name': 'name', Website: 'website', Phone: 'phone', Industry: 'industry' },
        ...{ Employees: 'employee_count', 'Billing Street': 'address', 'Billing City': 'city' },
        ...{ 'Billing State/Province': 'state', 'Billing Zip/Postal Code': 'zip_code', 'Billing Country': 'country' },
        ...{ Description: 'notes' },
      },
      becomes: { name: '2', website: '3', phone: '4', industry: '5', address: '8', city: '9', notes: '13' },
    },
  };
  it.each(Object.keys(exports))('knows the headers of %s, and its suggestion can be confirmed', async (program_) => {
    const { kind, headers: line, suggested, becomes } = exports[program_]!;
    const numbers = line.split(',').map((_, index) => String(index + 1));
    const uploaded = await imports.uploaded(kind, `${line}\n${numbers.join(',')}\n`);
    expect(uploaded.preview.headers).toEqual(line.split(','));
    expect(uploaded.preview.suggested_mapping).toMatchObject(suggested);
    const known = uploaded.preview.available_fields.map(({ value }) => value);
    for (const field of Object.values(uploaded.preview.suggested_mapping)) expect(known).toContain(field);
    expect(await imports.finish(uploaded)).toMatchObject({ status: 'completed', created_count: 1, failed_count: 0 });
    expect(await records(kind)).toMatchObject([becomes]);
  });

  it('suggests money as amounts, not as cents', async () => {
    const uploaded = await imports.uploaded('companies', 'Name,Annual Revenue\nAcme,1250000.50\n');
    expect(uploaded.preview.suggested_mapping['Annual Revenue']).toBe('annual_revenue_amount');
    await imports.finish(uploaded);
    expect(await records('companies')).toMatchObject([{ annual_revenue: 125_000_050 }]);
  });
});

it('the answers to bad addresses name what is wrong', async () => {
  const begun = await imports.begin();
  const url = new URL(begun.upload_url);
  url.searchParams.set('colour', 'red');
  await invalidRequest(imports.put({ ...begun, upload_url: url.href }, table('Grace')), 'colour');
  expect(await outcome(imports.complete(begun.job))).toEqual(refused);
  expect(await headers(await uploadedAgain(begun))).toEqual(['First Name']);
});

async function uploadedAgain(begun: CreatedImport): Promise<CreatedImport> {
  await imports.put(begun, table('Grace'));
  return begun;
}
