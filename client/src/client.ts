import createClient from 'openapi-fetch';
import { bulkRequests } from './bulk-requests.js';
import type { components, ErrorCode, paths } from './schema.js';
import type {
  Arguments,
  BulkItem,
  BulkOptions,
  BulkOutcome,
  BulkPaths,
  ItemOf,
  ListPaths,
  Method,
  OptionsOf,
  PageOf,
  PathsOf,
  ResultOf,
  UpsertOptions,
  UpsertPaths,
  UpsertResult,
  Versioned,
  VersionedPaths,
} from './types.js';

export type { components, ErrorCode, paths } from './schema.js';
export type {
  BulkError,
  BulkItem,
  BulkOptions,
  BulkOutcome,
  BulkPaths,
  BulkProgress,
  BulkResult,
  FieldFilter,
  ItemOf,
  ListPaths,
  OptionsOf,
  PageOf,
  PathsOf,
  ResultOf,
  UpsertOptions,
  UpsertPaths,
  UpsertResult,
  Versioned,
  VersionedPaths,
} from './types.js';

type Schemas = components['schemas'];

/** What signs a user in again later: keep it secret, and keep the newest. */
export interface Session {
  access_token: string;
  refresh_token: string;
  /** When the access token expires, in milliseconds since the epoch by the clock here; left out: it is found out. */
  expires_at?: number;
}

/** Of an OAuth app. */
export interface Credentials {
  client_id: string;
  client_secret: string;
}

/** Codes of failures that the API had no part in: no answer came, or one that is not the API's. */
export type ClientErrorCode = 'client.network_error' | 'client.unexpected_answer';

export interface ErrorDetail {
  field: string;
  message: string;
  /** Of an edit conflict: the present value of the field. */
  current?: unknown;
  /** Of a value that only one record may have: the record that has it. */
  id?: string;
  /** Of a value by which several records are found: the first ten of them. */
  ids?: string[];
}

/** A request was refused, or could not be made. */
export class TidelineError extends Error {
  override readonly name = 'TidelineError';
  /** Stable, to branch on. A newer server may know codes that this client does not. */
  readonly code: ErrorCode | ClientErrorCode | (string & {});
  /** The status of HTTP, 0 when no answer came. */
  readonly status: number;
  /** Every field that was refused; mostly empty. */
  readonly details: readonly ErrorDetail[];
  /** Finds the request in the log of the server. */
  readonly requestId: string | undefined;

  constructor(
    message: string,
    about: Pick<TidelineError, 'code' | 'status'> & Partial<Pick<TidelineError, 'details' | 'requestId' | 'cause'>>,
  ) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause });
    this.code = about.code;
    this.status = about.status;
    this.details = about.details ?? [];
    this.requestId = about.requestId;
  }
}

export interface TidelineOptions {
  /** Where the server is, without `/api/v1`. */
  baseUrl: string;
  /** Of a user who signed in before. Not together with `credentials`. */
  session?: Session;
  /** Of an OAuth app, for programs. Tokens are fetched when they are needed. */
  credentials?: Credentials;
  /** Gets every new session, to keep it, before it is used; null once there is none any more. */
  onSession?: (session: Session | null) => void | Promise<void>;
  /** Instead of the global one. */
  fetch?: (request: Request) => Promise<Response>;
  /** How often a request that is answered 429 is sent at most, the first time included. 5 unless told. */
  attempts?: number;
  /** Waits before a repetition, for tests. Should end early when the signal is aborted. */
  wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds since the epoch, for tests. */
  now?: () => number;
}

/** What is sent, whatever it is typed as. */
interface Call {
  path?: unknown;
  query?: unknown;
  body?: unknown;
  ifVersion?: number | undefined;
  signal?: AbortSignal | undefined;
  idempotencyKey?: string;
  dryRun?: boolean;
  /** How often it is sent at most when it is answered 429; else as the options of the client tell. */
  attempts?: number;
}

interface AnyPage {
  items: unknown[];
  next_cursor: string | null;
}

interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

interface Tokens {
  /** To be sent now; undefined when nobody is signed in. */
  current(): Promise<string | undefined>;
  /** Another one than that which was refused; undefined when there is none. */
  renewed(refused: string): Promise<string | undefined>;
}

