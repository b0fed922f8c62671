import { PreviousRelease } from '../../src/kernel/previous-release';
import { Encryption } from '../../src/platform/encryption/encryption';
import { MailDelivery, mailPurpose } from '../../src/platform/mail/mail-delivery';
import { WaitingMailsRepository } from '../../src/platform/mail/waiting-mails.repository';
import { newEmail, startApp, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { until } from '../support/server-process';
import { startSmtp, type TestSmtp } from '../support/smtp';

let smtp: TestSmtp;
let program: TestApp;
let mend: () => void;
beforeAll(async () => {
  smtp = await startSmtp();
  program = await startApp({ SMTP_URL: smtp.url });
});
afterAll(async () => {
  await program.close();
  await smtp.stop();
});
beforeEach(async () => {
  program.clock.reset();
  program.clock.freeze();
  await program.sql('delete from mails');
  smtp.refuse(undefined);
  smtp.taken.length = 0;
  smtp.read.length = 0;
  mend = () => undefined;
});
afterEach(() => mend());

const send = () => program.app.get(MailDelivery, { strict: false }).run();
const waiting = async () => Number((await program.sql('select count(*) from mails'))[0]!.count);
const taken = () => smtp.taken.map(({ to }) => to![0]!.address!);

/** Makes an account, without the mail that registering sends. */
async function register(): Promise<SignedIn> {
  const owner = await program.register();
  await program.sql('delete from mails where account_id = $1', [owner.user.account_id]);
  return owner;
}

const newOwner = async () => program.client.as(await register());
const newOwners = (count: number) => Promise.all(Array.from({ length: count }, newOwner));

/** Ordinary mails of the account. @returns to whom, oldest first. */
async function invite(owner: Client, count = 1): Promise<string[]> {
  const emails = Array.from({ length: count }, newEmail);
  for (const email of emails) {
    expect((await owner.post('/users/invite', { email, name: 'Grace' })).status).toBe(200);
    program.clock.move(1);
  }
  return emails;
}

/** An urgent mail. @returns to whom. */
async function forget(): Promise<string> {
  const { user } = await register();
  await program.client.post('/auth/forgot-password', { email: user.email });
  return user.email;
}

/** Begins to send, while the mail server answers none of the mails, or not those to this address. */
async function sendHanging(address?: string): Promise<{ readonly sent: Promise<void> }> {
  mend = smtp.hang(address);
  const sent = send();
  await until(() => smtp.read.length > 0);
  return { sent };
}

/** Whoever is looked for after the others were found has come after them, or not at all. */
async function expectBegun(...emails: readonly string[]): Promise<void> {
  const reset = await forget();
  const sent = send();
  await until(() => smtp.read.includes(reset));
  expect([...smtp.read].sort()).toEqual([...emails, reset].sort());
  mend();
  await sent;
}

it('an account with many waiting mails does not hold up a single mail of others', async () => {
  const [ada, grace, alan] = (await newOwners(3)) as [Client, Client, Client];
  const [first] = await invite(ada, 20);
  const [one] = await invite(grace);
  const [other] = await invite(alan);
  await sendHanging();
  await expectBegun(first!, one!, other!);
  expect(taken()).toHaveLength(23);
});

it('accounts take turns', async () => {
  const owners = await newOwners(3);
  const posted: string[][] = [];
  for (const owner of owners) posted.push(await invite(owner, 8));
  await send();
  expect(taken().sort()).toEqual(posted.flat().sort());
  // In strict turns each has four of the first twelve. Of those that are sent at once a later one may arrive first.
  const begun = smtp.read.slice(0, 12);
  const counts = posted.map((emails) => emails.filter((email) => begun.includes(email)).length);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
});

it('the turn goes on where it was, not with the first account again', async () => {
  const owners = await newOwners(6);
  const posted: string[] = [];
  for (const owner of owners) posted.push((await invite(owner, 2))[0]!);
  await sendHanging();
  await until(() => smtp.read.length === 3);
  mend();
  await until(() => smtp.read.length >= 6);
  expect(smtp.read.slice(0, 6).sort()).toEqual(posted.sort());
  await send();
});

it('of an account two mails are sent at once, and another one has a slot that is left', async () => {
  const [ada, grace] = (await newOwners(2)) as [Client, Client];
  const [first, second] = await invite(ada, 9);
  await sendHanging();
  await until(() => smtp.read.length === 2);
  const [one] = await invite(grace, 2);
  await expectBegun(first!, second!, one!);
  expect(taken()).toHaveLength(12);
});

it('slow mails leave two slots to urgent ones', async () => {
  const owners = await newOwners(5);
  const posted: string[] = [];
  for (const owner of owners) posted.push(...(await invite(owner)));
  const { sent } = await sendHanging();
  await until(() => smtp.read.length === 3);
  const urgent = [await forget(), await forget()];
  const later = send();
  await until(() => smtp.read.length === 5);
  expect(smtp.read.slice(3).sort()).toEqual(urgent.sort());
  mend();
  await Promise.all([sent, later]);
  expect(taken().sort()).toEqual([...posted, ...urgent].sort());
});

it('urgent mails go before all others, in all slots', async () => {
  const owners = await newOwners(3);
  for (const owner of owners) await invite(owner, 3);
  const urgent: string[] = [];
  for (let count = 0; count < 5; count++) urgent.push(await forget());
  const { sent } = await sendHanging();
  await until(() => smtp.read.length === 5);
  expect([...smtp.read].sort()).toEqual(urgent.sort());
  mend();
  await sent;
  expect(taken()).toHaveLength(14);
});

it('a slow mail holds up nobody else', async () => {
  const [ada, grace] = (await newOwners(2)) as [Client, Client];
  const emails = [...(await invite(ada, 6)), ...(await invite(grace, 6))];
  const { sent } = await sendHanging(emails[0]);
  await until(() => smtp.taken.length === 11);
  expect(taken().sort()).toEqual(emails.slice(1).sort());
  mend();
  await sent;
  expect(await waiting()).toBe(0);
});

it('after a failure mails wait for their time, then for their turn', async () => {
  const [ada, grace] = (await newOwners(2)) as [Client, Client];
  const many = await invite(ada, 12);
  const [one] = await invite(grace);
  const before = smtp.attempts();
  smtp.refuse(451);
  await send();
  program.clock.move(seconds(10) - 1);
  await send();
  expect([smtp.attempts() - before, await waiting()]).toEqual([13, 13]);
  smtp.refuse(undefined);
  program.clock.move(1);
  await sendHanging();
  const reset = await forget();
  const sent = send();
  await until(() => smtp.read.includes(reset));
  // All wait for the same moment, so any two of the twelve may be first.
  expect(smtp.read.filter((email) => many.includes(email))).toHaveLength(2);
  expect(smtp.read).toContain(one);
  mend();
  await sent;
  expect(await waiting()).toBe(0);
});

describe('beside instances of the previous release', () => {
  /** What such an instance inserts, which knows neither accounts nor turns. */
  const post = (to: string) => {
    const encryption = new Encryption(program.config, new PreviousRelease(new Date(8.64e15), program.clock));
    const now = program.clock.now();
    return program.sql(
      `insert into mails (id, content, created_at, expires_at, attempt, next_attempt_at)
       values (gen_random_uuid(), $1, $2, $3, 0, $2)`,
      [
        encryption.encrypt(mailPurpose, '', JSON.stringify({ to, subject: 'A mail', text: 'of before' })),
        now,
        new Date(now.getTime() + minutes(60)),
      ],
    );
  };

  it('mails that they post have a turn together', async () => {
    const older = newEmail();
    for (let count = 0; count < 5; count++) await post(older);
    const [one] = await invite(await newOwner());
    await sendHanging();
    await expectBegun(older, older, one!);
    expect(taken()).toHaveLength(7);
  });

  it('a mail that they are sending is left to them until the lease ends', async () => {
    const [email] = await invite(await newOwner());
    const lease = new Date(program.clock.now().getTime() + minutes(2));
    await program.sql('update mails set attempt = attempt + 1, lease_until = $1', [lease]);
    program.clock.move(minutes(2) - 1);
    await send();
    expect(taken()).toEqual([]);
    program.clock.move(1);
    await send();
    expect(taken()).toEqual([email]);
  });
});

it('all that are due are sent, also when a claim that left some out is answered after what was under way has ended', async () => {
  const mails = program.app.get(WaitingMailsRepository, { strict: false });
  const delivery: unknown = program.app.get(MailDelivery, { strict: false });
  const underWay = (delivery as { readonly sending: ReadonlySet<object> }).sending;
  const claim = mails.claim.bind(mails);
  mails.claim = async (...limits) => {
    const claimed = await claim(...limits);
    // As if the database answered late.
    if (claimed.mails.length === 0) await until(() => underWay.size === 0);
    return claimed;
  };
  try {
    for (const owner of await newOwners(9)) await invite(owner);
    await send();
    expect([smtp.taken.length, await waiting()]).toEqual([9, 0]);
  } finally {
    mails.claim = claim;
  }
});
