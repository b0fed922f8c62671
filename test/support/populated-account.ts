import { randomUUID } from 'node:crypto';
import { newEmail, type TestApp } from './app';
import type { SignedIn } from './client';
import { Importing, type Job } from './imports';

export interface PopulatedAccount {
  readonly owner: SignedIn;
  readonly company_id: string;
  readonly source_id: string;
  readonly custom_field_id: string;
  readonly contact_id: string;
  readonly project_id: string;
  readonly activity_id: string;
  readonly webhook_id: string;
  readonly oauth_app_id: string;
  readonly invitation: { readonly user: { readonly id: string }; readonly invite_token: string };
  readonly job: Job;
}

/** An account with a row in each of its tables, in which every reference is set. @param program with `WORKERS` on. */
export async function populateAccount(program: TestApp): Promise<PopulatedAccount> {
  const owner = await program.register();
  const client = program.client.as(owner);
  const make = async (path: string, body: object) => (await client.post<{ id: string }>(path, body)).result.id;
  const [company_id, source_id, custom_field_id, invitation, oauth_app_id, webhook_id] = await Promise.all([
    make('/companies', { name: 'Acme', external_id: 'crm-1' }),
    make('/sources', { name: 'Fair' }),
    make('/custom-fields', { entity_type: 'contact', label: 'Motto', field_type: 'text' }),
    client
      .post<PopulatedAccount['invitation']>('/users/invite', { email: newEmail(), name: 'Alan' })
      .then(({ result }) => result),
    client.post<{ app: { id: string } }>('/oauth-apps', { name: 'Sync' }).then(({ result }) => result.app.id),
    make('/webhooks', { url: 'https://hooks.example.com/', events: ['contact.created'] }),
  ]);
  const contact_id = await make('/contacts', {
    first_name: 'Grace',
    external_id: 'crm-1',
    company_id,
    source_id,
    custom_fields: { [custom_field_id]: 'Ready' },
  });
  const project_id = await make('/projects', {
    ...{ name: 'Apollo', external_id: 'crm-1', company_external_id: 'crm-1', assigned_to: owner.user.id },
  });
  const activity_id = await make('/activities', {
    ...{ activity_type: 'call', external_id: 'crm-1', contact_external_id: 'crm-1', company_id, project_id },
  });
  await client.put(`/projects/${project_id}/contacts/${contact_id}`, {}).then(({ result }) => result);
  const importing = new Importing(program, client);
  await importing.uploaded('companies', 'Name\nGlobex\n');
  const job = await importing.run('contacts', 'First name,Email,Phone\nAlan,alan@example.com,\n,,+1 555 0100\n');
  // Those of a dry run go with it.
  await program.sql(
    `insert into import_rehearsals (id, account_id, import_id, name_key, domain_key) values ($1, $2, $3, 'acme', '')`,
    [randomUUID(), owner.user.account_id, job.id],
  );
  return {
    owner,
    ...{ company_id, source_id, custom_field_id, contact_id, project_id, activity_id, webhook_id, oauth_app_id },
    invitation,
    job,
  };
}
