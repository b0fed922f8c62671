import { type LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config/config';
import { describeError } from './describe-error';

/** Injection token of the program's logger. */
export const LOGGER = Symbol('LOGGER');

/**
 * Writes one JSON object a line, or readable lines on a terminal. Nobody may log a body, a query string, a header, a
 * password, a token or a secret. Every log line chooses its fields, so there is nothing to blank out afterwards.
 *
 * @param destination where to write; by default the standard output.
 */
export function createLogger(config: Pick<Config, 'logLevel'>, destination?: DestinationStream): Logger {
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
      errorKey: 'error',
    },
    destination ??
      (process.stdout.isTTY ? pretty({ translateTime: 'HH:MM:ss', sync: true }) : pino.destination({ sync: true })),
  );
}

/** Passes Nest's warnings and errors on. Nest's messages of the start are logged as debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: rest.at(-1) }, String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ context: rest.at(-1) }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (message instanceof Error) this.logger.error({ error: message, context: rest.at(-1) }, 'the framework failed');
    else this.logger.error({ context: rest.at(-1) }, String(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}
