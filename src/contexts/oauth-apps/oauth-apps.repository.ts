import { Injectable } from '@nestjs/common';
import type { Repository } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { OAuthApp } from './oauth-app.entity';

/** Named one by one: a prepared `select *` fails on running instances after a migration adds a column. */
const columns = `id, account_id, created_by, name, client_id, client_secret_hash, client_secret_prefix, revoked_at,
  suspended_at, tokens_refused_until, last_used_at, created_at, updated_at`;

/** What decides whether the bearer of an app's token may enter. */
export type AppState = Pick<OAuthApp, 'revoked_at' | 'suspended_at' | 'tokens_refused_until' | 'last_used_at'> & {
  /** Whether a user of the account has proved an e-mail address. */
  readonly is_verified: boolean;
};

/** The only statements on `oauth_apps`. */
@Injectable()
export class OAuthAppsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first. Returns one row more than the limit if there are more. */
  async list(accountId: AccountId, after: Position | null, limit: number): Promise<OAuthApp[]> {
    const where = Where.of(accountId).after(after);
    return this.transactions.rows<OAuthApp>(
      where.name('oauth-apps-list'),
      `select ${columns} from oauth_apps where ${where.text} order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find(accountId: AccountId, id: string): Promise<OAuthApp | null> {
    return this.apps.findOneBy({ account_id: accountId, id });
  }

  /** Locks the row until the end of the transaction. */
  async findForUpdate(accountId: AccountId, id: string): Promise<OAuthApp | null> {
    const [app] = await this.transactions.rows<OAuthApp>(
      'oauth-apps-by-id-for-update',
      `select ${columns} from oauth_apps where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return app ?? null;
  }

  async insert(app: OAuthApp): Promise<void> {
    await this.apps.insert(app);
  }

  async update(accountId: AccountId, id: string, changes: Partial<OAuthApp>): Promise<void> {
    await this.apps.update({ account_id: accountId, id }, changes);
  }

  /** Across accounts, because the app's account is not known before it authenticates. */
  async findByClientId(clientId: string): Promise<OAuthApp | null> {
    const [app] = await this.transactions.rows<OAuthApp>(
      'oauth-apps-by-client-id',
      `select ${columns} from oauth_apps where client_id = $1`,
      [clientId],
    );
    return app ?? null;
  }

  async findState(accountId: AccountId, id: string): Promise<AppState | null> {
    const [state] = await this.transactions.rows<AppState>(
      'oauth-apps-state',
      `select revoked_at, suspended_at, tokens_refused_until, last_used_at, exists (
         select 1 from users where users.account_id = $1 and users.email_verified_at is not null
       ) as is_verified
       from oauth_apps where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return state ?? null;
  }

  async suspendAll(accountId: AccountId, now: Date): Promise<string[]> {
    const suspended = await this.transactions.rows<Pick<OAuthApp, 'id'>>(
      'oauth-apps-suspend',
      `update oauth_apps set suspended_at = $2, updated_at = $2
       where account_id = $1 and revoked_at is null and suspended_at is null returning id`,
      [accountId, now],
    );
    return suspended.map(({ id }) => id);
  }

  /** Oldest first. */
  async listSuspended(accountId: AccountId, limit: number): Promise<Pick<OAuthApp, 'id' | 'name'>[]> {
    return this.transactions.rows<Pick<OAuthApp, 'id' | 'name'>>(
      'oauth-apps-suspended',
      `select id, name from oauth_apps where account_id = $1 and suspended_at is not null and revoked_at is null
       order by created_at, id limit $2`,
      [accountId, limit],
    );
  }

  async confirmSuspended(accountId: AccountId, now: Date): Promise<string[]> {
    const confirmed = await this.transactions.rows<Pick<OAuthApp, 'id'>>(
      'oauth-apps-confirm',
      `update oauth_apps set suspended_at = null, updated_at = $2
       where account_id = $1 and suspended_at is not null and revoked_at is null returning id`,
      [accountId, now],
    );
    return confirmed.map(({ id }) => id);
  }

  /** If several instances record a use at the same time, one of them writes. */
  async recordUse(accountId: AccountId, id: string, now: Date, unlessSince: Date): Promise<void> {
    await this.transactions.rows(
      'oauth-apps-record-use',
      `update oauth_apps set last_used_at = $3
       where account_id = $1 and id = $2 and (last_used_at is null or last_used_at <= $4)`,
      [accountId, id, now, unlessSince],
    );
  }

  private get apps(): Repository<OAuthApp> {
    return this.transactions.repository(OAuthApp);
  }
}
