import type { Logger } from 'pino';
import { ConfigError } from './platform/config/config';
import { EmbeddedPostgresError } from './platform/database/embedded-postgres-error';

/** Whoever supervises us kills after ten seconds as a rule. */
const stopWithin = 9_000;

type Step = () => Promise<void>;

/**
 * Starts a program and keeps it until SIGTERM or SIGINT; then, or when the start fails half-way, undoes the steps of the
 * start in reverse order. A second signal ends it at once.
 */
export async function runUntilStopped(
  logger: Logger,
  start: (onStop: (step: Step) => void) => Promise<void>,
): Promise<void> {
  const steps: Step[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= undo(steps, logger));

  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    logger.info({ signal }, 'stopping');
    const late = setTimeout(() => {
      logger.error('stopping took too long; what was unfinished is cut off');
      process.exit(1);
    }, stopWithin);
    late.unref();
    void stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  try {
    await start((step) => void steps.unshift(step));
  } catch (error) {
    await stop();
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

/** Ends the process with a message that says what to do; a stack trace is only for what nobody foresaw. */
export function explainFailure(error: unknown): never {
  process.stderr.write(`\nTideline could not start.\n\n${explanationOf(error)}\n\n`);
  process.exit(1);
}

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
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === '28P01' || code === '3D000') {
    return `The database of DATABASE_URL cannot be used: ${(error as Error).message}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