/** Milliseconds before its end at which a token is renewed. */
const margin = 30_000;
/** How often a request is sent when the server fails or cannot be reached, if a repetition does no harm. */
const attemptsAtFaults = 3;
/** Of a bulk that is answered 429: its first attempt may be under way for 30 seconds, and a repetition waits for 3 of them. */
const attemptsOfBulk = 15;
const pageSize = 100;
/** A path whose writes take no `Idempotency-Key`: a repetition makes another session, or is refused. */
const withoutKeys = /^\/api\/v1\/(auth|oauth)\//;

/** @throws TypeError for a `baseUrl` that is none, and for a session together with credentials. */
export function createTideline(options: TidelineOptions): Tideline {
  return new Tideline(options);
}

/**
 * The API, typed by `openapi.json`. Calls resolve to the `result` and reject with a `TidelineError`, or with the reason of
 * their signal. Tokens are renewed. Requests that came too often or met a fault are repeated; a write has an `Idempotency-Key`,
 * so that it takes effect once.
 */
export class Tideline {
  private readonly api: ReturnType<typeof createClient<paths>>;
  private readonly fetch: (request: Request) => Promise<Response>;
  private readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  private readonly now: () => number;
  private readonly tokens: Tokens;
  private held: Session | null;
  private renewal: Promise<string | undefined> | undefined;

  constructor(private readonly options: TidelineOptions) {
    const { baseUrl, session, credentials } = options;
    if (session && credentials) throw new TypeError('Give a session or credentials, not both.');
    new URL(baseUrl);
    this.fetch = options.fetch ?? ((request) => globalThis.fetch(request));
    this.wait = options.wait ?? pause;
    this.now = options.now ?? Date.now;
    this.held = session ?? null;
    this.tokens = credentials ? this.tokensOfApp(credentials) : this.tokensOfUser();
    this.api = createClient<paths>({
      baseUrl,
      querySerializer: toQuery,
      // It is text already.
      bodySerializer: (body) => body,
      fetch: (request) => this.fetch(request),
    });
  }

  /** Of the user who is signed in, as `onSession` got it last. */
  get session(): Session | null {
    return this.held;
  }

  /** Makes an account with its owner, who is signed in with this client from then on. */
  async register(
    body: Schemas['RegisterInput'],
    options: { signal?: AbortSignal } = {},
  ): Promise<Schemas['SessionView']> {
    return this.signIn('/api/v1/auth/register', { body, ...options });
  }

