import { request } from 'node:http';
import { ConnectionSlots } from '../../src/platform/database/connection-slots';
import { MailDelivery } from '../../src/platform/mail/mail-delivery';
import { useApi } from '../support/api';
import { newEmail, password, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { withClient, workerDatabaseUrl } from '../support/database';
import { counts, Importing, pathOf } from '../support/imports';
import { shapes } from '../support/large-bodies.cjs';
import { outcome } from '../support/outcome';
import { answering, type Receiver, startReceiver, trustTestCertificates } from '../support/receiver';
import { until } from '../support/server-process';
import { startSmtp, type TestSmtp } from '../support/smtp';

/**
 * For each resource that accounts share: one account takes all of it that it can, and goes on until the other has done its work.
 * The other gets right answers, and none of its requests is refused. `npm run bench -- neighbours` measures how long it waits.
 */

let receiver: Receiver;
let smtp: TestSmtp;
const environment = { WORKERS: 'on', WEBHOOK_ALLOWED_HOSTS: 'localhost', SMTP_URL: '' };
beforeAll(async () => {
  trustTestCertificates();
  receiver = await startReceiver();
  smtp = await startSmtp();
  environment.SMTP_URL = smtp.url;
});
afterAll(async () => {
  await receiver.close();
  await smtp.stop();
});

const { program, ada, client, newAccount } = useApi({ environment });
/** PostgreSQL ends one of two that wait for each other, and the workers go on meanwhile. */
async function empty(tables: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await program.sql(`truncate ${tables}`));
    } catch (error) {
      if ((error as { code?: string }).code !== '40P01' || attempt === 10) throw error;
    }
  }
}

/** The account that takes all it can. */
let mallory: Client;
let hostile: SignedIn;
beforeAll(async () => {
  // What other files have left to be delivered, to receivers that are gone.
  await empty('webhooks, webhook_deliveries, webhook_fan_outs, mails');
});
beforeEach(async () => {
  await newAccount();
  hostile = await program.register();
  mallory = program.client.as(hostile);
  receiver.answer = answering(200);
  receiver.requests.length = 0;
});

const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

interface Contact {
  readonly id: string;
  readonly first_name: string;
  readonly job_title: string;
}

/** What everybody does all day. Every answer is looked at. */
async function work(as: Client = client): Promise<void> {
  const made = (await as.post<Contact>('/contacts', { first_name: 'Grace' })).result;
  const changed = (await as.patch<Contact>(`/contacts/${made.id}`, { job_title: 'Admiral' })).result;
  expect([changed.first_name, changed.job_title]).toEqual(['Grace', 'Admiral']);
  expect((await as.get<Contact>(`/contacts/${made.id}`)).result).toEqual(changed);
  const found = (await as.get<{ items: Contact[] }>('/contacts?search=grace')).result;
  expect(found.items.map(({ id }) => id)).toContain(made.id);
  expect((await as.delete<object>(`/contacts/${made.id}`)).result).toEqual({});
}

/** Begins the hostile requests, does the work while they go on, and ends them. @returns the outcomes of the hostile ones. */
async function beside(
  flood: Promise<unknown[]>[],
  doing: () => Promise<void>,
  end: () => unknown,
): Promise<unknown[][]> {
  try {
    await doing();
  } finally {
    await end();
  }
  return Promise.all(flood);
}

const refused = (outcomes: readonly unknown[][]) => outcomes.filter(([status]) => status === 429).length;

it('connections of the database: requests that wait for a lock', async () => {
  const { id } = (await mallory.post<Contact>('/contacts', { first_name: 'Mallory' })).result;
  await withClient(workerDatabaseUrl(), async (rival) => {
    await rival.query('begin');
    await rival.query('select 1 from contacts where id = $1 for update', [id]);
    const flood = times(100, (index) => outcome(mallory.patch(`/contacts/${id}`, { job_title: `Nr ${index}` })));
    const locked = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    const { slots } = program.app.get(ConnectionSlots);
    await until(() => slots.waiting > 80);
    await until(async () => (await rival.query(locked)).rowCount! > 0);
    const outcomes = await beside(
      flood,
      async () => {
        await work();
        expect((await rival.query(locked)).rowCount).toBeLessThanOrEqual(8);
      },
      () => rival.query('rollback'),
    );
    expect(outcomes.filter(([status]) => status !== 200 && status !== 429)).toEqual([]);
  });
});

