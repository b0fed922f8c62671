import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MailDelivery } from '../../src/platform/mail/mail-delivery';
import { freePort, newEmail, startApp, type TestApp } from '../support/app';
import { days, minutes, seconds } from '../support/clock';
import { startSmtp, type TestSmtp } from '../support/smtp';
import { breakDatabase } from '../support/statements';

let smtp: TestSmtp;
let program: TestApp;
beforeAll(async () => {
  smtp = await startSmtp();
  program = await startApp({
    SMTP_URL: smtp.url,
    MAIL_FROM: 'The CRM <crm@example.com>',
    PUBLIC_URL: 'https://crm.example.com/base',
  });
});
afterAll(async () => {
  await program.close();
  await smtp.stop();
});
beforeEach(async () => {
  program.clock.reset();
  program.clock.freeze();
  smtp.refuse(undefined);
  smtp.taken.length = 0;
  program.log.length = 0;
  await program.sql('delete from mails');
});

const send = (app = program) => app.app.get(MailDelivery, { strict: false }).run();
const waiting = async () => Number((await program.sql('select count(*) from mails'))[0]!.count);

/** Leaves a mail to be sent, and tells to whom. */
async function post(app = program): Promise<string> {
  const email = newEmail();
  const before = await program.sql<{ id: string }>('select id from mails');
  const session = await app.register({ email });
  // That of registering is none of these tests' business.
  await program.sql('delete from mails where id <> all($1)', [before.map(({ id }) => id)]);
  expect((await app.client.post('/auth/forgot-password', { email })).status).toBe(200);
  expect(session.user.email).toBe(email);
  return email;
}

