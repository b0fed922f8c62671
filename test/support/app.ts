import { randomInt, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module';
import { FanOut } from '../../src/contexts/webhooks/fan-out';
import { createApp } from '../../src/configure-app';
import { type Config, parseConfig } from '../../src/platform/config/config';
import { ConnectionSlots } from '../../src/platform/database/connection-slots';
import { Relay } from '../../src/platform/outbox/relay';
import { MailDelivery } from '../../src/platform/mail/mail-delivery';
import { createLogger } from '../../src/platform/logging/logger';
import { WorkQueues } from '../../src/platform/queue/work-queues';
import { Client, type SignedIn } from './client';
import { MovableClock } from './clock';
import { type Mail, mailsIn } from './mail';
import { withClient, workerDatabaseUrl } from './database';
import { watchStatements } from './statements';

export interface TestApp {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly config: Config;
  readonly clock: MovableClock;
  /** Every line logged so far, as text. */
  readonly log: string[];
  /** Calls without a token. */
  readonly client: Client;
  /** Makes an account and gives its owner. */
  register(input?: Partial<{ email: string; password: string; name: string; account_name: string }>): Promise<SignedIn>;
  /** Sends what waits to be sent. @returns the mails to this address so far, oldest first. */
  mailsTo(address: string): Promise<Mail[]>;
  /** How many were sent so far; what waits is sent before. */
  countMails(): Promise<number>;
  /** With `WORKERS` on: resolves when, at the clock's present time, every event was handed on and no delivery is due or under way. */
  deliver(): Promise<void>;
  /** SQL around the program. */
  sql<Row extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export const password = 'correct-horse-battery';

export const testSecrets = {
  JWT_SECRET: 'a test secret of the API that is long enough',
  ENCRYPTION_KEY: 'a test key for secrets that is long enough',
};

let watching = false;

/**
 * The real program on this worker's database.
 *
 * @param environment variables beside those that every test has; rate limits and background work are off unless asked for.
 * @param wrap puts the program's module into another one, to add routes for a test.
 * @param options what `createApp` takes besides.
 * @param isPatient whether requests wait for a connection until there is one, however busy the machine is.
 */
export async function startApp(
  environment: Record<string, string> = {},
  wrap: (program: DynamicModule) => DynamicModule = (program) => program,
  options: Parameters<typeof createApp>[2] = {},
  isPatient = true,
): Promise<TestApp> {
  const isFirst = !watching;
  if (isFirst) watchStatements();
  watching = true;
  const databaseUrl = workerDatabaseUrl();
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), 'tideline-test-'));
  const config = parseConfig(
    {
      ...testSecrets,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      LOG_LEVEL: 'debug',
      RATE_LIMITS: 'off',
      WORKERS: 'off',
      ...environment,
    },
    dataDir,
    () => {
      throw new Error('Secrets are given, none are made.');
    },
  );
  const log: string[] = [];
  const logger = createLogger(config, { write: (line) => void log.push(line) });
  const clock = new MovableClock();
  const root = wrap(AppModule.with({ config, databaseUrl, logger, clock }));
  const app = await createApp(root, { config, logger }, options);
  if (isPatient) {
    const { slots } = app.get(ConnectionSlots, { strict: false });
    Object.assign((slots as unknown as { options: object }).options, { timeoutMs: null });
  }
  if (isFirst) await forgetDeliveries(databaseUrl);
  await app.listen(port, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  const client = new Client(url);
  return {
    app,
    url,
    config,
    clock,
    log,
    client,
    register: async (input = {}) => {
      const body = { email: newEmail(), password, name: 'Ada Lovelace', ...input };
      return (await client.post<SignedIn>('/auth/register', body)).result;
    },
    countMails: async () => {
      await app.get(MailDelivery, { strict: false }).run();
      const directory = join(dataDir, 'mail');
      return existsSync(directory) ? readdirSync(directory).length : 0;
    },
    mailsTo: async (address) => {
      await app.get(MailDelivery, { strict: false }).run();
      return mailsIn(join(dataDir, 'mail'), address);
    },
    deliver: () =>
      withClient(databaseUrl, async (direct) => {
        for (;;) {
          app.get(Relay, { strict: false }).wake();
          app.get(FanOut, { strict: false }).wake();
          app.get(WorkQueues, { strict: false }).wake('webhook-deliveries');
          const waiting = await direct.query(
            `select 1 from events where position is null
             union all select 1 from webhook_fan_outs
             union all select 1 from webhook_deliveries where status = 'pending' and (due_at <= $1 or lease_until is not null)
             limit 1`,
            [clock.now()],
          );
          if (waiting.rowCount === 0) return;
          await delay(5);
        }
      }),
    sql: (text, values = []) =>
      withClient(databaseUrl, async (direct) => (await direct.query(text, values)).rows as never),
    close: async () => {
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Removes what earlier files have left to be delivered: their receivers are gone, and what their workers had under way when they
 * stopped is leased for a minute, for which `deliver` would wait.
 */
async function forgetDeliveries(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, (direct) => direct.query(`delete from webhook_deliveries where status = 'pending'`));
}

export function newEmail(): string {
  return `user-${randomUUID()}@example.com`;
}

/** Below the range from which Linux serves outgoing connections, so that no client takes it in the meantime. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 20_000);
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer()
        .once('error', () => resolve(false))
        .listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
