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
      registration: 'open',
      workers: true,
      migrateOnStart: true,
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
    };
    const problems = problemsOf(wrong);
    for (const name of Object.keys(wrong)) expect(problems.some((problem) => problem.startsWith(name))).toBe(true);
    expect(problems.join()).not.toContain('secret@');
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