  /** Signs a user in. */
  async login(
    email: string,
    password: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<Schemas['SessionView']> {
    return this.signIn('/api/v1/auth/login', { body: { email, password }, ...options });
  }

  /** Ends the session on the server and forgets it here. */
  async logout(options: { signal?: AbortSignal } = {}): Promise<void> {
    await this.post('/api/v1/auth/logout', options);
    await this.hold(null);
  }

  get<P extends PathsOf<'get'>>(path: P, ...[options]: Arguments<OptionsOf<P, 'get'>>): Promise<ResultOf<P, 'get'>> {
    return this.call('get', path, options) as Promise<ResultOf<P, 'get'>>;
  }

  post<P extends PathsOf<'post'>>(
    path: P,
    ...[options]: Arguments<OptionsOf<P, 'post'>>
  ): Promise<ResultOf<P, 'post'>> {
    return this.call('post', path, options) as Promise<ResultOf<P, 'post'>>;
  }

  put<P extends PathsOf<'put'>>(path: P, ...[options]: Arguments<OptionsOf<P, 'put'>>): Promise<ResultOf<P, 'put'>> {
    return this.call('put', path, options) as Promise<ResultOf<P, 'put'>>;
  }

  patch<P extends PathsOf<'patch'>>(
    path: P,
    ...[options]: Arguments<OptionsOf<P, 'patch'>>
  ): Promise<ResultOf<P, 'patch'>> {
    return this.call('patch', path, options) as Promise<ResultOf<P, 'patch'>>;
  }

  /**
   * Changes a record as it was read, `get` or `list` before. Rejects with `….edit_conflict` if somebody else has changed
   * one of these fields since; `details` then has the present values.
   */
  update<P extends VersionedPaths>(
    path: P,
    { id, version }: Versioned,
    body: OptionsOf<P, 'patch'>['body'],
    options: { signal?: AbortSignal } = {},
  ): Promise<ResultOf<P, 'patch'>> {
    const call = { path: { id }, body, ifVersion: version, ...options };
    return this.call('patch', path, call) as Promise<ResultOf<P, 'patch'>>;
  }

  /**
   * Creates a record, or changes the one that `matchBy` finds: then `data` is a PATCH. Rejects with `….ambiguous_match` if
   * there are several; `details` then has their ids.
   */
  upsert<P extends UpsertPaths>(
    path: P,
    matchBy: string,
    data: OptionsOf<P, 'post'>['body'],
    options: UpsertOptions = {},
  ): Promise<UpsertResult<P>> {
    const call = { body: { match_by: matchBy, data }, ...options };
    return this.call('post', `${path}/upsert` as keyof paths, call) as Promise<UpsertResult<P>>;
  }

  /**
   * Writes many records, however many: in requests of at most 1,000, one after the other, in the order of the items. An item
   * that is refused costs only itself: see its result. Rejects if a whole request is refused or gets no answer; what
   * was answered before has taken effect. To go on from there, also after this program has ended, give a `key`.
   *
   * @throws TypeError if the items are to be `atomic` and do not fit into one request.
   */
  async bulk<P extends BulkPaths>(
    path: P,
    items: readonly BulkItem<P>[],
    { key = newKey(), atomic = false, dryRun = false, onProgress, signal }: BulkOptions = {},
  ): Promise<BulkOutcome> {
    const outcome = emptyOutcome();
    let number = 0;
    for (const request of bulkRequests(items)) {
      if (atomic && request.items.length < items.length)
        throw new TypeError(`${items.length} items ${tooManyToBeAtomic}`);
      const body = { items: request.items, ...(atomic && { atomic }), ...(dryRun && { dry_run: true }) };
      const attempts = this.options.attempts ?? attemptsOfBulk;
      const call = { body, idempotencyKey: `${key}-${++number}`, attempts, signal };
      const { results, ...counts } = (await this.call('post', `${path}/bulk` as keyof paths, call)) as BulkOutcome;
      const placed = results.map((result) => ({ ...result, index: request.offset + result.index }));
      for (const result of placed) outcome.results.push(result);
      for (const name of countNames) outcome[name] += counts[name];
      await onProgress?.({ done: outcome.results.length, total: items.length, results: placed });
    }
    return outcome;
  }

  delete<P extends PathsOf<'delete'>>(
    path: P,
    ...[options]: Arguments<OptionsOf<P, 'delete'>>
  ): Promise<ResultOf<P, 'delete'>> {
    return this.call('delete', path, options) as Promise<ResultOf<P, 'delete'>>;
  }

  /**
   * Every item of a list, fetched page by page as they are wanted, 100 at a time unless `limit` tells. The feed of events
   * ends where it has nothing more at the moment.
   */
  async *list<P extends ListPaths>(
    path: P,
    ...[options]: Arguments<OptionsOf<P, 'get'>>
  ): AsyncGenerator<ItemOf<P>, void, undefined> {
    for await (const page of this.pagesOf(path, options)) yield* page.items as ItemOf<P>[];
  }

  /** The same as pages, which also tell their `next_cursor`. Of events, the last one is empty and keeps the place. */
  async *pages<P extends ListPaths>(
    path: P,
    ...[options]: Arguments<OptionsOf<P, 'get'>>
  ): AsyncGenerator<PageOf<P>, void, undefined> {
    for await (const page of this.pagesOf(path, options)) yield page as PageOf<P>;
  }

  /** Sends the file of an import to its `upload_url`. No token goes along: the address itself is signed. */
  async upload(
    url: string,
    file: string | Uint8Array<ArrayBuffer> | Blob,
    options: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const { signal } = options;
    const headers = { 'Content-Type': 'application/octet-stream' };
    await this.repeated(false, signal, async () => {
      const response = await this.fetch(
        new Request(url, { method: 'PUT', body: file, headers, signal: signal ?? null }),
      );
      const text = await response.text();
      return response.ok ? { data: text, response } : { error: parsed(text), response };
    });
  }

  private async *pagesOf(path: ListPaths, options: Call = {}): AsyncGenerator<AnyPage, void, undefined> {
    const isFeed = path === '/api/v1/events';
    let cursor: string | null | undefined;
    do {
      const next = cursor && { [isFeed ? 'after' : 'cursor']: cursor };
      const query = { limit: pageSize, ...(options.query as object | undefined), ...next };
      const page = (await this.call('get', path, { ...options, query })) as AnyPage;
      yield page;
      if (isFeed && page.items.length === 0) return;
      cursor = page.next_cursor;
    } while (cursor !== null);
  }

  /** With a token, renewed once when it is refused. A write has a key, the same at each attempt. */
  private async call(method: Method, path: keyof paths, given: Call = {}): Promise<unknown> {
    const options = method === 'get' || withoutKeys.test(path) ? given : { idempotencyKey: newKey(), ...given };
    const { signal } = options;
    const token = await unlessAborted(this.tokens.current(), signal);
    try {
      return await this.send(method, path, options, token);
    } catch (error) {
      if (token === undefined || !isOf(error, 401, 'auth.invalid_token')) throw error;
      const renewed = await unlessAborted(this.tokens.renewed(token), signal);
      if (renewed === undefined) throw error;
      return this.send(method, path, options, renewed);
    }
  }

  /** The request is built anew at every attempt, so that the body can be sent again. */
  private async send(
    method: Method,
    path: keyof paths,
    { path: parameters, query: filters, body, ifVersion, signal, idempotencyKey, dryRun, attempts }: Call,
    token?: string,
    isRepeatable = method === 'get' || idempotencyKey !== undefined,
  ): Promise<unknown> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const query = dryRun ? { ...(filters as object | undefined), dry_run: true } : filters;
    const headers = {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
      ...(ifVersion !== undefined && { 'If-Match': `"${ifVersion}"` }),
    };
    return this.repeated(
      isRepeatable,
      signal,
      async () => {
        const init = {
          params: { path: parameters, query },
          ...(text !== undefined && { body: text }),
          ...(signal && { signal }),
          headers,
          parseAs: 'text',
        };
        return this.api.request(method, path as never, init as never);
      },
      attempts,
    );
  }