describe('a mail', () => {
  it('arrives from MAIL_FROM, with a link on PUBLIC_URL, and is then gone from the database', async () => {
    const email = await post();
    expect(await waiting()).toBe(1);
    await send();
    expect(smtp.taken).toEqual([
      expect.objectContaining({
        from: { name: 'The CRM', address: 'crm@example.com' },
        to: [{ name: '', address: email }],
        subject: 'Set a new password for Tideline',
        messageId: expect.stringMatching(/^<[0-9a-f-]{36}@crm\.example\.com>$/),
        text: expect.stringMatching(/^https:\/\/crm\.example\.com\/base\/reset-password\?token=[0-9A-Za-z]{32}$/m),
      }),
    ]);
    expect(smtp.taken[0]!.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
    expect(await waiting()).toBe(0);
  });

  it('is an invitation with the names of those who invite', async () => {
    const ada = await program.register({ name: 'Ada\r\nBcc: eve@example.com', account_name: 'Größe & Söhne' });
    await program.sql('delete from mails');
    const email = newEmail();
    await program.client.as(ada).post('/users/invite', { email, name: 'Grace Hopper' });
    await send();
    expect(smtp.taken).toEqual([
      expect.objectContaining({
        to: [{ name: '', address: email }],
        subject: 'An invitation to Tideline',
        text: expect.stringMatching(
          /^Hello Grace Hopper,\n\nAda Bcc: eve@ example\. com invites you to work with\nGröße & Söhne in/,
        ),
      }),
    ]);
    expect(smtp.taken[0]).not.toHaveProperty('bcc');
  });

  it('to nobody goes nowhere', async () => {
    await program.client.post('/auth/forgot-password', { email: newEmail() });
    expect(await waiting()).toBe(1);
    await send();
    expect([await waiting(), smtp.taken]).toEqual([0, []]);
  });

  it('cannot be read in the database, and can with the key of before', async () => {
    const email = await post();
    const [row] = await program.sql<{ content: Buffer }>('select content from mails');
    for (const secret of [email, 'token', 'password']) expect(row!.content.includes(secret)).toBe(false);
    const rotated = await startApp({
      SMTP_URL: smtp.url,
      ENCRYPTION_KEY: 'a newer test key for secrets that is long enough',
      ENCRYPTION_KEY_PREVIOUS: program.config.encryptionKeys[0],
    });
    await send(rotated);
    await rotated.close();
    expect(smtp.taken[0]?.to).toEqual([{ name: '', address: email }]);
  });
});

describe('a mail that cannot be sent', () => {
  it.each([451, 421])('for now (%i) is tried again, after ever longer waits, as the same mail', async (status) => {
    smtp.refuse(status);
    await post();
    let attempts = smtp.attempts();
    for (const wait of [seconds(10), minutes(1), minutes(5), minutes(15)]) {
      await send();
      expect(smtp.attempts()).toBe(++attempts);
      program.clock.move(wait - 1);
      await send();
      expect(smtp.attempts()).toBe(attempts);
      program.clock.move(1);
    }
    expect(program.log.join('')).toContain('a mail could not be sent');
    smtp.refuse(undefined);
    await send();
    expect([smtp.taken.length, await waiting()]).toEqual([1, 0]);
  });

  it('is written once, with one link, however often it is tried', async () => {
    smtp.refuse(451);
    await post();
    const links = async () => program.sql('select token_hash from one_time_tokens');
    const before = await links();
    await send();
    const made = await links();
    expect(made).toHaveLength(before.length + 1);
    program.clock.move(seconds(10));
    await send();
    smtp.refuse(undefined);
    program.clock.move(minutes(1));
    await send();
    expect([smtp.taken.length, await links()]).toEqual([1, made]);
  });

  it('before its link expires is given up, with an error in the log', async () => {
    smtp.refuse(451);
    await post();
    for (let round = 0; round < 7; round++) {
      await send();
      program.clock.move(minutes(16));
    }
    expect(await waiting()).toBe(0);
    expect(program.log.filter((line) => line.includes('a mail was given up'))).toHaveLength(1);
  });

  it('is not sent once its link has expired, had nobody tried before', async () => {
    await post();
    program.clock.move(minutes(60));
    await send();
    expect([smtp.taken.length, await waiting()]).toEqual([0, 0]);
    expect(program.log.join('')).toContain('a mail was given up');
  });

  it('an invitation is tried for days', async () => {
    const ada = await program.register();
    await program.sql('delete from mails');
    smtp.refuse(451);
    await program.client.as(ada).post('/users/invite', { email: newEmail(), name: 'Grace' });
    for (let round = 0; round < 6; round++) {
      await send();
      program.clock.move(days(1));
    }
    smtp.refuse(undefined);
    await send();
    expect(smtp.taken).toHaveLength(1);
  });

  it('for good (550) is given up at once, and the others are sent', async () => {
    smtp.refuse(550);
    await post();
    await send();
    expect(await waiting()).toBe(0);
    expect(program.log.join('')).toContain('a mail was given up');
    smtp.refuse(undefined);
    await post();
    await send();
    expect(smtp.taken).toHaveLength(1);
  });

  it('since its sender is refused, even for good, is tried again', async () => {
    smtp.refuse(550, 'senders');
    await post();
    await send();
    expect(await waiting()).toBe(1);
    smtp.refuse(undefined);
    program.clock.move(seconds(10));
    await send();
    expect([smtp.taken.length, await waiting()]).toEqual([1, 0]);
  });

  it('since its sender stops is put back, and no other is begun', async () => {
    const stopping = await startApp({ SMTP_URL: smtp.url });
    await post(stopping);
    // Five at a time, also when the database believes that there is one: with these statistics it plans differently.
    await program.sql('analyze mails');
    for (let count = 0; count < 7; count++) await post(stopping);
    const mend = smtp.hang();
    const sending = send(stopping);
    await stopping.close();
    await sending;
    mend();
    const rows = await program.sql('select attempt::int, lease_until from mails order by attempt desc');
    expect(rows).toEqual([
      ...Array(5).fill({ attempt: 1, lease_until: null }),
      ...Array(3).fill({ attempt: 0, lease_until: null }),
    ]);
    program.clock.move(minutes(1));
    await send();
    expect(await waiting()).toBe(0);
  });

  it('since no mail server answers fails no request and waits', async () => {
    const alone = await startApp({ SMTP_URL: `smtp://127.0.0.1:${await freePort()}` });
    await post(alone);
    await send(alone);
    expect(alone.log.join('')).toContain('ECONNREFUSED');
    await alone.close();
    program.clock.move(minutes(1));
    await send();
    expect([smtp.taken.length, await waiting()]).toEqual([1, 0]);
  });

  it('since its sender died is sent by another after two minutes', async () => {
    const email = await post();
    const mend = breakDatabase(/delete from mails/);
    await send();
    expect(program.log.join('')).toContain('what came of a mail could not be recorded');
    mend();
    program.clock.move(minutes(2) - 1);
    await send();
    expect(smtp.taken).toHaveLength(1);
    program.clock.move(1);
    await send();
    // It was sent, and only that could not be written down: the second one is recognised by its id.
    expect(smtp.taken.map(({ to, messageId }) => [to?.[0]?.address, messageId])).toEqual(
      Array(2).fill([email, smtp.taken[0]!.messageId]),
    );
    expect(await waiting()).toBe(0);
  });
});

it('two instances that send at the same time send every mail once', async () => {
  const other = await startApp({ SMTP_URL: smtp.url });
  for (let count = 0; count < 6; count++) await post();
  const ada = program.client.as(await program.register());
  for (let count = 0; count < 6; count++) await ada.post('/users/invite', { email: newEmail(), name: 'Grace' });
  await Promise.all([send(), send(other), send(), send(other)]);
  await other.close();
  expect(await waiting()).toBe(0);
  // One more for who has registered.
  expect(new Set(smtp.taken.map(({ messageId }) => messageId)).size).toBe(13);
  expect(smtp.taken).toHaveLength(13);
});

it('with background work on, a mail is sent as soon as its transaction is committed', async () => {
  const working = await startApp({ SMTP_URL: smtp.url, WORKERS: 'on' });
  const arrived = smtp.next();
  const { user } = await working.register();
  expect((await arrived).to).toEqual([{ name: '', address: user.email }]);
  await working.close();
  expect(await waiting()).toBe(0);
});

it('without SMTP_URL a mail is a file that only its owner can read, and the log says so', async () => {
  const alone = await startApp();
  const email = await post(alone);
  const [mail] = await alone.mailsTo(email);
  expect(mail).toMatchObject({ to: email, from: 'no-reply@127.0.0.1', subject: 'Set a new password for Tideline' });
  expect(mail!.link.href).toMatch(new RegExp(`^${alone.url}/reset-password\\?token=`));
  const directory = join(alone.config.dataDir, 'mail');
  const [file] = await readdir(directory);
  expect(file).toMatch(/^[0-9a-f-]{36}\.eml$/);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, file!)).mode & 0o777).toBe(0o600);
  // A person reads the file as it is: the link must be whole.
  expect(await readFile(join(directory, file!), 'utf8')).toContain(`\r\n${mail!.link.href}\r\n`);
  const said = alone.log.filter((line) => line.includes('a mail was written to a file'));
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(file);
  expect(alone.log.join('')).not.toContain(mail!.link.searchParams.get('token'));
  await alone.close();
});

it.each([
  ['accept-invite', ' data-field="password"'],
  ['reset-password', ' data-field="new_password"'],
  ['verify-email', ''],
])('a link to /%s leads to a page whose only script is the one its policy names', async (route, field) => {
  const response = await fetch(`${program.url}/${route}?token=no-hexadecimal`);
  const html = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(html).toContain(`<form data-route="${route}"${field}>`);
  const policy = response.headers.get('content-security-policy')!;
  for (const [, tag, text] of html.matchAll(/<(script|style)>([^]*?)<\/\1>/g)) {
    expect(policy).toContain(`${tag}-src 'sha256-${createHash('sha256').update(text!).digest('base64')}'`);
  }
  expect(policy).toContain("default-src 'none'");
  expect(html).not.toMatch(/\ssrc=|\shref=|\son\w+=/);
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(program.log.join('')).not.toContain('no-hexadecimal');
});
