import { unboundTables } from '../support/bound-tables';
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
  'unique_values',
  'projects',
  'project_contacts',
  'activities',
  'events',
  'webhooks',
  'webhook_deliveries',
  'mails',
  'webhook_fan_outs',
  'imports',
  'import_chunks',
  'import_errors',
  'import_changes',
  'import_rehearsals',
  'import_rows',
  'idempotency_keys',
] as const;

export interface Exception {
  /** What is in the statement besides is tied to the account of these, or bound like anything else. */
  readonly free: readonly (typeof tenantTables)[number][];
  readonly reason: string;
}

/** Prepared statements in which some tables may go without an account, each with its reason. */
export const statementsWithoutAccount: Readonly<Record<string, Exception>> = {
  'idempotency-remove-expired': {
    free: ['idempotency_keys'],
    reason: 'Removes keys of all accounts by their age; gives nothing to a caller.',
  },
  'users-by-email': {
    free: ['users'],
    reason: 'An address signs in before anybody knows whose it is; addresses are unique over all accounts.',
  },
  'addresses-is-taken': {
    free: ['users'],
    reason:
      'Whoever proved an address holds it over all accounts; tells whether it is taken, which the caller may know.',
  },
  'addresses-invited': {
    free: ['users'],
    reason: 'For a mail to the owner of the address, whom any accounts have invited; joins the account of each.',
  },
  'addresses-lock-invitations': {
    free: ['users'],
    reason: 'A proof lets the invitations of all accounts lapse; gives nothing to the caller.',
  },
  'addresses-remove-invitations': {
    free: ['users'],
    reason: 'As above, by the ids of locked rows; the account of each row is bound to its projects.',
  },
  'addresses-empty-invitations': {
    free: ['users'],
    reason: 'As above, by the ids of locked rows.',
  },
  'invitations-mailbox-use': {
    free: ['users'],
    reason: 'Accounts share the mailboxes of the world; of other accounts it only gives a number, which delays a mail.',
  },
  'sessions-lock-by-token': {
    free: ['refresh_tokens'],
    reason: 'The token, 256 random bits, is all that is known of its bearer; the joins carry the account.',
  },
  'refresh-tokens-state': {
    free: ['refresh_tokens'],
    reason: 'As above: tells whether the token is good; what follows is bound to the account of its row.',
  },
  'one-time-tokens-find': {
    free: ['one_time_tokens'],
    reason: 'The token of a mailed link, 190 random bits, is all that is known of its bearer.',
  },
  'one-time-tokens-use': {
    free: ['one_time_tokens'],
    reason: 'As above: it is all that is known of its bearer.',
  },
  'oauth-apps-by-client-id': {
    free: ['oauth_apps'],
    reason: 'An app signs in before anybody knows whose it is; client ids are unique over all accounts.',
  },
  'events-behind': {
    free: ['events'],
    reason: 'Events of all accounts get their places together; gives nothing to anybody.',
  },
  'events-place': {
    free: ['events'],
    reason: 'As above; whoever is told binds what follows to the account of each event.',
  },
  'events-remove-old': {
    free: ['events'],
    reason: 'Housekeeping over all accounts; gives no data to anybody.',
  },
  'webhooks-backlog-count': {
    free: ['webhook_deliveries'],
    reason: 'Of endpoints that the account has just locked; gives numbers.',
  },
  'webhook-fan-outs-in-turn': {
    free: ['webhook_fan_outs'],
    reason: 'Accounts have their turns together; gives places to the worker, which ties all that follows to accounts.',
  },
  'webhooks-backlog': {
    free: ['webhooks'],
    reason: 'As above; each endpoint carries its account.',
  },
  'webhooks-foreign-secrets': {
    free: ['webhooks'],
    reason: 'Housekeeping over all accounts; each secret goes back to the row it came from.',
  },
  'webhooks-forget-previous-secrets': {
    free: ['webhooks'],
    reason: 'Housekeeping over all accounts; gives no data to anybody.',
  },
  'webhook-deliveries-claim': {
    free: ['webhook_deliveries'],
    reason: 'Work of all accounts is claimed together; gives ids to workers only.',
  },
  'webhook-deliveries-claim-and-begin': {
    free: ['webhook_deliveries'],
    reason: 'As above, in the process that claims; the joins carry the account of each row.',
  },
  'webhook-deliveries-release': {
    free: ['webhook_deliveries'],
    reason: 'As above; it undoes a claim.',
  },
  'webhook-deliveries-begin': {
    free: ['webhook_deliveries'],
    reason: 'A job carries an id only; the joins carry the account of its row.',
  },
  'webhook-deliveries-remove-old': {
    free: ['webhook_deliveries'],
    reason: 'Housekeeping over all accounts; gives no data to anybody.',
  },
  'webhook-deliveries-count-due': {
    free: ['webhook_deliveries'],
    reason: 'How busy the instance is, over all accounts; gives a number to its operator only.',
  },
  'webhook-deliveries-waiting-since': {
    free: ['events', 'webhook_deliveries', 'webhook_fan_outs'],
    reason: 'As above; gives a moment.',
  },
  'mails-claim': {
    free: ['mails'],
    reason: 'Mails of all accounts are claimed together; gives them to the process that sends them.',
  },
  'mails-retry': {
    free: ['mails'],
    reason: 'As above; gives no data to anybody.',
  },
  'mails-write': {
    free: ['mails'],
    reason: 'Whoever sends a mail has claimed it; it may be of no account.',
  },
  'mails-postpone': {
    free: ['mails'],
    reason: 'As above; it undoes a claim.',
  },
  'mails-remove': {
    free: ['mails'],
    reason: 'As above; gives no data to anybody.',
  },
  'imports-count-waiting': {
    free: ['imports'],
    reason: 'As above; gives a number.',
  },
  'imports-signed': {
    free: ['imports'],
    reason: 'The bearer of a signed address names the import alone; its row says whose it is.',
  },
  'imports-claim': {
    free: ['imports'],
    reason: 'Work of all accounts is claimed together; gives ids to workers only.',
  },
  'imports-release': {
    free: ['imports'],
    reason: 'As above; it undoes a claim.',
  },
  'imports-begin': {
    free: ['imports'],
    reason: 'A job carries an id only; whoever has begun it binds what follows to the account of its row.',
  },
  'imports-expired': {
    free: ['imports'],
    reason: 'Housekeeping over all accounts; each is bound to its account in what follows.',
  },
  'import-chunks-remove-left-over': {
    free: ['import_chunks'],
    reason: 'Housekeeping over all accounts; gives no data to anybody.',
  },
  'import-errors-remove-old': {
    free: ['import_errors'],
    reason: 'Housekeeping over all accounts; gives no data to anybody.',
  },
  'import-rows-remove-old': {
    free: ['import_rows'],
    reason: 'Housekeeping over all accounts; gives no data to anybody.',
  },
  'import-changes-remove-old': {
    free: ['import_changes'],
    reason: 'Housekeeping over all accounts; gives no data to anybody.',
  },
  'one-time-tokens-remove-expired': {
    free: ['one_time_tokens'],
    reason: 'Housekeeping over all accounts; gives no data to anybody.',
  },
  'sessions-remove-old': {
    free: ['sessions'],
    reason: 'Housekeeping over all accounts; gives no data to anybody.',
  },
  'refresh-tokens-remove-expired': {
    free: ['refresh_tokens'],
    reason: 'Housekeeping over all accounts; gives no data to anybody.',
  },
};