  private async repeated(
    isRepeatable: boolean,
    signal: AbortSignal | undefined,
    attempt: () => Promise<Answer>,
    attempts = this.options.attempts ?? 5,
  ): Promise<unknown> {
    for (let count = 1; ; count++) {
      signal?.throwIfAborted();
      let retryAfter: number | undefined;
      let fault: TidelineError;
      try {
        const answer = await attempt();
        if (answer.response.ok) return resultOf(answer);
        fault = failureOf(answer);
        retryAfter = secondsOf(answer.response.headers.get('Retry-After'));
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof TidelineError) throw error;
        const message = error instanceof Error ? error.message : String(error);
        fault = new TidelineError(message, { code: 'client.network_error', status: 0, cause: error });
      }
      const isTooOften = fault.status === 429;
      const isFault = fault.status === 0 || fault.status >= 500;
      const allowed = isTooOften ? attempts : isFault && isRepeatable ? Math.min(attempts, attemptsAtFaults) : 1;
      if (count >= allowed) throw fault;
      // Spread, so that those who were turned away together do not come back together.
      const step = 125 * 2 ** count;
      const milliseconds = (isTooOften ? (retryAfter ?? 1) * 1_000 : step) + Math.random() * step;
      await unlessAborted(this.wait(milliseconds, signal), signal);
    }
  }

  private async signIn(
    path: '/api/v1/auth/register' | '/api/v1/auth/login',
    call: Call,
  ): Promise<Schemas['SessionView']> {
    if (this.options.credentials) throw new TypeError('This client has the credentials of an app.');
    const result = (await this.send('post', path, call)) as Schemas['SessionView'];
    await this.hold(this.sessionOf(result));
    return result;
  }

  private sessionOf({ access_token, refresh_token, expires_in }: Schemas['SessionView']): Session {
    return { access_token, refresh_token, expires_at: this.now() + expires_in * 1_000 };
  }

  private async hold(session: Session | null): Promise<void> {
    this.held = session;
    await this.options.onSession?.(session);
  }

  private isEnding(expiresAt: number | undefined): boolean {
    return expiresAt !== undefined && expiresAt - margin <= this.now();
  }

  /** One renewal serves everybody who asks for one meanwhile. */
  private shared(renew: () => Promise<string | undefined>): Promise<string | undefined> {
    this.renewal ??= renew().finally(() => (this.renewal = undefined));
    return this.renewal;
  }

  private tokensOfUser(): Tokens {
    const refresh = async (old: Session): Promise<string | undefined> => {
      let renewed: Session | null = null;
      let ending: TidelineError | undefined;
      try {
        const body = { refresh_token: old.refresh_token };
        // The server gives another pair when an answer was lost and the token comes again within seconds.
        const result = await this.send('post', '/api/v1/auth/refresh', { body }, undefined, true);
        renewed = this.sessionOf(result as Schemas['SessionView']);
      } catch (error) {
        if (!(error instanceof TidelineError) || (error.status !== 401 && error.status !== 403)) throw error;
        ending = error;
      }
      // Whoever signed in or out meanwhile is not undone.
      if (this.held !== old) return this.held?.access_token;
      await this.hold(renewed);
      if (ending) throw ending;
      return renewed?.access_token;
    };
    return {
      current: async () => {
        const session = this.held;
        if (this.renewal) return this.renewal;
        if (!session) return undefined;
        return this.isEnding(session.expires_at) ? this.shared(() => refresh(session)) : session.access_token;
      },
      renewed: async (refused) => {
        const session = this.held;
        // An answer that was long under way: the token has been renewed since.
        if (session?.access_token !== refused) return session?.access_token;
        return this.shared(() => refresh(session));
      },
    };
  }

  private tokensOfApp(credentials: Credentials): Tokens {
    let held: { token: string; expiresAt: number } | undefined;
    const fetchToken = () =>
      this.shared(async () => {
        const body = { grant_type: 'client_credentials', ...credentials };
        const result = await this.send('post', '/api/v1/oauth/token', { body }, undefined, true);
        const { access_token, expires_in } = result as Schemas['TokenView'];
        held = { token: access_token, expiresAt: this.now() + expires_in * 1_000 };
        return access_token;
      });
    return {
      current: async () => (held && !this.isEnding(held.expiresAt) ? held.token : fetchToken()),
      renewed: async (refused) => (held && held.token !== refused ? held.token : fetchToken()),
    };
  }
}

