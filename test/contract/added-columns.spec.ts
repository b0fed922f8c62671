import { useApi } from '../support/api';
import { password } from '../support/app';
import { Importing } from '../support/imports';
import { populateAccount } from '../support/populated-account';
import { uuids } from '../support/snapshot';
import { type Statement, statementsDuring } from '../support/statements';
import { readColumns } from '../support/tables';
import { withClient, workerDatabaseUrl } from '../support/database';

const { program } = useApi({ environment: { WORKERS: 'on' } });

/** Creates, reads and updates a row of each kind, then deletes. @returns the shape of each answer that was read. */
async function useEverything(): Promise<unknown[]> {
  const made = await populateAccount(program);
  const { owner, invitation } = made;
  const client = program.client.as(owner);
  const read: unknown[] = [];
  const get = async (path: string) => {
    const { result } = await client.get<object>(path);
    read.push([path.replaceAll(uuids, ':id'), shapeOf(result)]);
    return result;
  };
  const send = async (method: string, path: string, body?: object) => {
    const { result } = await client.send<{ id: string }>(method, path, body);
    return result;
  };
  await program.deliver();

  const paths = {
    company: `/companies/${made.company_id}`,
    source: `/sources/${made.source_id}`,
    field: `/custom-fields/${made.custom_field_id}`,
    contact: `/contacts/${made.contact_id}`,
    project: `/projects/${made.project_id}`,
    activity: `/activities/${made.activity_id}`,
    webhook: `/webhooks/${made.webhook_id}`,
    app: `/oauth-apps/${made.oauth_app_id}`,
  };
  for (const path of Object.values(paths)) {
    await get(path);
    await get(path.slice(0, path.lastIndexOf('/')));
  }
  for (const path of [
    '/auth/me',
    '/users',
    '/imports',
    `/imports/${made.job.id}/errors`,
    `/imports/${made.job.id}/rows`,
    '/events',
  ])
    await get(path);
  const deliveries = (await get(`${paths.webhook}/deliveries`)) as { items: { id: string }[] };

  const keyed = () => client.patch<object>(paths.company, { name: 'Acme Ltd' }, { 'Idempotency-Key': 'rename' });
  for (const { headers } of [await keyed(), await keyed()]) read.push(headers['idempotency-replayed']);
  await send('PATCH', paths.source, { name: 'Old fair' });
  await send('POST', `${paths.source}/archive`);
  await send('PATCH', paths.field, { label: 'Creed' });
  await send('PATCH', paths.contact, { last_name: 'Hopper', custom_fields: { [made.custom_field_id]: 'Steady' } });
  await send('PATCH', paths.project, { stage: 'active' });
  await send('PUT', `${paths.project}/contacts/${made.contact_id}`, { role: 'Lead' });
  await send('PATCH', paths.activity, { occurred_at: '2026-01-01T00:00:00.000Z' });
  await send('PATCH', paths.webhook, { description: 'Ours' });
  await send('POST', `${paths.webhook}/rotate-secret`);
  await send('POST', `${paths.webhook}/deliveries/${deliveries.items[0]!.id}/retry`);
  await send('PATCH', paths.app, { name: 'Synchronisation' });

  await send('PATCH', `/users/${invitation.user.id}`, { role: 'admin' });
  await program.client.post<object>('/auth/accept-invite', { token: invitation.invite_token, password });
  await send('POST', `/users/${invitation.user.id}/deactivate`);
  const login = (secret: string) =>
    program.client.post<{ refresh_token: string }>('/auth/login', { email: owner.user.email, password: secret });
  expect((await login('not-the-password')).status).toBe(401);
  const { refresh_token } = (await login(password)).result;
  await program.client.post<object>('/auth/refresh', { refresh_token }).then(({ result }) => result);
  await send('PATCH', '/auth/me', { name: 'Ada King' });

  const importing = new Importing(program, client);
  const update = await importing.run('contacts', 'First name,Email\nTuring,alan@example.com\n', {
    on_duplicate: 'update',
  });
  await importing.undone(update);
  await importing.run('companies', 'Name\nInitech\n', { dry_run: true });
  await importing.run('sources', 'Name\nTrade fair\n');

  await program.deliver();
  await program.countMails();
  for (const path of [
    paths.activity,
    paths.project,
    paths.contact,
    paths.company,
    paths.field,
    paths.webhook,
    paths.app,
  ])
    await send('DELETE', path);
  return read;
}

/** Replaces values by their types. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.replaceAll(uuids, ':id'), shapeOf(inner)]),
  );
}

const written = (verb: RegExp, statements: readonly Statement[]) =>
  new Set(statements.flatMap(({ text }) => [...text.replaceAll('"', '').matchAll(verb)].map(([, table]) => table!)));

/** The program never updates a row of these; of the last one it does so by `on conflict`. */
const neverUpdated = [
  ...['accounts', 'idempotency_keys', 'import_chunks', 'import_errors', 'import_rehearsals', 'import_rows'],
  ...['one_time_tokens', 'project_contacts'],
];

it('a running program works as before when a migration has added columns to all tables', async () => {
  // The first round prepares the statements, as an instance that has run for some time has done.
  const before = await useEverything();
  const columns = await withClient(workerDatabaseUrl(), readColumns);
  const tables = [...new Set(columns.map(({ table }) => table))];
  const logged = program.log.length;
  try {
    for (const table of tables)
      await program.sql(
        `alter table ${table} add column later text, add column later_required text not null default ''`,
      );
    let after: unknown[] = [];
    const sent = await statementsDuring(async () => {
      after = await useEverything();
    });
    expect(after).toEqual(before);
    expect(program.log.slice(logged).filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
    // Triggers write custom_field_values and unique_values, a migration rolling_upgrades.
    const used = tables.filter(
      (table) => !['custom_field_values', 'unique_values', 'rolling_upgrades'].includes(table),
    );
    const inserted = written(/(?:^|\s)insert into (\w+)/gi, sent);
    const updated = written(/(?:^|\s)update (?!set)(\w+)/gi, sent);
    expect(used.filter((table) => !inserted.has(table))).toEqual([]);
    expect(used.filter((table) => !updated.has(table))).toEqual(neverUpdated);
  } finally {
    for (const table of tables)
      await program.sql(`alter table ${table} drop column if exists later, drop column if exists later_required`);
  }
});