it('connections of the database: searches', async () => {
  let isOver = false;
  const flood = times(60, async (index) => {
    let last: unknown[] = [];
    while (!isOver) last = await outcome(mallory.get(`/contacts?search=mail&tags=nobody-${index}`));
    return last;
  });
  await beside(
    flood,
    async () => {
      for (let round = 0; round < 5; round++) await work();
    },
    () => (isOver = true),
  );
});

it('the process: bodies with tens of thousands of keys', async () => {
  let isOver = false;
  const bodies = ['keys', 'a long key over many', 'keys in keys', 'lists in lists'].map(
    (shape) => `{"custom_fields":${shapes[shape]!(14_000)}}`,
  );
  const flood = bodies.map(async (body) => {
    let last: unknown[] = [];
    while (!isOver) last = await outcome(mallory.call('contacts-list', body));
    return last;
  });
  const outcomes = await beside(
    flood,
    async () => {
      for (let round = 0; round < 5; round++) await work();
    },
    () => (isOver = true),
  );
  expect(outcomes.map(([status]) => status)).toEqual([400, 400, 400, 400]);
});

const csv = (rows: number, cell = 'x') =>
  `First Name,Last Name,Notes\n${times(rows, (row) => `Ada,Nr ${row},${cell}`).join('\n')}\n`;

/** All steps of an import, beside what others do. */
async function importPeople(as: Client = client): Promise<void> {
  expect(counts(await new Importing(program, as).run('contacts', csv(30)))).toEqual([30, 0, 0, 0, 30, 30]);
}

it('uploads: many that never end', async () => {
  const imports = new Importing(program, mallory);
  const open: ReturnType<typeof request>[] = [];
  const { hostname, port } = new URL(program.url);
  const statuses: number[] = [];
  for (let index = 0; index < 50; index++) {
    const path = pathOf(await imports.begin());
    const sent = request({
      hostname,
      port,
      path,
      method: 'PUT',
      agent: false,
      headers: { 'content-type': 'text/csv' },
    });
    sent.on('error', () => undefined).on('response', (response) => statuses.push(response.resume().statusCode!));
    sent.write('First Name\n');
    open.push(sent);
  }
  await until(() => Promise.resolve(statuses.length === 45));
  await beside(
    [],
    () => importPeople(),
    () => open.forEach((each) => each.destroy()),
  );
  expect(statuses).toEqual(Array(45).fill(429));
});

it('files that are looked through: many large ones', async () => {
  const imports = new Importing(program, mallory);
  const jobs = await Promise.all(
    times(12, async () => {
      const begun = await imports.begin();
      // Five of an account may be under way.
      while ((await imports.put(begun, csv(60_000, 'x'.repeat(30)))).status !== 200);
      return begun.job;
    }),
  );
  const flood = jobs.map((job) => outcome(imports.complete(job)));
  let over = 0;
  for (const each of flood) void each.then(() => over++);
  await beside(
    flood,
    async () => {
      await importPeople();
      expect(over).toBeLessThan(jobs.length);
    },
    () => undefined,
  );
});

it('hashing of passwords: registrations', async () => {
  let isOver = false;
  const register = () => ({ email: newEmail(), password, name: 'Mallory' });
  const flood = times(30, async () => {
    let last: unknown[] = [];
    while (!isOver) last = await outcome(program.client.post('/auth/register', register()));
    return last;
  });
  await beside(
    flood,
    async () => {
      for (let round = 0; round < 3; round++) {
        const session = (await program.client.post<SignedIn>('/auth/login', { email: ada.user.email, password }))
          .result;
        await work(program.client.as(session));
      }
    },
    () => (isOver = true),
  );
});

