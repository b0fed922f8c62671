import { newClientId } from '../../src/contexts/oauth-apps/client-credentials';
import { newId } from '../../src/platform/database/ids';
import { password, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { csv, Importing } from '../support/imports';

/** What an id may name. An import is in the state in which the call that takes it does something. */
export type Kind =
  | 'user'
  | 'company'
  | 'source'
  | 'contact'
  | 'project'
  | 'activity'
  | 'contact_field'
  | 'company_field'
  | 'project_field'
  | 'webhook'
  | 'delivery'
  | 'oauth_app'
  | 'client'
  | 'open_import'
  | 'sent_import'
  | 'previewed_import'
  | 'finished_import';

/** The routes, and the operation calls: each has records of its own, so that what one deletes the other still finds. */
export type Door = 0 | 1;
export type Pair = readonly [string, string];
export type CallerName = 'owner' | 'admin' | 'member' | 'app';

/** An account with a record of every kind that the API knows, each beside another one that it is linked with. */
export interface Account {
  readonly id: string;
  /** Stands in every text that the account holds. */
  readonly canary: string;
  readonly email: string;
  readonly owner: SignedIn;
  readonly callers: Readonly<Record<CallerName, Client>>;
  readonly tokens: Readonly<Record<CallerName, string>>;
  readonly records: Readonly<Record<Kind, Pair>>;
  readonly deleted: Readonly<Partial<Record<Kind, string>>>;
  /** Of the apps of `records.client`. */
  readonly clientSecrets: Pair;
  /** Query strings of the addresses for the files of `records.open_import`. */
  readonly uploadQueries: Pair;
  /** What nobody outside may ever be told: passwords of programs, signatures, tokens. */
  readonly secrets: readonly string[];
}

interface Identified {
  readonly id: string;
}
interface ShownApp {
  readonly app: Identified & { readonly client_id: string };
  readonly client_secret: string;
}

/** The value of every custom field, the same everywhere: a filter by it would find another account's record. */
export const fieldValue = 'gold';
const doors = [0, 1] as const;

async function pairOf<T>(make: (door: Door) => Promise<T>): Promise<readonly [T, T]> {
  const [first, second] = doors;
  return [await make(first), await make(second)];
}

/** @param hook where its webhooks send; some of its records come to be there by an import, so workers must be on. */
export async function fillAccount(program: TestApp, hook: string, canary: string): Promise<Account> {
  const owner = await program.register({
    email: `${canary}@example.com`,
    name: `Ada ${canary}`,
    account_name: `Account ${canary}`,
  });
  const as = program.client.as(owner);
  const secrets: string[] = [owner.access_token, owner.refresh_token];
  const make = async (path: string, body: object) => (await as.post<Identified>(path, body)).result.id;
  const makeApp = async (name: string) => {
    const shown = (await as.post<ShownApp>('/oauth-apps', { name: `${name} ${canary}` })).result;
    secrets.push(shown.client_secret);
    return shown;
  };
  const invite = async (name: string, role: string) => {
    const body = { email: `${name}-${canary}@example.com`, name: `${name} ${canary}`, role };
    const invited = await as.post<{ user: Identified; invite_token: string }>('/users/invite', body);
    secrets.push(invited.result.invite_token);
    return invited.result;
  };
  const join = async (role: string, name = role) => {
    const { invite_token: token } = await invite(name, role);
    const session = (await program.client.post<SignedIn>('/auth/accept-invite', { token, password })).result;
    secrets.push(session.access_token, session.refresh_token);
    return session;
  };

  const robot = await makeApp('Robot');
  const grant = { grant_type: 'client_credentials', client_id: robot.app.client_id };
  const asked = { ...grant, client_secret: robot.client_secret };
  const tokens = {
    owner: owner.access_token,
    admin: (await join('admin')).access_token,
    member: (await join('member')).access_token,
    app: (await program.client.post<{ access_token: string }>('/oauth/token', asked)).result.access_token,
  };
  secrets.push(tokens.app);

  const webhook = await pairOf(async (door) => {
    const body = {
      url: `${hook}/${canary}/${door}`,
      description: canary,
      events: ['contact.created', 'contact.updated'],
    };
    const { id, secret } = (await as.post<Identified & { secret: string }>('/webhooks', body)).result;
    secrets.push(secret);
    return id;
  });
  const fieldOf = (entity_type: string, name: string | number) =>
    make('/custom-fields', { entity_type, label: `Level ${name} ${canary}`, field_type: 'text' });
  const contact_field = await pairOf((door) => fieldOf('contact', door));
  const company_field = await pairOf((door) => fieldOf('company', door));
  const project_field = await pairOf((door) => fieldOf('project', door));
  const user = await pairOf(async (door) => (await join('member', `grace-${door}`)).user.id);
  const source = await pairOf((door) => make('/sources', { name: `Fair ${door} ${canary}` }));
  const tags = [canary];
  const identified = (door: Door) => ({ external_id: door === 0 ? canary : null });
  const company = await pairOf((door) =>
    make('/companies', {
      ...identified(door),
      name: `Acme ${door} ${canary}`,
      tags,
      custom_fields: { [company_field[door]]: fieldValue },
    }),
  );
  const contact = await pairOf((door) =>
    make('/contacts', {
      ...identified(door),
      first_name: `Grace ${door} ${canary}`,
      email: `grace-${door}-${canary}@example.com`,
      company_id: company[door],
      source_id: source[door],
      tags,
      custom_fields: { [contact_field[door]]: fieldValue },
    }),
  );
  const project = await pairOf((door) =>
    make('/projects', {
      ...identified(door),
      name: `Launch ${door} ${canary}`,
      company_id: company[door],
      assigned_to: user[door],
      tags,
      custom_fields: { [project_field[door]]: fieldValue },
    }),
  );
  for (const id of project) {
    for (const other of contact) await as.put(`/projects/${id}/contacts/${other}`, { role: canary });
  }
  const activity = await pairOf((door) =>
    make('/activities', {
      ...identified(door),
      activity_type: 'call',
      contact_id: contact[door],
      company_id: company[door],
      project_id: project[door],
      metadata: { notes: canary },
    }),
  );
  const apps = await pairOf((door) => makeApp(`Client ${door}`));
  const oauth_app = await pairOf(async (door) => (await makeApp(`App ${door}`)).app.id);
  const delivery = await pairOf(async (door) => {
    await make(`/webhooks/${webhook[door]}/test`, {});
    return make(`/webhooks/${webhook[door]}/test`, {});
  });

  const importing = new Importing(program, as);
  const file = csv([
    ['First name', 'E-mail', 'City'],
    [`Imported ${canary}`, `imported-${canary}@example.com`, ''],
    // Rows with nothing that could be a name are refused.
    ['', '', `First ${canary}`],
    ['', '', `Second ${canary}`],
  ]);
  const file_name = `${canary}.csv`;
  const opened = await pairOf(() => importing.begin('contacts', { file_name }));
  const sent = await pairOf(async () => {
    const begun = await importing.begin('contacts', { file_name });
    await importing.put(begun, file);
    return begun.job.id;
  });
  const previewed_import = await pairOf(async () => (await importing.uploaded('contacts', file)).job.id);
  const finished_import = await pairOf(async () => {
    const job = await importing.finish(await importing.uploaded('contacts', file), { on_duplicate: 'create' });
    return job.id;
  });
  const uploadQueries = opened.map(({ upload_url }) => new URL(upload_url).search) as unknown as Pair;
  secrets.push(...uploadQueries.map((query) => new URLSearchParams(query).get('signature')!));

  const gone = async (path: string, body: object) => {
    const id = await make(path, body);
    expect((await as.delete(`${path}/${id}`)).status).toBe(200);
    return id;
  };
  const revoked = await makeApp('Revoked');
  await as.delete(`/oauth-apps/${revoked.app.id}`);
  const removedField = async (entity_type: string) => {
    const id = await fieldOf(entity_type, 'gone');
    expect((await as.delete(`/custom-fields/${id}`)).status).toBe(200);
    return id;
  };
  const deleted = {
    company: await gone('/companies', { name: `Gone ${canary}` }),
    contact: await gone('/contacts', { first_name: `Gone ${canary}` }),
    project: await gone('/projects', { name: `Gone ${canary}` }),
    activity: await gone('/activities', { activity_type: 'call', contact_id: contact[0] }),
    webhook: await gone('/webhooks', { url: `${hook}/${canary}/gone`, events: ['company.created'] }),
    contact_field: await removedField('contact'),
    company_field: await removedField('company'),
    project_field: await removedField('project'),
    client: revoked.app.client_id,
  };
  const callers = Object.fromEntries(
    Object.entries(tokens).map(([name, access_token]) => [name, program.client.as({ access_token })]),
  ) as Account['callers'];
  return {
    id: owner.user.account_id,
    canary,
    email: owner.user.email,
    owner,
    callers,
    tokens,
    records: {
      user,
      company,
      source,
      contact,
      project,
      activity,
      contact_field,
      company_field,
      project_field,
      webhook,
      delivery,
      oauth_app,
      client: [apps[0].app.client_id, apps[1].app.client_id],
      open_import: [opened[0].job.id, opened[1].job.id],
      sent_import: sent,
      previewed_import,
      finished_import,
    },
    deleted,
    clientSecrets: [apps[0].client_secret, apps[1].client_secret],
    uploadQueries,
    secrets,
  };
}

/** @returns a well-formed id of this kind that nothing ever had. */
export function idOfNothing(kind: Kind): string {
  return kind === 'client' ? newClientId() : newId();
}
