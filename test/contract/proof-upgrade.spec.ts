import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { onEmptyDatabase } from '../support/database';
import { readMigrations } from '../support/upgrades/upgrade';

/** What the release before proofs of addresses has written, and goes on writing beside this one (docs/decisions/0039-proof.md). */
const first = '0013_proof';
const at = new Date('2026-01-31T09:30:00Z');

async function run(database: Client, which: (name: string) => boolean): Promise<void> {
  for (const { name, sql } of readMigrations()) {
    if (which(name)) await database.query(`begin; ${sql}; commit`);
  }
}

/** The insert of that release. */
async function insert(database: Client, account: string, email: string, password: string | null): Promise<string> {
  const id = randomUUID();
  await database.query(
    `insert into users (id, account_id, email, email_key, name, role, password_hash, invited_at, created_at, updated_at)
     values ($1, $2, $3, $3, 'Ada', 'owner', $4, $5, $6, $6)`,
    [id, account, email, password, password === null ? at : null, at],
  );
  return id;
}

async function makeAccount(database: Client): Promise<string> {
  const id = randomUUID();
  await database.query(`insert into accounts (id, name, created_at, updated_at) values ($1, 'A', $2, $2)`, [id, at]);
  return id;
}

const provedAt = async (database: Client, id: string) =>
  (await database.query<{ at: Date | null }>('select email_verified_at as at from users where id = $1', [id])).rows[0]!
    .at;

it('users of before count as proved, and invitations that nobody accepted do not', () =>
  onEmptyDatabase(async (database) => {
    await run(database, (name) => name < first);
    const account = await makeAccount(database);
    const [registered, invited] = [
      await insert(database, account, 'ada@example.com', 'hash'),
      await insert(database, account, 'bob@example.com', null),
    ];
    await run(database, (name) => name >= first);
    expect([await provedAt(database, registered), await provedAt(database, invited)]).toEqual([at, null]);
  }));

describe('beside this release', () => {
  const violation = { code: '23505', constraint: 'users_email_key_key' };
  const onNew = (work: (database: Client, account: string) => Promise<void>) =>
    onEmptyDatabase(async (database) => {
      await run(database, () => true);
      await work(database, await makeAccount(database));
    });

  it('a registration is one that nobody has proved, and the address is taken for the next one', () =>
    onNew(async (database, account) => {
      const id = await insert(database, account, 'ada@example.com', 'hash');
      expect(await provedAt(database, id)).toBeNull();
      const other = await makeAccount(database);
      await expect(insert(database, other, 'ada@example.com', 'other')).rejects.toMatchObject(violation);
    }));

  it('an account invites an address once, and an invited address can register', () =>
    onNew(async (database, account) => {
      await insert(database, account, 'ada@example.com', null);
      await expect(insert(database, account, 'ada@example.com', null)).rejects.toMatchObject(violation);
      await insert(database, await makeAccount(database), 'ada@example.com', null);
      const registered = await insert(database, await makeAccount(database), 'ada@example.com', 'hash');
      const { rows } = await database.query<{ id: string }>({
        name: 'users-by-email',
        text: 'select id from users where email_key = $1',
        values: ['ada@example.com'],
      });
      // Its sign-in takes the first one. With few rows the index is not used by itself.
      expect(rows.map(({ id }) => id)).toContain(registered);
      await database.query('set enable_seqscan = off; set enable_bitmapscan = off');
      const found = await database.query<{ id: string }>('select id from users where email_key = $1', [
        'ada@example.com',
      ]);
      expect(found.rows[0]!.id).toBe(registered);
    }));

  it('an invitation that is accepted is a proof, and one whose address is taken is refused', () =>
    onNew(async (database, account) => {
      const accept = (id: string) =>
        database.query('update users set password_hash = $2, updated_at = $3 where id = $1', [id, 'hash', at]);
      const invited = await insert(database, account, 'ada@example.com', null);
      const second = await insert(database, await makeAccount(database), 'ada@example.com', null);
      await accept(invited);
      expect(await provedAt(database, invited)).toEqual(at);
      await expect(accept(second)).rejects.toMatchObject(violation);
    }));

  it('another password of a registered user is no proof', () =>
    onNew(async (database, account) => {
      const id = await insert(database, account, 'ada@example.com', 'hash');
      await database.query(`update users set password_hash = 'other' where id = $1`, [id]);
      expect(await provedAt(database, id)).toBeNull();
    }));
});