it('mails: a mail server that answers none of the mails of one account', async () => {
  // Other tests here have registered many accounts.
  await program.sql('delete from mails');
  // What is being sent already would hang, too.
  await program.app.get(MailDelivery, { strict: false }).run();
  const mend = smtp.hang();
  const emails = times(15, newEmail);
  for (const email of emails) {
    await mallory.post<object>('/users/invite', { email, name: 'Bob' }).then(({ result }) => result);
  }
  await until(() => Promise.resolve(smtp.read.some((address) => emails.includes(address))));
  await program.client.post<object>('/auth/forgot-password', { email: ada.user.email }).then(({ result }) => result);
  const colleague = newEmail();
  await client.post<object>('/users/invite', { email: colleague, name: 'Grace' }).then(({ result }) => result);
  // The reset begins although nothing has ended; the invitation is sent before most of the other account.
  await until(() => Promise.resolve(smtp.read.includes(ada.user.email)));
  mend();
  await until(() => Promise.resolve(smtp.taken.some(({ to }) => to![0]!.address === colleague)));
  expect(smtp.taken.filter(({ to }) => emails.includes(to![0]!.address!)).length).toBeLessThan(emails.length);
});

describe('webhooks', () => {
  interface Delivered {
    readonly path: string;
    readonly data: Contact;
  }
  const delivered = (path: string): Delivered[] =>
    receiver.requests
      .filter((each) => each.path === path)
      .map((each) => ({ path, data: (each.body as { data: Contact }).data }));
  const subscribe = (as: Client, path: string, event = 'contact.created') =>
    as.post<object>('/webhooks', { url: `${receiver.url}${path}`, events: [event] }).then(({ result }) => result);

  it('endpoints that never answer', async () => {
    receiver.answer = (incoming, response) => void (incoming.url === '/hook/good' && response.end('ok'));
    const others = [
      mallory,
      ...(await Promise.all(times(4, program.register.bind(program, {})))).map((each) => program.client.as(each)),
    ];
    for (const [index, as] of others.entries()) {
      for (let endpoint = 0; endpoint < 20; endpoint++) await subscribe(as, `/${index}-${endpoint}`);
      for (let contact = 0; contact < 3; contact++) await as.post<object>('/contacts', { first_name: 'Mallory' });
    }
    await subscribe(client, '/good');
    await receiver.arrived(10);
    for (let round = 0; round < 5; round++) {
      const { id } = (await client.post<Contact>('/contacts', { first_name: 'Grace' })).result;
      await until(() => Promise.resolve(delivered('/hook/good').some(({ data }) => data.id === id)));
    }
    // None of the others has had an answer, so none of theirs has made room.
    await empty('webhooks, webhook_deliveries, webhook_fan_outs');
  });

  it('the change feed: fifty deliveries for each of many changes', async () => {
    for (let endpoint = 0; endpoint < 50; endpoint++) await subscribe(mallory, `/${endpoint}`);
    const imports = new Importing(program, mallory);
    const { job, preview } = await imports.uploaded('contacts', csv(2_000));
    await imports.confirm(job, { column_mapping: preview.suggested_mapping }).then(({ result }) => result);
    await beside(
      [],
      async () => {
        for (let round = 0; round < 10; round++) {
          const { id } = (await client.post<Contact>('/contacts', { first_name: 'Grace' })).result;
          const events = await new Importing(program, client).events();
          expect(events.at(-1)).toMatchObject({ event: 'contact.created', data: { id } });
        }
      },
      () => imports.settled(job),
    );
    await empty('webhooks, webhook_deliveries, webhook_fan_outs');
  });
});

describe('requests', () => {
  const { program: limited } = useApi({ environment: { RATE_LIMITS: 'on', TRUST_PROXY: 'true' } });

  it('of one user, and of one address, beyond their budgets', async () => {
    const at = (app: TestApp, host: number) => app.client.with({ 'X-Forwarded-For': `198.51.100.${host}` });
    const flood = [
      ...times(300, () => outcome(at(limited, 1).as(hostile).get('/contacts'))),
      ...times(100, () => outcome(at(limited, 1).get('/errors'))),
    ];
    // Nothing flows back into a budget meanwhile, however slow the machine is.
    limited.clock.freeze();
    const outcomes = await beside(
      flood,
      async () => {
        await work(at(limited, 2).as(ada));
        expect((await at(limited, 2).get('/errors')).status).toBe(200);
      },
      () => undefined,
    );
    expect(refused(outcomes)).toBe(300 - 200 + 100 - 40);
  });
});