const tooManyToBeAtomic = 'cannot be atomic: one request has at most 1,000, 8 MiB and 50 changes of action.';
const countNames = ['created_count', 'updated_count', 'unchanged_count', 'deleted_count', 'failed_count'] as const;

function emptyOutcome(): BulkOutcome {
  return { results: [], created_count: 0, updated_count: 0, unchanged_count: 0, deleted_count: 0, failed_count: 0 };
}

function newKey(): string {
  // Not `randomUUID`, which browsers have on pages of https only.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isOf(error: unknown, status: number, code: ErrorCode): boolean {
  return error instanceof TidelineError && error.status === status && error.code === code;
}

/** Text that is not JSON stays text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function resultOf({ data, response }: Answer): unknown {
  if (!/\bjson\b/.test(response.headers.get('Content-Type') ?? '')) return data;
  const body = parsed(String(data));
  if (isObject(body) && body.ok === true && 'result' in body) return body.result;
  throw unexpected(response);
}

function failureOf({ error: body, response }: Answer): TidelineError {
  const error = isObject(body) ? body.error : undefined;
  if (!isObject(error) || typeof error.code !== 'string') return unexpected(response);
  return new TidelineError(String(error.message), {
    code: error.code,
    status: response.status,
    details: Array.isArray(error.details) ? (error.details as ErrorDetail[]) : [],
    requestId: typeof error.request_id === 'string' ? error.request_id : undefined,
  });
}

function unexpected(response: Response): TidelineError {
  return new TidelineError(`The answer (status ${response.status}) is not one of the API.`, {
    code: 'client.unexpected_answer',
    status: response.status,
    requestId: response.headers.get('X-Request-Id') ?? undefined,
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function secondsOf(header: string | null): number | undefined {
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}

/** Arrays repeat their name, objects put their keys in brackets, at any depth. */
function toQuery(query: unknown): string {
  const pairs = new URLSearchParams();
  const add = (name: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    if (Array.isArray(value)) value.forEach((item) => add(name, item));
    else if (isObject(value)) for (const [key, inner] of Object.entries(value)) add(`${name}[${key}]`, inner);
    else pairs.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  };
  if (isObject(query)) for (const [name, value] of Object.entries(query)) add(name, value);
  return pairs.toString();
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done);
  });
}

/** The promise, or a rejection as soon as the signal is aborted; what others wait for too goes on. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    // The reason is whatever the caller aborted with.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}
