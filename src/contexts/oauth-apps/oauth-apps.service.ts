import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { AccountId } from '../../kernel/account-id';
import { type AppCaller, authorOf, type Caller } from '../../kernel/caller';
import { callerErrors } from '../../kernel/caller-errors';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { DomainError } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { LOGGER } from '../../platform/logging/logger';
import type { AppClaims } from '../../kernel/identification';
import { CallerCache } from '../../platform/tokens/caller-cache';
import { Callers } from '../../platform/tokens/callers';
import { isSecretOf, newClientId, newClientSecret } from './client-credentials';
import type { OAuthApp } from './oauth-app.entity';
import { oauthAppView, type OAuthAppView, type OAuthAppWithSecretView } from './oauth-app.view';
import type { ListOAuthAppsInput } from './oauth-apps.dto';
import { oauthAppsErrors } from './oauth-apps.errors';
import { type AppState, OAuthAppsRepository } from './oauth-apps.repository';

/**
 * Resolution of `last_used_at` in milliseconds. It limits the update to one a minute instead of one for each request.
 */
const usePrecision = 60_000;

export type SuspendedApp = Pick<OAuthApp, 'id' | 'name'>;

@Injectable()
export class OAuthAppsService {
  private readonly cache: CallerCache<AppState | null>;

  constructor(
    private readonly repository: OAuthAppsRepository,
    private readonly transactions: Transactions,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    callers: Callers,
  ) {
    this.cache = new CallerCache(clock);
    callers.register('app', (claims) => this.callerOf(claims));
  }

  /** Revoked apps are included. */
  async list(
    { account_id }: Caller,
    { limit = defaultPageLimit, cursor }: ListOAuthAppsInput,
  ): Promise<Page<OAuthAppView>> {
    const list = new PagedList(this.cursors, 'oauth-apps', account_id);
    const rows = await this.repository.list(account_id, list.after(cursor), limit);
    return list.page(rows, limit, oauthAppView);
  }

  async get({ account_id }: Caller, id: string): Promise<OAuthAppView> {
    return oauthAppView(orNotFound(await this.repository.find(account_id, id)));
  }

  async create(caller: Caller, name: string): Promise<OAuthAppWithSecretView> {
    const now = this.clock.now();
    const { client_secret, ...kept } = newClientSecret();
    const app: OAuthApp = {
      id: newId(),
      account_id: caller.account_id,
      created_by: authorOf(caller),
      name,
      client_id: newClientId(),
      ...kept,
      revoked_at: null,
      suspended_at: null,
      tokens_refused_until: null,
      last_used_at: null,
      created_at: now,
      updated_at: now,
    };
    await this.transactions.run(() => this.repository.insert(app));
    return { app: oauthAppView(app), client_secret };
  }

  async update(caller: Caller, id: string, name: string | undefined): Promise<OAuthAppView> {
    return this.change(caller, id, (app) => {
      assertNotRevoked(app);
      return name === undefined || name === app.name ? {} : { name };
    });
  }

  /**
   * The previous secret is refused at once. Tokens that it got stay valid until they expire, within the hour. A
   * suspended app comes back, and its tokens of before do not.
   */
  async rotateSecret(caller: Caller, id: string): Promise<OAuthAppWithSecretView> {
    const { client_secret, ...kept } = newClientSecret();
    const app = await this.change(caller, id, (before) => {
      assertNotRevoked(before);
      if (!before.suspended_at) return kept;
      return { ...kept, suspended_at: null, tokens_refused_until: before.suspended_at };
    });
    this.transactions.afterCommit(() => this.cache.invalidate(id));
    return { app, client_secret };
  }

  /** Revokes an app for good and refuses its tokens at once. Revoking again changes nothing. */
  async revoke(caller: Caller, id: string): Promise<void> {
    await this.change(caller, id, (app, now) => (app.revoked_at ? {} : { revoked_at: now }));
    this.transactions.afterCommit(() => this.cache.invalidate(id));
  }

  /** @returns the app with these credentials; null if they are wrong, or the app is revoked or suspended. */
  async authenticate(clientId: string, clientSecret: string): Promise<Pick<AppCaller, 'account_id' | 'app_id'> | null> {
    const app = await this.repository.findByClientId(clientId);
    const isRight = isSecretOf(app?.client_secret_hash ?? null, clientSecret);
    if (!app || !isRight || app.revoked_at || app.suspended_at) return null;
    await this.recordUse(app.account_id, app.id, app);
    return { account_id: app.account_id, app_id: app.id };
  }

