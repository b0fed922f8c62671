import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { ImportFilesRepository } from '../../src/contexts/imports/import-files.repository';
import { useApi } from '../support/api';
import { seconds } from '../support/clock';
import { type CreatedImport, Importing, pathOf } from '../support/imports';
import { all, type Answering, outcome } from '../support/outcome';
import { call, outcomeOf } from '../support/raw';
import { until } from '../support/server-process';
import { workbook } from '../support/workbook';

const mebibyte = 2 ** 20;
const maxUploads = 5;
const maxWaiting = 10;
const good = [200, undefined];
const tooMany = [429, 'rate_limit.exceeded'];

const { program, client } = useApi({
  environment: { IMPORT_MAX_BYTES: String(3 * mebibyte), IMPORT_WAITING_BYTES: String(16 * mebibyte) },
  accountFor: 'each test',
});
const imports = new Importing(program, client);
const neighbour = async () => new Importing(program, program.client.as(await program.register()));

const small = 'First Name\nGrace\n';
/** A file of so many bytes. A row is at most a mebibyte long. */
const ofBytes = (count: number) => {
  const line = `Grace,${'x'.repeat(mebibyte / 4)}\n`;
  return `First Name,Remark\n${line.repeat(Math.ceil(count / line.length))}`.slice(0, count);
};
const large = ofBytes(1.1 * mebibyte);
const metric = async (name: string) => {
  const page = await (await fetch(`${program.url}/metrics`)).text();
  return Number(new RegExp(`^tideline_${name} (\\d+)$`, 'm').exec(page)![1]);
};
const settle = (name: string, value: number) => until(async () => (await metric(name)) === value);

/** Uploads that the test holds open. */
let open: ClientRequest[] = [];
afterEach(async () => {
  for (const outgoing of open) outgoing.destroy();
  open = [];
  await settle('import_uploads', 0);
});

/** Sends the beginning of a file. */
function hold(begun: CreatedImport, beginning: string, headers = {}): { outgoing: ClientRequest; answer: Answering } {
  const { hostname, port } = new URL(program.url);
  const outgoing = request({ hostname, port, method: 'PUT', path: pathOf(begun), agent: false, headers });
  outgoing.on('error', () => undefined);
  open.push(outgoing);
  outgoing.write(beginning);
  const answer = once(outgoing, 'response').then(async ([incoming]: IncomingMessage[]) => {
    const body = JSON.parse(await text(incoming!)) as object;
    return { status: incoming!.statusCode!, body, headers: incoming!.headers };
  });
  answer.catch(() => undefined);
  return { outgoing, answer: answer as unknown as Answering };
}

async function holdAll(): Promise<ReturnType<typeof hold>[]> {
  const held: ReturnType<typeof hold>[] = [];
  for (let count = 0; count < maxUploads; count++) held.push(hold(await imports.begin(), small));
  await settle('import_uploads', maxUploads);
  return held;
}

describe('uploads under way', () => {
  it('are five of an account, whatever its imports, and another account can send files', async () => {
    await holdAll();
    await all(tooMany, imports.put(await imports.begin(), small));
    const other = await neighbour();
    await all(good, other.put(await other.begin(), small));
  });

  it('make room when they end, or break off', async () => {
    const [first, second] = await holdAll();
    first!.outgoing.end();
    await all(good, first!.answer);
    second!.outgoing.destroy();
    await settle('import_uploads', maxUploads - 2);
    await all(good, imports.put(await imports.begin(), small));
  });

  it('that come too slowly are told so and end, though no byte comes, and the others go on', async () => {
    const slow = hold(await imports.begin(), small, { 'Content-Length': 1_000 });
    const steady = hold(await imports.begin(), 'x'.repeat(400_000));
    await settle('import_uploads', 2);
    program.clock.move(seconds(31));
    const { status, body, headers } = (await slow.answer) as unknown as Record<string, never>;
    expect([status, body]).toMatchObject([
      400,
      { error: { code: 'imports.invalid_request', message: expect.stringContaining('10 KB a second') as string } },
    ]);
    expect(headers).toMatchObject({ connection: 'close' });
    steady.outgoing.end();
    await all(good, steady.answer);
  });

  it('may be slow for 30 seconds', async () => {
    const begun = await imports.begin();
    const { outgoing, answer } = hold(begun, small);
    await settle('import_uploads', 1);
    program.clock.move(seconds(25));
    outgoing.end();
    await all(good, answer);
  });
});

