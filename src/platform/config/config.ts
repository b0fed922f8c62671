import { isIP } from 'node:net';

/** The environment, parsed and validated once. Names and defaults are those of the README's configuration table. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string;
  /** Absolute path; holds the embedded database, generated secrets and the worker's heartbeat. */
  readonly dataDir: string;
  /** Absent: the embedded PostgreSQL is used. */
  readonly databaseUrl: string | undefined;
  /** The secret that signs access tokens and encrypts cursors and, during a rotation, the previous one. */
  readonly jwtSecrets: readonly [string, ...string[]];
  /** The key that encrypts readable secrets and, during a rotation, the previous one. */
  readonly encryptionKeys: readonly [string, ...string[]];
  /** Absent: rate limits and background work stay in this process. */
  readonly redisUrl: string | undefined;
  /** Absent: mails are written to files in the data directory. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** Hosts that webhooks may reach although their addresses are not public, in the spelling of `new URL`. */
  readonly webhookAllowedHosts: readonly string[];
  /** Maximum size of a file for an import, in bytes, and maximum number of rows. */
  readonly importLimits: {
    readonly bytes: number;
    readonly rows: number;
    /** Bytes of the files of an account that wait to be looked through. */
    readonly waitingBytes: number;
  };
  /** Null: switched off. */
  readonly rateLimits: Readonly<Record<RateClass, RateLimit>> | null;
  /** Invitations that an account may send an hour, and have open; null: unlimited, together with the rate limits. */
  readonly invitations: { readonly perHour: number; readonly open: number } | null;
  readonly registration: 'open' | 'closed';
  /** Whether users must prove their address before they may call more than the routes of `auth`. */
  readonly requireVerifiedEmail: boolean;
  readonly workers: boolean;
  readonly migrateOnStart: boolean;
  readonly corsOrigins: readonly string[];
  readonly trustProxy: boolean | number | readonly string[];
  readonly logLevel: LogLevel;
}

/** The budgets against which requests are counted. */
export type RateClass = 'public' | 'user' | 'app' | 'login';