  /** @throws DomainError if the token's app does not exist, is revoked or suspended, or was when the token was good. */
  private async callerOf({ account_id, app_id, issued_at }: AppClaims): Promise<AppCaller> {
    const state = await this.stateOf(account_id, app_id);
    if (!state || state.revoked_at || state.suspended_at) throw new DomainError(callerErrors.invalid_token);
    if (state.tokens_refused_until && issued_at * 1_000 <= state.tokens_refused_until.getTime()) {
      throw new DomainError(callerErrors.invalid_token);
    }
    return { kind: 'app', account_id, app_id, is_verified: state.is_verified };
  }

  /** Records that an app calls, at most once a minute. Returns a promise only if there is something to record. */
  noteUse({ account_id, app_id }: AppCaller): true | Promise<true> {
    const state = this.stateOf(account_id, app_id);
    const note = (found: AppState | null): true | Promise<true> => {
      if (!found || !this.isUnrecorded(found)) return true;
      const recording = this.recordUse(account_id, app_id, found);
      // Whoever calls meanwhile need not record it too.
      found.last_used_at = this.clock.now();
      return recording.then(() => true);
    };
    return state instanceof Promise ? state.then(note) : note(state);
  }

  /** @returns at most `limit` apps that wait for the confirmation of an owner, oldest first. */
  async listSuspended(accountId: AccountId, limit: number): Promise<SuspendedApp[]> {
    return this.repository.listSuspended(accountId, limit);
  }

  /** Refuses the secrets and tokens of all apps of the account, until they are confirmed. */
  async suspendAll(accountId: AccountId): Promise<void> {
    await this.transactions.join(async () => {
      this.forgetAfterCommit(await this.repository.suspendAll(accountId, this.clock.now()));
    });
  }

  async confirmSuspended(accountId: AccountId): Promise<void> {
    await this.transactions.join(async () => {
      this.forgetAfterCommit(await this.repository.confirmSuspended(accountId, this.clock.now()));
    });
  }

  private forgetAfterCommit(ids: readonly string[]): void {
    this.transactions.afterCommit(() => {
      for (const id of ids) this.cache.invalidate(id);
    });
  }

  /** Writes only differences, so that `updated_at` tells of real changes only. */
  private async change(
    { account_id }: Caller,
    id: string,
    differ: (app: OAuthApp, now: Date) => Partial<OAuthApp>,
  ): Promise<OAuthAppView> {
    return this.transactions.run(async () => {
      const app = orNotFound(await this.repository.findForUpdate(account_id, id));
      const now = this.clock.now();
      const difference = differ(app, now);
      if (Object.keys(difference).length === 0) return oauthAppView(app);
      const changes = { ...difference, updated_at: now };
      await this.repository.update(account_id, id, changes);
      return oauthAppView({ ...app, ...changes });
    });
  }

  private stateOf(accountId: AccountId, id: string): AppState | null | Promise<AppState | null> {
    return this.cache.get(id, accountId, () => this.repository.findState(accountId, id));
  }

  private isUnrecorded({ last_used_at }: Pick<AppState, 'last_used_at'>): boolean {
    return last_used_at === null || last_used_at.getTime() <= this.clock.now().getTime() - usePrecision;
  }

  /** A failure to record the use does not fail the request. */
  private async recordUse(accountId: AccountId, id: string, state: Pick<AppState, 'last_used_at'>): Promise<void> {
    if (!this.isUnrecorded(state)) return;
    const now = this.clock.now();
    const unlessSince = new Date(now.getTime() - usePrecision);
    try {
      await this.repository.recordUse(accountId, id, now, unlessSince);
    } catch (error) {
      this.logger.warn({ error, app_id: id }, 'the use of an app could not be recorded');
    }
  }
}

function orNotFound(app: OAuthApp | null): OAuthApp {
  if (!app) throw new DomainError(oauthAppsErrors.not_found);
  return app;
}

function assertNotRevoked({ revoked_at }: OAuthApp): void {
  if (revoked_at) throw new DomainError(oauthAppsErrors.invalid_request, { message: 'The app is revoked for good.' });
}