describe('files that wait to be looked through', () => {
  /** 15 of 16 MiB. */
  const fill = async () => {
    const begun = await Promise.all([1, 2, 3, 4, 5].map(() => imports.begin()));
    await all(good, ...begun.map((each) => imports.put(each, ofBytes(3 * mebibyte))));
    return begun;
  };
  const chunksOf = ({ job }: CreatedImport) =>
    program.sql('select number from import_chunks where import_id = $1', [job.id]);

  it('of an account have a bound, judged by the length and by what arrives; others are not touched', async () => {
    await fill();
    const begun = await imports.begin();
    await all(tooMany, imports.put(begun, ofBytes(2 * mebibyte)));
    const raw = await call(program.url, 'PUT', pathOf(begun), { chunks: [large] });
    expect(outcomeOf(raw)).toBe('429 rate_limit.exceeded');
    expect(await chunksOf(begun)).toEqual([]);
    await all(good, imports.put(begun, small));
    const other = await neighbour();
    await all(good, other.put(await other.begin(), large));
  });

  it('count no longer when they were looked through, or cancelled', async () => {
    const [first, second] = await fill();
    await all(good, imports.complete(first!.job));
    await all(good, imports.put(await imports.begin(), ofBytes(3 * mebibyte)));
    await all(tooMany, imports.put(await imports.begin(), large));
    await all(good, imports.cancel(second!.job));
    await all(good, imports.put(await imports.begin(), large));
  });
});

describe('workbooks', () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => [
    `Grace ${index}`,
    'Arlington, VA; Navy Yard, Building 22, Room 7',
  ]);
  const file = workbook([{ rows: [['First Name', 'Remark'], ...rows] }]);

  it('become tables also if the files that wait leave no room for those', async () => {
    expect(file.length).toBeLessThan(mebibyte);
    const begun = await imports.begin();
    await all(good, imports.put(begun, file));
    const others = await Promise.all([1, 2, 3, 4, 5].map(() => imports.begin()));
    await all(good, ...others.map((each) => imports.put(each, ofBytes(3 * mebibyte))));
    await all(good, imports.complete(begun.job));
    const [table] = await program.sql<{ size: number }>(
      `select sum(length(data))::int as size from import_chunks join imports on imports.id = import_id
       where import_id = $1 and import_chunks.upload_id = imports.upload_id`,
      [begun.job.id],
    );
    expect(table!.size).toBeGreaterThan(mebibyte);
  });

  it('are converted one at a time of an account, and two at once; tables are looked through meanwhile', async () => {
    const files = program.app.get(ImportFilesRepository, { strict: false });
    const find = files.find.bind(files);
    let letGo = () => undefined as void;
    const release = new Promise<void>((resolve) => (letGo = resolve));
    const known = new Set<string>();
    jest.spyOn(files, 'find').mockImplementation(async (job, uploadId, number) => {
      const chunk = await find(job, uploadId, number);
      // The first reading tells the format.
      if (known.has(uploadId) && chunk?.toString('latin1', 0, 2) === 'PK') await release;
      known.add(uploadId);
      return chunk;
    });
    const complete = async (account: Importing, sent: string | Buffer) => {
      const begun = await account.begin();
      await all(good, account.put(begun, sent));
      return account.complete(begun.job);
    };
    const others = [await neighbour(), await neighbour()];
    const answers = [complete(imports, file), complete(imports, file), complete(imports, file)];
    try {
      await settle('import_conversions', 1);
      await settle('import_conversions_waiting', 2);
      answers.push(...others.map((other) => complete(other, file)));
      await settle('import_conversions_waiting', 3);
      expect(await metric('import_conversions')).toBe(2);
      expect((await complete(imports, small)).status).toBe(200);
    } finally {
      letGo();
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      jest.restoreAllMocks();
      expect(statuses).toEqual([200, 200, 200, 200, 200]);
    }
  });
});

