import { Client } from 'pg';

/**
 * A watch on every SQL statement that the program sends: it can make one fail, and it keeps the ones that touch a tenant's
 * table without naming the account. The rules are in `test/contract/statement-exceptions.ts`.
 */
export interface Statement {
  readonly name: string | undefined;
  readonly text: string;
  readonly values?: readonly unknown[];
}

interface Fault {
  readonly matches: RegExp;
  readonly error: Error;
  /** How often it still strikes. */
  left: number;
}

const direct = new WeakSet<Client>();
const seen = new Map<string, Statement>();
let faults: Fault[] = [];

let recording: Statement[] | undefined;

/** @returns what the program sends while the work is done. */
export async function statementsDuring(work: () => Promise<unknown>): Promise<readonly Statement[]> {
  const recorded: Statement[] = [];
  recording = recorded;
  try {
    await work();
  } finally {
    recording = undefined;
  }
  return recorded;
}

/** The client belongs to the test. */
export function markDirect(client: Client): void {
  direct.add(client);
}

/** Every different statement of this file so far. */
export function statementsSeen(): Statement[] {
  return [...seen.values()];
}

/**
 * From now on statements that match fail as if the connection had broken, `times` times.
 *
 * @returns ends it, and throws when no statement matched.
 */
export function breakDatabase(
  matches: RegExp,
  error: Error = new Error('Connection terminated unexpectedly'),
  times = Number.MAX_SAFE_INTEGER,
): () => void {
  const fault: Fault = { matches, error, left: times };
  faults.push(fault);
  return () => {
    faults = faults.filter((other) => other !== fault);
    if (fault.left === times) throw new Error(`No statement matched ${matches}.`);
  };
}

type Query = (this: Client, ...args: unknown[]) => unknown;

/** Call once per test file, before the program opens a connection. */
export function watchStatements(): void {
  const prototype = Client.prototype as unknown as { query: Query };
  const original = prototype.query;
  prototype.query = function (this: Client, ...args: unknown[]) {
    const statement = statementOf(args[0], args[1]);
    if (statement === undefined || direct.has(this)) return original.apply(this, args);
    seen.set(`${statement.name}:${statement.text}`, statement);
    recording?.push(statement);
    const fault = faults.find(({ matches, left }) => left > 0 && matches.test(statement.text));
    if (!fault) return original.apply(this, args);
    fault.left--;
    const callback = args.find((argument) => typeof argument === 'function') as ((error: Error) => void) | undefined;
    if (!callback) return Promise.reject(fault.error);
    process.nextTick(callback, fault.error);
    return undefined;
  };
}

/** @param given the values, when the statement is a text: TypeORM sends them beside it. */
function statementOf(argument: unknown, given: unknown): Statement | undefined {
  if (typeof argument === 'string') {
    return { name: undefined, text: argument, values: Array.isArray(given) ? given : [] };
  }
  const { name, text, values, callback } = (argument ?? {}) as Partial<Statement> & { callback?: unknown };
  // A query object of pg's own (a pool hands one on) was seen when it was made.
  return typeof text === 'string' && callback === undefined ? { name, text, values: values ?? [] } : undefined;
}
