/** A released version, and the last migration that it contains. */
export interface Release {
  readonly version: string;
  readonly lastMigration: string;
}

/** Oldest first. Add a version when you release it; migrations after the last entry belong to the next version. */
export const releases: readonly Release[] = [{ version: '0.1.0', lastMigration: '0012_search_index_order' }];

/** Migrations by column, `table.column`. */
export type Columns = Readonly<Record<string, string>>;

/**
 * Columns that have a default because the inserts of the previous release do not name them, with the migrations that added them. A
 * migration of the following release drops the default (docs/migrations.md).
 */
export const pendingDefaults: Columns = {
  'refresh_tokens.token_generation': '0013_token_pairs',
  'sessions.token_generation': '0013_token_pairs',
  'mails.is_urgent': '0017_mail_turns',
  'mails.is_due': '0017_mail_turns',
  'contacts.version': '0021_versions',
  'contacts.field_versions': '0021_versions',
  'companies.version': '0021_versions',
  'companies.field_versions': '0021_versions',
  'projects.version': '0021_versions',
  'projects.field_versions': '0021_versions',
  'activities.version': '0021_versions',
  'activities.field_versions': '0021_versions',
  'sources.version': '0021_versions',
  'sources.field_versions': '0021_versions',
  'imports.warning_count': '0022_import_matching',
  'import_rehearsals.title': '0022_import_matching',
  'custom_fields.unique': '0025_unique_custom_fields',
};

/**
 * Columns that the program no longer names, with the migrations from which inserts may omit them. A migration of the following
 * release drops the column (docs/migrations.md).
 */
export const retiredColumns: Columns = {};

/**
 * Tables from which no release deletes rows to which others may refer, with the reason. A foreign key to any other table must cascade
 * or set null.
 */
export const neverDeleted: Readonly<Record<string, string>> = {
  accounts: 'The API cannot close an account.',
  users:
    'The program deactivates them, because records refer to them. It deletes invitations that lapsed, which made no record.',
  oauth_apps: 'The program revokes them, because events refer to them.',
  imports: 'They are the import history of the account.',
};

const usersHaveNoKeyByAddress = {
  'insert into users: there is no unique or exclusion constraint matching the ON CONFLICT specification.':
    'No release inserts a user on conflict. The index that replaces the key has its name, which maps to the same error.',
};

/**
 * What the previous release can no longer do from a migration on, and why that harms nobody: migration → message of the test →
 * reason. Each later migration repeats what the ones before it broke.
 */
export const acceptedRefusals: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '0015_proof': usersHaveNoKeyByAddress,
  '0016_proof_of_users': usersHaveNoKeyByAddress,
  '0017_mail_turns': usersHaveNoKeyByAddress,
  '0018_webhook_turns': usersHaveNoKeyByAddress,
  '0019_import_originals': usersHaveNoKeyByAddress,
  '0020_idempotency_keys': usersHaveNoKeyByAddress,
  '0021_versions': usersHaveNoKeyByAddress,
  '0022_import_matching': usersHaveNoKeyByAddress,
  '0023_import_claims': usersHaveNoKeyByAddress,
  '0024_external_ids': usersHaveNoKeyByAddress,
  '0025_unique_custom_fields': usersHaveNoKeyByAddress,
};