describe('complete-upload', () => {
  /** The imports whose files were begun to be read, in this order. */
  let begunToRead: string[];
  let letGo: () => void;
  let release: Promise<void>;
  let ends: Promise<unknown>[];
  beforeEach(() => {
    begunToRead = [];
    ends = [];
    release = new Promise((resolve) => (letGo = resolve));
    const files = program.app.get(ImportFilesRepository, { strict: false });
    const read = files.read.bind(files);
    jest.spyOn(files, 'read').mockImplementation(async function* (job, uploadId) {
      if (!begunToRead.includes(job.id)) begunToRead.push(job.id);
      const [size] = await program.sql<{ count: number }>(
        'select count(*)::int as count from import_chunks where upload_id = $1',
        [uploadId],
      );
      if (size!.count > 1) await release;
      yield* read(job, uploadId);
    });
  });
  afterEach(async () => {
    letGo();
    await Promise.all(ends);
    jest.restoreAllMocks();
  });

  /** Sends files one after the other, and asks to look through each when the ones before are in the queue. */
  const complete = async (account: Importing, file: string, count: number) => {
    const ids: string[] = [];
    const answers: Answering[] = [];
    for (let index = 0; index < count; index++) {
      const begun = await account.begin();
      await all(good, account.put(begun, file));
      const before = (await metric('import_inspections')) + (await metric('import_inspections_waiting'));
      const answer = account.complete(begun.job);
      ends.push(answer.catch(() => undefined));
      ids.push(begun.job.id);
      answers.push(answer);
      await until(
        async () => (await metric('import_inspections')) + (await metric('import_inspections_waiting')) > before,
      );
    }
    return { ids, answers };
  };

  it('looks through a small file of another account before eight large ones', async () => {
    const { ids, answers } = await complete(imports, large, 8);
    const other = await neighbour();
    const begun = await other.begin();
    await all(good, other.put(begun, small));
    await all(good, other.complete(begun.job));
    expect(begunToRead).toEqual([ids[0], begun.job.id]);
    letGo();
    await all(good, ...answers);
    expect(begunToRead.slice(2)).toEqual(ids.slice(1));
  });

  it('looks through large files of accounts in turn', async () => {
    const { ids: mine, answers: first } = await complete(imports, large, 3);
    const { ids: theirs, answers: then } = await complete(await neighbour(), large, 2);
    letGo();
    await all(good, ...first, ...then);
    expect(begunToRead).toEqual([mine[0], theirs[0], mine[1], theirs[1], mine[2]]);
  });

  it('lets ten files of an account wait, and does not refuse another account', async () => {
    const { answers } = await complete(imports, large, maxWaiting + 1);
    const begun = await imports.begin();
    await all(good, imports.put(begun, large));
    await all(tooMany, imports.complete(begun.job));
    const { answers: others } = await complete(await neighbour(), large, 1);
    letGo();
    await all(good, ...answers, ...others);
    await all(good, imports.complete(begun.job));
  });

  it('repeated while the file waits or is looked through, shares the work', async () => {
    const { ids, answers } = await complete(imports, large, 2);
    const again = ids.map((id) => imports.complete({ id }));
    letGo();
    await all(good, ...answers, ...again);
    const bodies = await Promise.all([...answers, ...again].map(async (answer) => (await answer).body));
    expect(bodies.slice(2)).toEqual(bodies.slice(0, 2));
    expect(await outcome(again[0]!)).toEqual(good);
    expect(begunToRead).toEqual(ids);
  });
});