/**
 * Every mention of a tenant's table must be bound to one account: `account_id` equals a parameter, or that of another mention
 * that is bound. In an excepted statement those of the tables that the exception names need not be.
 *
 * @returns what is wrong with the statement, in words; nothing when it is bound.
 */
export function forgottenAccounts({ name, text }: Pick<Statement, 'name' | 'text'>): string[] {
  const free: readonly string[] = statementsWithoutAccount[name ?? '']?.free ?? [];
  const seen = [...withoutTexts(text).matchAll(touches)].length;
  if (seen === 0) return free.map((table) => `"${table}" is not in it.`);
  const { unbound, mentions } = unboundTables(text, tenantTables, free);
  if (mentions < seen) return [`Only ${mentions} of ${seen} tenants' tables were understood.`];
  const needed = free.length === 0 ? [] : unboundTables(text, tenantTables).unbound;
  return [
    ...unbound.map((table) => `"${table}" is bound to no account.`),
    ...free.filter((table) => !needed.includes(table)).map((table) => `"${table}" needs no exception.`),
  ];
}

const touches = new RegExp(`\\b(?:from|join|into|update|using)\\s+(?:${tenantTables.join('|')})\\b`, 'gi');
const withoutTexts = (text: string) => text.replaceAll('"', '').replaceAll(/'(?:[^']|'')*'|--.*/g, ' ');
