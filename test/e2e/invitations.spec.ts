import { randomUUID } from 'node:crypto';
import { newEmail, password, startApp, type TestApp } from '../support/app';
import type { Answer, Client, SignedIn } from '../support/client';
import { days, minutes } from '../support/clock';
import { outcome } from '../support/outcome';
import { mailsWithLink, verifyEmail } from '../support/proof';

/** The budgets of invitations (docs/contract.md, section 4). */
const limits = { RATE_LIMITS: 'on', RATE_LIMIT_PUBLIC: '900/1000', RATE_LIMIT_LOGIN: '900/1000' };

let program: TestApp;
let owner: SignedIn;
let ada: Client;

beforeAll(async () => {
  program = await startApp(limits);
});
afterAll(() => program.close());
beforeEach(async () => {
  program.clock.reset();
  program.clock.freeze();
  owner = await program.register();
  ada = program.client.as(owner);
});

const good = [200, undefined];
const tooMany = [429, 'rate_limit.exceeded'];

const invite = (email = newEmail(), as = ada) =>
  as.post<{ user: { id: string } }>('/users/invite', { email, name: 'Bob' });
const inviteMany = async (count: number) => {
  for (let index = 0; index < count; index++) expect(await outcome(invite())).toEqual(good);
};
/** The session would end meanwhile. */
const later = async (milliseconds: number) => {
  program.clock.move(milliseconds);
  const body = { email: owner.user.email, password };
  ada = program.client.as((await program.client.post<SignedIn>('/auth/login', body)).result);
};
const told = async (answer: Promise<Answer<unknown>>) => {
  const { headers, error } = await answer;
  return [error.code, Number(headers['retry-after']), error.message];
};

it('an account sends 20 an hour', async () => {
  await inviteMany(1);
  program.clock.move(minutes(10));
  await inviteMany(19);
  const hourly = expect.stringContaining('20 invitations an hour');
  expect(await told(invite())).toEqual(['rate_limit.exceeded', 50 * 60, hourly]);
  const grace = program.client.as(await program.register());
  expect(await outcome(invite(newEmail(), grace))).toEqual(good);
  await later(minutes(50));
  expect(await outcome(invite())).toEqual(good);
  expect(await outcome(invite())).toEqual(tooMany);
});

it('20 an hour also when all are sent at once', async () => {
  const outcomes = await Promise.all(Array.from({ length: 24 }, () => outcome(invite())));
  expect(outcomes.filter(([status]) => status === 200)).toHaveLength(20);
  expect(outcomes.filter(([status]) => status !== 200)).toEqual(Array(4).fill(tooMany));
});

it('an account has 100 open, until some are deactivated or too old', async () => {
  for (let hour = 0; hour < 5; hour++) {
    await inviteMany(20);
    await later(minutes(61));
  }
  const sinceFirst = 5 * minutes(61);
  const open = expect.stringContaining('100 open invitations');
  expect(await told(invite())).toEqual(['rate_limit.exceeded', (days(7) - sinceFirst) / 1_000, open]);
  const { items } = (await ada.get<{ items: { id: string }[] }>('/users?limit=1')).result;
  await ada.post(`/users/${items[0]!.id}/deactivate`);
  expect(await outcome(invite())).toEqual(good);
  expect(await outcome(invite())).toEqual(tooMany);
  await later(days(7) - sinceFirst);
  expect(await outcome(invite())).toEqual(good);
});

it('both numbers are configured, and what was answered, or has lapsed, is open no longer', async () => {
  const few = await startApp({ ...limits, INVITES_OPEN: '1', INVITES_PER_HOUR: '3' });
  try {
    const as = few.client.as(await few.register());
    const email = newEmail();
    expect(await outcome(invite(email, as))).toEqual(good);
    expect(await outcome(invite(newEmail(), as))).toEqual(tooMany);
    await few.register({ email });
    await verifyEmail(few, email);
    const { invite_token: token } = (
      await as.post<{ invite_token: string }>('/users/invite', { email: newEmail(), name: 'Bob' })
    ).result;
    await few.client.post<SignedIn>('/auth/accept-invite', { token, password }).then(({ result }) => result);
    expect(await outcome(invite(newEmail(), as))).toEqual(good);
    expect(await outcome(invite(newEmail(), as))).toEqual(tooMany);
  } finally {
    await few.close();
  }
});

it('without rate limits there is none', async () => {
  const free = await startApp({ RATE_LIMITS: 'off', INVITES_OPEN: '1', INVITES_PER_HOUR: '1' });
  try {
    const as = free.client.as(await free.register());
    for (let index = 0; index < 7; index++) expect(await outcome(invite(`x+${index}@many.example`, as))).toEqual(good);
  } finally {
    await free.close();
  }
});

it.each([
  ['whatever its tag', (name: string, index: number) => `${name}+${index}@example.com`],
  [
    'of Gmail, whatever dots, tag and domain',
    (name: string, index: number) =>
      [
        `${name}@gmail.com`,
        `${name[0]}.${name.slice(1)}@gmail.com`,
        `${name}@googlemail.com`,
        `${name}+crm@gmail.com`,
        `${name.slice(0, 2)}.${name.slice(2)}+crm@GoogleMail.com`,
        `${[...name].join('.')}@gmail.com`,
        `${name}+more@gmail.com`,
      ][index]!,
  ],
])('an account sends 5 a day to one mailbox, %s', async (_, address) => {
  const name = `x${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  for (let index = 0; index < 5; index++) expect(await outcome(invite(address(name, index)))).toEqual(good);
  const daily = expect.stringContaining('5 invitations a day to one mailbox');
  expect(await told(invite(address(name, 5)))).toEqual(['rate_limit.exceeded', 24 * 60 * 60, daily]);
  expect(await outcome(invite())).toEqual(good);
  const grace = program.client.as(await program.register());
  expect(await outcome(invite(address(name, 5), grace))).toEqual(good);
  await later(days(1));
  expect(await outcome(invite(address(name, 6)))).toEqual(good);
});

it('what other accounts send to a mailbox delays the mail, ever more, and refuses nobody', async () => {
  const email = newEmail();
  const arrived = async () => (await mailsWithLink(program, email, 'accept-invite')).length;
  for (let index = 0; index < 5; index++) {
    const as = program.client.as(await program.register());
    expect(await outcome(invite(email, as))).toEqual(good);
  }
  expect(await arrived()).toBe(5);
  const two = [await program.register(), await program.register()].map((each) => program.client.as(each));
  for (const as of two) expect(await outcome(invite(email, as))).toEqual(good);
  expect(await arrived()).toBe(5);
  program.clock.move(minutes(10));
  expect(await arrived()).toBe(6);
  program.clock.move(minutes(10) - 1);
  expect(await arrived()).toBe(6);
  program.clock.move(1);
  expect(await arrived()).toBe(7);
  // A day later the mailbox is as any other.
  await later(days(1));
  expect(await outcome(invite(email))).toEqual(good);
  expect(await arrived()).toBe(8);
});
