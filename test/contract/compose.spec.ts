import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../../src/platform/config/config';
import { compose, composeText, interpolate, seconds } from '../support/compose';

const root = join(__dirname, '../..');
const example = readFileSync(join(root, '.env.example'), 'utf8');
const services = Object.entries(compose.services).map(([name, service]) => ({ name, ...service }));
const programs = services.filter(({ build }) => build !== undefined);
/** Docker passes over nothing: a misspelled key would keep everything from starting. */
const known = [
  ...['build', 'command', 'depends_on', 'environment', 'healthcheck', 'image', 'init', 'ports', 'restart'],
  ...['shm_size', 'stop_grace_period', 'volumes'],
];

const used = [...new Set([...composeText.matchAll(/\$\{(\w+)/g)].map(([, name]) => name!))];
const required = [...new Set([...composeText.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name!))];
const offered = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => ({ name: name!, value: value! }));

it('has the API, a worker, PostgreSQL and Redis', () => {
  expect(Object.keys(compose.services).sort()).toEqual(['api', 'postgres', 'redis', 'worker']);
  expect(programs.map(({ name }) => name)).toEqual(['api', 'worker']);
});

it.each(services)('$name uses keys that there are, and is started again after a crash', ({ name, ...service }) => {
  expect(Object.keys(service).filter((key) => !known.includes(key))).toEqual([]);
  expect(service.restart).toBe('unless-stopped');
  expect(name === 'api' || service.healthcheck !== undefined).toBe(true);
});

it('what nobody watches in compose is watched by the image', () => {
  expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toMatch(/^HEALTHCHECK /m);
  expect(compose.services.api!.healthcheck).toBeUndefined();
});

it.each(services)('$name waits for services that there are, which can be healthy', ({ depends_on = {} }) => {
  for (const [target, { condition }] of Object.entries(depends_on)) {
    expect(condition).toBe('service_healthy');
    expect(compose.services[target]?.healthcheck).toBeDefined();
  }
});

it('every volume is declared and used, and nothing else is mounted', () => {
  const mounted = services.flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':', 1)[0]));
  expect(mounted.sort()).toEqual(Object.keys(compose.volumes).sort());
});

it('only the API can be reached from outside, on loopback unless somebody wants more', () => {
  expect(services.filter(({ ports }) => ports !== undefined).map(({ name }) => name)).toEqual(['api']);
  expect(compose.services.api!.ports!.map((port) => interpolate(port, {}))).toEqual(['127.0.0.1:3000:3000']);
});

it.each(programs)('$name has time to stop', ({ stop_grace_period }) => {
  expect(seconds(stop_grace_period!)).toBeGreaterThanOrEqual(10);
});

it('Redis keeps its data and evicts nothing', () => {
  const { command = [], volumes = [] } = compose.services.redis!;
  expect(command.join(' ')).toContain('--appendonly yes');
  expect(command.join(' ')).toContain('--maxmemory-policy noeviction');
  expect(volumes).toEqual(['redis:/data']);
});

it('the program and PostgreSQL agree on user, database and host', () => {
  const { POSTGRES_USER, POSTGRES_DB } = compose.services.postgres!.environment!;
  const url = new URL(interpolate(compose.services.api!.environment!.DATABASE_URL!, filledIn()));
  expect([url.username, url.pathname, url.hostname]).toEqual([POSTGRES_USER, `/${POSTGRES_DB}`, 'postgres']);
  expect(compose.services.postgres!.healthcheck!.test).toEqual(expect.arrayContaining([POSTGRES_USER, POSTGRES_DB]));
  const redis = new URL(compose.services.api!.environment!.REDIS_URL!);
  expect(Object.keys(compose.services)).toContain(redis.hostname);
});

it.each(used)('%s is in .env.example', (name) => {
  expect(offered.map((variable) => variable.name)).toContain(name);
});

it('.env.example offers nothing that has no effect', () => {
  expect(offered.map(({ name }) => name).filter((name) => !used.includes(name))).toEqual([]);
});

it.each(required)('%s is asked for, and has no value that everybody knows', (name) => {
  expect(offered.find((variable) => variable.name === name)?.value).toBe('');
  expect(() => interpolate(composeText, { ...filledIn(), [name]: '' })).toThrow(`${name} is not set`);
});

it.each(programs)('$name: its environment is a configuration that can be used', ({ environment = {} }) => {
  const given = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, interpolate(value, filledIn())]),
  );
  const config = parseConfig(given, '/data', () => {
    throw new Error('Secrets are given, none are made.');
  });
  expect(config.redisUrl).toBe('redis://redis:6379');
});

it('what the image is built from gets past .dockerignore', () => {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  expect(ignored[0]).toBe('*');
  const copied = [...readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(/^COPY (?!--from)(.+) \S+$/gm)]
    .flatMap(([, sources]) => sources!.split(' '))
    .map((source) => source.replace(/^\.\//, ''));
  expect(copied.length).toBeGreaterThan(5);
  for (const source of copied) {
    expect(existsSync(join(root, source))).toBe(true);
    expect(ignored).toContain(`!${source}`);
  }
});

function filledIn(): Record<string, string> {
  const values = offered.map(({ name, value }) => [
    name,
    value === '' && required.includes(name) ? 'x'.repeat(48) : value,
  ]);
  return Object.fromEntries(values) as Record<string, string>;
}
