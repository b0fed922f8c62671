import { isNativeError } from 'node:util/types';

export interface DescribedError {
  readonly type: string;
  readonly message: string;
  /** Only the frames, because the first line of a stack repeats the message. */
  readonly stack?: string;
  readonly code?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly cause?: DescribedError;
}

const maxDepth = 5;

/**
 * What a log may have of an error. It leaves out parameters of queries and PostgreSQL's `detail`, which have hashes and
 * e-mail addresses, and the message of a data exception (SQLSTATE class 22), which quotes the value.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error || isNativeError(error)))
    return { type: typeof error, message: 'something was thrown that is no error' };
  const { code, constraint, table } = error as { code?: unknown; constraint?: unknown; table?: unknown };
  const driverError: unknown = (error as { driverError?: unknown }).driverError;
  const quotesData = [error, driverError].some((fault) =>
    /^22[0-9A-Z]{3}$/.test(String((fault as { code?: unknown } | undefined)?.code)),
  );
  const cause: unknown = error.cause ?? driverError;
  return {
    type: error.constructor.name,
    message: quotesData ? 'a value was refused by the database' : error.message,
    ...text(
      'stack',
      error.stack
        ?.split('\n')
        .filter((line) => /^\s+at /.test(line))
        .join('\n'),
    ),
    ...text('code', code),
    ...text('constraint', constraint),
    ...text('table', table),
    ...(cause !== undefined && depth < maxDepth ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

function text(name: string, value: unknown): Record<string, string> {
  return typeof value === 'string' && value !== '' ? { [name]: value } : {};
}
