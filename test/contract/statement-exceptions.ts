import type { Statement } from '../support/statements';

/** Tables whose rows belong to an account. A new one goes here with its migration; a contract test compares. */
export const tenantTables = [
  'users',
  'sessions',
  'refresh_tokens',
  'one_time_tokens',
  'oauth_apps',
  'sources',
  'companies',
  'contacts',
  'custom_fields',
  'custom_field_values',
  'projects',
  'project_contacts',
  'activities',
  'events',
  'webhooks',
  'webhook_deliveries',
  'imports',
  'import_chunks',
  'import_errors',
  'import_changes',
  'import_rehearsals',
] as const;

/** Prepared statements that may go without an account, each with its reason. */
export const statementsWithoutAccount: Readonly<Record<string, string>> = {
  'users-by-email': 'An address signs in before anybody knows whose it is; addresses are unique over all accounts.',
  'refresh-tokens-use': 'The token, 256 random bits, is all that is known of its bearer; the joins carry the account.',
  'refresh-tokens-state': 'As above: tells why a token was not good.',
  'one-time-tokens-find': 'The token of a mailed link, 190 random bits, is all that is known of its bearer.',
  'one-time-tokens-use': 'As above: it is all that is known of its bearer.',
  'oauth-apps-by-client-id':
    'An app signs in before anybody knows whose it is; client ids are unique over all accounts.',
  'events-behind': 'Events of all accounts get their places together; gives nothing to anybody.',
  'events-place': 'As above; whoever is told binds what follows to the account of each event.',
  'events-remove-old': 'Housekeeping over all accounts; gives no data to anybody.',
  'webhooks-subscriptions': 'Of all accounts of which events were placed together; each carries its account.',
  'webhooks-foreign-secrets': 'Housekeeping over all accounts; each secret goes back to the row it came from.',
  'webhooks-forget-previous-secrets': 'Housekeeping over all accounts; gives no data to anybody.',
  'webhook-deliveries-claim': 'Work of all accounts is claimed together; gives ids to workers only.',
  'webhook-deliveries-release': 'As above; it undoes a claim.',
  'webhook-deliveries-begin': 'A job carries an id only; the joins carry the account of its row.',
  'webhook-deliveries-remove-old': 'Housekeeping over all accounts; gives no data to anybody.',
  'webhook-deliveries-count-due': 'How busy the instance is, over all accounts; gives a number to its operator only.',
  'webhook-deliveries-waiting-since': 'As above; gives a moment.',
  'imports-count-waiting': 'As above; gives a number.',
  'imports-signed': 'The bearer of a signed address names the import alone; its row says whose it is.',
  'imports-claim': 'Work of all accounts is claimed together; gives ids to workers only.',
  'imports-release': 'As above; it undoes a claim.',
  'imports-begin': 'A job carries an id only; whoever has begun it binds what follows to the account of its row.',
  'imports-expired': 'Housekeeping over all accounts; each is bound to its account in what follows.',
  'import-chunks-remove-left-over': 'Housekeeping over all accounts; gives no data to anybody.',
  'import-errors-remove-old': 'Housekeeping over all accounts; gives no data to anybody.',
  'import-changes-remove-old': 'Housekeeping over all accounts; gives no data to anybody.',
  'one-time-tokens-remove-expired': 'Housekeeping over all accounts; gives no data to anybody.',
  'sessions-remove-old': 'Housekeeping over all accounts; gives no data to anybody.',
  'refresh-tokens-remove-expired': 'Housekeeping over all accounts; gives no data to anybody.',
};

/** @returns whether the statement touches a tenant's rows without being bound to one account. */
export function forgetsAccount({ name, text }: Statement): boolean {
  const plain = text.replaceAll('"', '').toLowerCase();
  const touches = new RegExp(`\\b(from|join|into|update)\\s+(${tenantTables.join('|')})\\b`).test(plain);
  if (!touches || (name !== undefined && name in statementsWithoutAccount)) return false;
  const bound = /^\s*insert\b/.test(plain)
    ? /\([^)]*\baccount_id\b[^)]*\)\s*(values|select)/.test(plain)
    : /\baccount_id\s*=\s*\$\d/.test(plain);
  return !bound;
}
