import { setFlagsFromString } from 'node:v8';
import type { Logger } from 'pino';
import { ConfigError } from './platform/config/config';
import { EmbeddedPostgresError } from './platform/embedded-postgres/embedded-postgres-error';

/** Milliseconds. Supervisors usually kill ten seconds after SIGTERM. */
const shutdownTimeoutMs = 9_000;
/**
 * Milliseconds. Terminals, npm and supervisors send the same signal twice. A later second signal is a person who
 * presses Ctrl-C again.
 */
const secondSignalDelayMs = 1_000;

type Step = () => Promise<void>;

export interface Running {
  /** Registers how to undo a step of the start. Ends the start if a stop was requested meanwhile. */
  onStop(step: Step): void;
  /** Stops the program with a failure. */
  fail(reason: string, error: unknown): void;
}

class StopRequested extends Error {}

/**
 * Starts a program and runs it until SIGTERM or SIGINT. Then, or if the start fails, it undoes the steps of the start
 * in reverse order. A stop during the start waits for the present step.
 *
 * @returns a function that stops the program in the same way.
 */
export async function runUntilStopped(logger: Logger, start: (running: Running) => Promise<void>): Promise<Step> {
  disablePretenuring();
  const steps: Step[] = [];
  let requestedAt: number | undefined;
  let exitCode = 0;
  let started = false;
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= undo([...steps], logger));
  const requestStop = (): void => {
    requestedAt = performance.now();
    const late = setTimeout(() => {
      logger.error('stopping took too long; what was unfinished is cut off');
      process.exit(1);
    }, shutdownTimeoutMs);
    late.unref();
    if (started) void stop().then(() => process.exit(exitCode));
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (requestedAt === undefined) {
      logger.info({ signal }, 'stopping');
      requestStop();
    } else if (signal === 'SIGINT' && performance.now() - requestedAt > secondSignalDelayMs) {
      process.exit(1);
    }
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  try {
    await start({
      onStop: (step) => {
        steps.unshift(step);
        if (requestedAt !== undefined) throw new StopRequested();
      },
      fail: (reason, error) => {
        if (requestedAt !== undefined) return;
        logger.fatal({ error }, reason);
        exitCode = 1;
        requestStop();
      },
    });
    if (requestedAt !== undefined) throw new StopRequested();
    started = true;
    return stop;
  } catch (error) {
    await stop();
    if (error instanceof StopRequested) process.exit(exitCode);
    throw error;
  }
}

async function undo(steps: readonly Step[], logger: Logger): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      logger.error({ error }, 'a step of stopping failed');
    }
  }
}

/** Ends the process with a message that says what to do. Prints a stack trace only for unexpected errors. */
export function reportStartupError(error: unknown): never {
  process.stderr.write(`\nTideline could not start.\n\n${explanationOf(error)}\n\n`);
  process.exit(1);
}

/** SQLSTATEs and codes for: unreachable, unknown host, wrong password, no such database, no permission. */
const databaseErrorCodes = [
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  '28P01',
  '28000',
  '3D000',
  '42501',
];

function explanationOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof EmbeddedPostgresError) return error.message;
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  const isListening = (error as { syscall?: string }).syscall === 'listen';
  if (isListening && code === 'EADDRINUSE') {
    return `Port ${port} on ${address} is taken by another program. Stop that one, or choose another port: PORT=${(port ?? 0) + 1} npm start`;
  }
  if (isListening && code === 'EACCES')
    return `Port ${port} may be used by root only. Choose one above 1023: PORT=3000 npm start`;
  if (isListening && code === 'EADDRNOTAVAIL')
    return `HOST ${address} is no address of this machine. Leave HOST out, or use 0.0.0.0.`;
  if (databaseErrorCodes.includes(code ?? '')) {
    return `The database of DATABASE_URL cannot be used: ${(error as Error).message}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Switches off a heuristic of V8. Objects made during the start live on, so V8 later allocates objects of the same
 * places among its old ones. That keeps the arrays of the driver's rows, and with them every answer of the database,
 * until the next full collection (docs/decisions/0029-cost-of-a-request.md).
 */
function disablePretenuring(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
