import { ConfigError, parseConfig } from './config';

const secrets = { jwt_secret: 'j'.repeat(40), encryption_key: 'e'.repeat(40) };
const parse = (environment: Record<string, string>) => parseConfig(environment, '/data', () => secrets);
const external = {
  DATABASE_URL: 'postgresql://u:p@db/crm',
  JWT_SECRET: 'x'.repeat(32),
  ENCRYPTION_KEY: 'y'.repeat(32),
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parse(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseConfig', () => {
  it('works with nothing set at all', () => {
    expect(parse({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:3000',
      dataDir: '/data',
      databaseUrl: undefined,
      jwtSecrets: [secrets.jwt_secret],
      encryptionKeys: [secrets.encryption_key],
      redisUrl: undefined,
      smtpUrl: undefined,
      mailFrom: 'Tideline <no-reply@127.0.0.1>',
      rateLimits: {
        public: { rate: 20, burst: 40 },
        user: { rate: 100, burst: 200 },
        app: { rate: 500, burst: 1_000 },
        login: { rate: 3, burst: 5 },
      },
      importLimits: { bytes: 512 * 1024 * 1024, rows: 1_048_576, waitingBytes: 2_147_483_648 },
      registration: 'open',
      requireVerifiedEmail: false,
      invitations: { perHour: 20, open: 100 },
      workers: true,
      migrateOnStart: true,
      webhookAllowedHosts: [],
      corsOrigins: [],
      trustProxy: false,
      logLevel: 'info',
    });
  });

  it('counts an empty variable as absent', () => {
    expect(parse({ PORT: '', DATABASE_URL: ' ', REGISTRATION: '' })).toEqual(parse({}));
  });

  it('makes secrets only for the embedded database', () => {
    expect(problemsOf({ DATABASE_URL: external.DATABASE_URL })).toEqual([
      expect.stringMatching(/^JWT_SECRET is required/),
      expect.stringMatching(/^ENCRYPTION_KEY is required/),
    ]);
    expect(parse(external).jwtSecrets).toEqual([external.JWT_SECRET]);
  });

  it('refuses weak secrets, counted in bytes, and does not repeat them', () => {
    const problems = problemsOf({ ...external, JWT_SECRET: 'tooshort-1', ENCRYPTION_KEY: 'é'.repeat(15) });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain('tooshort-1');
    expect(problemsOf({ ...external, ENCRYPTION_KEY: 'é'.repeat(16) })).toEqual([]);
  });

  it('keeps the secrets of before while they are being rotated', () => {
    const config = parse({ ...external, JWT_SECRET_PREVIOUS: 'p'.repeat(32), ENCRYPTION_KEY_PREVIOUS: 'q'.repeat(32) });
    expect(config.jwtSecrets).toEqual([external.JWT_SECRET, 'p'.repeat(32)]);
    expect(config.encryptionKeys).toEqual([external.ENCRYPTION_KEY, 'q'.repeat(32)]);
  });

  it('tells every problem at once', () => {
    const wrong = {
      PORT: '70000',
      REGISTRATION: 'maybe',
      LOG_LEVEL: 'loud',
      WORKERS: 'perhaps',
      PUBLIC_URL: 'ftp://x',
      DATABASE_URL: 'mysql://u:secret@db/x',
      REDIS_URL: 'http://redis',
      SMTP_URL: 'mail.example.com:25',
      MAIL_FROM: 'nobody',
      RATE_LIMITS: 'maybe',
      RATE_LIMIT_USER: 'abc',
    };
    const problems = problemsOf(wrong);
    for (const name of Object.keys(wrong)) expect(problems.some((problem) => problem.startsWith(name))).toBe(true);
    expect(problems.join()).not.toContain('secret@');
  });

  it('hosts that webhooks may be sent to are kept as URLs spell them', () => {
    const config = parse({ WEBHOOK_ALLOWED_HOSTS: 'LocalHost, 0x7f.1, 0:0:0:0:0:0:0:1, [fd00::1] ,bücher.example' });
    expect(config.webhookAllowedHosts).toEqual([
      'localhost',
      '127.0.0.1',
      '[::1]',
      '[fd00::1]',
      'xn--bcher-kva.example',
    ]);
    for (const host of ['https://a.example', 'a.example:8443', 'a.example/x', 'u@a.example', 'a b', '*.example.com']) {
      expect(problemsOf({ WEBHOOK_ALLOWED_HOSTS: host })).toEqual([expect.stringContaining(`"${host}"`)]);
    }
  });

  it.each([
    ['0.0.0.0', 'http://127.0.0.1:3000'],
    ['::', 'http://127.0.0.1:3000'],
    ['::1', 'http://[::1]:3000'],
    ['crm.lan', 'http://crm.lan:3000'],
  ])('with HOST %s it is reached at %s', (host, url) => {
    expect(parse({ HOST: host }).publicUrl).toBe(url);
  });

  it.each(['*', 'app.example.com', 'https://app.example.com/', 'https://app.example.com/path', 'null'])(
    'CORS_ORIGINS=%s is refused',
    (origin) => {
      expect(problemsOf({ CORS_ORIGINS: `https://good.example.com, ${origin}` })).toEqual([
        expect.stringContaining(`"${origin}"`),
      ]);
    },
  );

  it.each(['proxy.local', '10.0.0.0/33', '10.0.0.0/8/8', '::1/129', '10.0.0.0/'])(
    'TRUST_PROXY=%s is refused',
    (address) => {
      expect(problemsOf({ TRUST_PROXY: `10.0.0.1,${address}` })).toEqual([expect.stringContaining(`"${address}"`)]);
    },
  );

  it.each(['0/5', '5/0', '10/5', '5', '1.5/3', '-1/5', '5/10/15'])('RATE_LIMIT_LOGIN=%s is refused', (text) => {
    expect(problemsOf({ RATE_LIMIT_LOGIN: text })).toEqual([expect.stringMatching(/^RATE_LIMIT_LOGIN/)]);
    expect(problemsOf({ RATE_LIMITS: 'off', RATE_LIMIT_LOGIN: text })).toHaveLength(1);
  });

  it('takes a rate and a burst, and switches limits off', () => {
    expect(parse({ RATE_LIMIT_APP: '7/7' }).rateLimits?.app).toEqual({ rate: 7, burst: 7 });
    expect(parse({ RATE_LIMITS: 'off' }).rateLimits).toBeNull();
  });

  it('takes limits of imports, of more than 9 digits too', () => {
    const { importLimits } = parse({ IMPORT_MAX_BYTES: '10737418240', IMPORT_MAX_ROWS: '5' });
    expect(importLimits).toEqual({ bytes: 10_737_418_240, rows: 5, waitingBytes: 10_737_418_240 });
    expect(parse({ IMPORT_WAITING_BYTES: '1048576' }).importLimits.waitingBytes).toBe(1_048_576);
    expect(problemsOf({ IMPORT_MAX_BYTES: '0', IMPORT_MAX_ROWS: '1e6' })).toEqual([
      expect.stringMatching(/^IMPORT_MAX_BYTES/),
      expect.stringMatching(/^IMPORT_MAX_ROWS/),
    ]);
  });

  it.each(['crm@example.com', 'Tideline <crm@example.com>', '<crm@example.com>'])('takes MAIL_FROM=%s', (from) => {
    expect(parse({ MAIL_FROM: from }).mailFrom).toBe(from);
  });

  it.each(['crm', 'a b@example.com', 'Tideline <crm>', 'a@b, c@d', 'x <a@b>, y <c@d>'])(
    'MAIL_FROM=%s is refused',
    (from) => expect(problemsOf({ MAIL_FROM: from })).toEqual([expect.stringMatching(/^MAIL_FROM/)]),
  );

  it.each(['fe80::1%lo', 'a b', '[::1'])('HOST=%s is refused', (host) => {
    expect(problemsOf({ HOST: host })).toEqual([expect.stringMatching(/^HOST/)]);
  });

  it.each(['https://crm.example.com/?a=b', 'https://crm.example.com/#a'])('PUBLIC_URL=%s is refused', (url) => {
    expect(problemsOf({ PUBLIC_URL: url })).toEqual([expect.stringMatching(/^PUBLIC_URL/)]);
  });

  it('sends mail from the host of PUBLIC_URL', () => {
    expect(parse({ PUBLIC_URL: 'https://crm.example.com' }).mailFrom).toBe('Tideline <no-reply@crm.example.com>');
  });

  it('takes PUBLIC_URL without its last slash', () => {
    expect(parse({ PUBLIC_URL: 'https://crm.example.com/' }).publicUrl).toBe('https://crm.example.com');
  });

  it.each([
    ['', false],
    ['off', false],
    ['true', true],
    ['2', 2],
    ['10.0.0.1, 10.1.0.0/16', ['10.0.0.1', '10.1.0.0/16']],
  ])('TRUST_PROXY=%s is %j', (text, expected) => {
    expect(parse({ TRUST_PROXY: text }).trustProxy).toEqual(expected);
  });
});
