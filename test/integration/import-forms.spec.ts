import { useApi } from '../support/api';
import { seconds } from '../support/clock';
import { type CreatedImport, Importing, pathOf } from '../support/imports';
import { call, outcomeOf, type RawCall } from '../support/raw';
import { until } from '../support/server-process';

const mebibyte = 2 ** 20;
const { program, client } = useApi({
  environment: { IMPORT_MAX_BYTES: String(3 * mebibyte), IMPORT_WAITING_BYTES: String(4 * mebibyte) },
  accountFor: 'each test',
});
const imports = new Importing(program, client);

const headers = { 'Content-Type': 'multipart/form-data; boundary=xyz' };
const begin = '--xyz\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\n\r\n';
const end = '\r\n--xyz--\r\n';
/** A file of so many bytes. A row is at most a mebibyte long. */
const ofBytes = (count: number) => {
  const line = `Grace,${'x'.repeat(mebibyte / 4)}\n`;
  return `First Name,Remark\n${line.repeat(Math.ceil(count / line.length))}`.slice(0, count);
};
const invalid = '400 imports.invalid_request';

async function send(begun: CreatedImport, sent: RawCall): Promise<{ outcome: string; message: string }> {
  const raw = await call(program.url, 'PUT', pathOf(begun), { headers, ...sent });
  return { outcome: outcomeOf(raw), message: raw.text };
}

const chunksOf = ({ job }: CreatedImport) =>
  program.sql('select number from import_chunks where import_id = $1', [job.id]);

it('a form with the largest file is taken, with its length and without', async () => {
  const file = ofBytes(3 * mebibyte);
  for (const sent of [{ body: `${begin}${file}${end}` }, { chunks: [begin, file, end] }]) {
    const begun = await imports.begin();
    expect(await send(begun, sent)).toMatchObject({ outcome: expect.stringContaining('200') as string });
    expect((await imports.complete(begun.job)).result.preview).toMatchObject({
      headers: ['First Name', 'Remark'],
      total_rows: file.split('\n').length - 1,
    });
  }
});

it('the bounds of files hold for the file of a form, judged by the length and by what arrives', async () => {
  const begun = await imports.begin();
  const long = ofBytes(3 * mebibyte + 1);
  for (const sent of [{ chunks: [begin, long, end] }, { body: `${begin}${long}${'x'.repeat(mebibyte)}${end}` }]) {
    const { outcome, message } = await send(begun, sent);
    expect([outcome, message]).toEqual([invalid, expect.stringContaining('larger than')]);
  }
  expect(await chunksOf(begun)).toEqual([]);
  const waiting = await imports.begin();
  expect((await imports.put(waiting, ofBytes(3 * mebibyte))).status).toBe(200);
  const next = { chunks: [begin, ofBytes(2 * mebibyte), end] };
  expect((await send(begun, next)).outcome).toBe('429 rate_limit.exceeded');
  expect(await chunksOf(begun)).toEqual([]);
});

it.each([
  ['a field', '--xyz\r\nContent-Disposition: form-data; name="a"\r\n\r\n', '\r\n', ''],
  ['what stands behind it', '', '', 'x'],
])('a form has at most 1 MiB beside its file: %s', async (_, field, before, after) => {
  const begun = await imports.begin();
  const form = (count: number) => {
    const fill = 'x'.repeat(count);
    return `${field && field + fill + before}${begin}First Name\nGrace${end}${after && fill}`;
  };
  expect((await send(begun, { chunks: [form(mebibyte / 2)] })).outcome).toContain('200');
  const { outcome, message } = await send(begun, { chunks: [form(mebibyte)] });
  expect([outcome, message]).toEqual([invalid, expect.stringContaining('1 MiB beside its file')]);
  // The file that was there before is still there.
  expect((await imports.complete(begun.job)).result.preview).toMatchObject({ sample_rows: [['Grace']] });
});

it.each([
  ['before its file', begin.slice(0, 20)],
  ['within its file', `${begin}First Name\nGr`],
  ['behind its file', `${begin}First Name\nGrace${end}`],
])('a form that stops %s arrives too slowly', async (_, beginning) => {
  const begun = await imports.begin();
  const answer = send(begun, { chunks: [beginning], headers: { ...headers, 'Content-Length': '100000' } });
  const uploads = async () =>
    (await (await fetch(`${program.url}/metrics`)).text()).includes('tideline_import_uploads 1');
  await until(uploads);
  program.clock.move(seconds(31));
  const { outcome, message } = await answer;
  expect([outcome, message]).toEqual([invalid, expect.stringContaining('10 KB a second')]);
  expect(await chunksOf(begun)).toEqual([]);
});