/** A token bucket. */
export interface RateLimit {
  /** Requests that the bucket gains a second. */
  readonly rate: number;
  /** Requests that a full bucket holds. */
  readonly burst: number;
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Names every problem at once, so that an operator can mend all of them together. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

export interface GeneratedSecrets {
  readonly jwt_secret: string;
  readonly encryption_key: string;
}

export const minSecretBytes = 32;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param environment the variables; an empty one counts as absent.
 * @param dataDir absolute path of the data directory.
 * @param generateSecrets returns the secrets of the embedded mode, which are made once and kept in the data directory.
 * @throws ConfigError naming every problem.
 */
export function parseConfig(
  environment: Environment,
  dataDir: string,
  generateSecrets: () => GeneratedSecrets,
): Config {
  const problems: string[] = [];
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;

  const integer = (name: string, fallback: number, low: number, high: number): number => {
    const text = read(name);
    if (text === undefined) return fallback;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= low && value <= high) return value;
    problems.push(`${name} must be an integer from ${low} to ${high}, not "${text}".`);
    return fallback;
  };
  const oneOf = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const text = read(name)?.toLowerCase();
    if (text === undefined) return fallback;
    const found = allowed.find((value) => value === text);
    if (found === undefined) problems.push(`${name} must be one of ${allowed.join(', ')}, not "${text}".`);
    return found ?? fallback;
  };
  const flag = (name: string, fallback: boolean): boolean =>
    ['on', 'true', '1', 'yes'].includes(
      oneOf(name, ['on', 'true', '1', 'yes', 'off', 'false', '0', 'no'], fallback ? 'on' : 'off'),
    );
  const url = (name: string, protocols: readonly string[]): string | undefined => {
    const text = read(name);
    if (text === undefined) return undefined;
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
    // The value may contain a password, so the message does not repeat it.
    problems.push(
      `${name} must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`,
    );
    return undefined;
  };
  const limit = (name: string, fallback: RateLimit): RateLimit => {
    const text = read(name);
    if (text === undefined) return fallback;
    const [, rate, burst] = (/^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? []).map(Number);
    if (rate !== undefined && burst !== undefined && rate >= 1 && burst >= rate) return { rate, burst };
    problems.push(`${name} must be requests per second and burst, such as 20/40, the burst not below the rate.`);
    return fallback;
  };
  const secret = (name: string): string | undefined => {
    const text = read(name);
    if (text !== undefined && Buffer.byteLength(text) < minSecretBytes) {
      problems.push(`${name} must have at least ${minSecretBytes} bytes (try: openssl rand -base64 48).`);
    }
    return text;
  };

  const databaseUrl = url('DATABASE_URL', ['postgres:', 'postgresql:']);
  const jwtSecret = secret('JWT_SECRET');
  const encryptionKey = secret('ENCRYPTION_KEY');
  const previous = { jwtSecret: secret('JWT_SECRET_PREVIOUS'), encryptionKey: secret('ENCRYPTION_KEY_PREVIOUS') };
  if (read('DATABASE_URL') !== undefined) {
    for (const [name, value] of [
      ['JWT_SECRET', jwtSecret],
      ['ENCRYPTION_KEY', encryptionKey],
    ] as const) {
      if (value === undefined) {
        problems.push(
          `${name} is required with DATABASE_URL: at least ${minSecretBytes} bytes (try: openssl rand -base64 48).`,
        );
      }
    }
  }

  const port = integer('PORT', 3000, 1, 65_535);
  const host = read('HOST') ?? '127.0.0.1';
  const publicUrl =
    url('PUBLIC_URL', ['http:', 'https:'])?.replace(/(?<!\/)\/+$/, '') ?? `http://${urlHost(host)}:${port}`;
  if (!URL.canParse(publicUrl)) problems.push(`HOST must be an address or a name of this machine, not "${host}".`);
  else if (/[?#]/.test(publicUrl)) problems.push('PUBLIC_URL must have neither a query nor a fragment.');
  // Read also if limits are off, so that a mistake is reported at once.
  const limits: Config['rateLimits'] = {
    public: limit('RATE_LIMIT_PUBLIC', { rate: 20, burst: 40 }),
    user: limit('RATE_LIMIT_USER', { rate: 100, burst: 200 }),
    app: limit('RATE_LIMIT_APP', { rate: 500, burst: 1_000 }),
    login: limit('RATE_LIMIT_LOGIN', { rate: 3, burst: 5 }),
  };
  const hasLimits = flag('RATE_LIMITS', true);
  const invitations = {
    perHour: integer('INVITES_PER_HOUR', 20, 1, 1_000_000),
    open: integer('INVITES_OPEN', 100, 1, 1_000_000),
  };
  const maxFileBytes = integer('IMPORT_MAX_BYTES', 512 * 1024 * 1024, 1, 2 ** 40);
  const config = {
    port,
    host,
    publicUrl,
    dataDir,
    databaseUrl,
    redisUrl: url('REDIS_URL', ['redis:', 'rediss:']),
    smtpUrl: url('SMTP_URL', ['smtp:', 'smtps:']),
    mailFrom: read('MAIL_FROM') ?? `Tideline <no-reply@${hostOf(publicUrl)}>`,
    importLimits: {
      bytes: maxFileBytes,
      waitingBytes: integer('IMPORT_WAITING_BYTES', Math.max(2 ** 31, maxFileBytes), 1, 2 ** 40),
      rows: integer('IMPORT_MAX_ROWS', 1_048_576, 1, 100_000_000),
    },
    rateLimits: hasLimits ? limits : null,
    invitations: hasLimits ? invitations : null,
    registration: oneOf('REGISTRATION', ['open', 'closed'], 'open'),
    requireVerifiedEmail: flag('REQUIRE_VERIFIED_EMAIL', false),
    workers: flag('WORKERS', true),
    migrateOnStart: flag('MIGRATE_ON_START', true),
    corsOrigins: list(read('CORS_ORIGINS')),
    webhookAllowedHosts: list(read('WEBHOOK_ALLOWED_HOSTS')).map((host) => spelling(host) ?? host),
    trustProxy: proxies(read('TRUST_PROXY')),
    logLevel: oneOf('LOG_LEVEL', logLevels, 'info'),
  } as const;
  for (const origin of config.corsOrigins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    problems.push(
      `CORS_ORIGINS must name origins such as https://app.example.com, without a path or a slash at the end, not "${origin}".`,
    );
  }
  for (const host of config.webhookAllowedHosts) {
    if (spelling(host) !== undefined) continue;
    problems.push(`WEBHOOK_ALLOWED_HOSTS must name hosts or addresses, without a port, not "${host}".`);
  }
  for (const address of typeof config.trustProxy === 'object' ? config.trustProxy : []) {
    if (isNetwork(address)) continue;
    problems.push(
      `TRUST_PROXY must be on, off, a number of hops, or addresses and networks such as 10.0.0.0/8, not "${address}".`,
    );
  }
  if (!/^([^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(config.mailFrom)) {
    problems.push('MAIL_FROM must be an address such as crm@example.com or Tideline <crm@example.com>.');
  }
  if (problems.length > 0) throw new ConfigError(problems);

  const made = jwtSecret === undefined || encryptionKey === undefined ? generateSecrets() : undefined;
  return {
    ...config,
    jwtSecrets: rotation(jwtSecret ?? made!.jwt_secret, previous.jwtSecret),
    encryptionKeys: rotation(encryptionKey ?? made!.encryption_key, previous.encryptionKey),
  };
}

function rotation(current: string, previous: string | undefined): readonly [string, ...string[]] {
  return previous === undefined ? [current] : [current, previous];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : 'localhost';
}

/** A host in the form of a URL. Wildcard addresses become loopback, and IPv6 gets brackets. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** A host in the spelling of `new URL`; undefined if it is none. */
function spelling(host: string): string | undefined {
  const url = `https://${isIP(host) === 6 ? `[${host}]` : host}`;
  if (/[/?#@*\\]/.test(host) || !URL.canParse(url) || new URL(url).port !== '') return undefined;
  return /:\d+$/.test(host) && isIP(host) !== 6 ? undefined : new URL(url).hostname;
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function isNetwork(text: string): boolean {
  const [address, length, ...rest] = text.split('/') as [string, ...string[]];
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  return (
    version !== 0 && rest.length === 0 && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits))
  );
}

/** `true` trusts every proxy, a number that many hops; any other text is a list of addresses or networks. */
function proxies(text: string | undefined): boolean | number | readonly string[] {
  if (text === undefined || /^(off|false|no|0)$/i.test(text)) return false;
  if (/^(on|true|yes)$/i.test(text)) return true;
  return /^\d{1,2}$/.test(text) ? Number(text) : list(text);
}
