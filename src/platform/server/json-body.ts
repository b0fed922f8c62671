import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { type BodyLimits, usualBody } from '../http/large-body';
import type { CutList } from './cut-list';
import { inspect } from './inspect-body';
import { unreadable } from './unreadable-body';

/** Work on a body in steps of some milliseconds, after each of which others may work. */
export type ParsingSteps = Generator<void, object | undefined>;

/**
 * Reads a JSON body strictly (docs/contract.md, section 1.8): UTF-8, an object, at most 32 levels deep, without `__proto__`
 * and `constructor` keys, with at most as many values as the route takes. An empty body is no body. The result is what
 * `JSON.parse` gives.
 *
 * @throws InvalidInputError for everything else.
 */
export function* parseJsonBody(bytes: Buffer, limits: BodyLimits = usualBody): ParsingSteps {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw unreadable('The body is not valid UTF-8.');
  const { lists, isBroken } = yield* inspect(bytes, limits);
  if (isBroken) throw notValid();
  const value = parse(withoutElements(bytes, lists));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadable('The body must be a JSON object.');
  }
  let elements: unknown[] = [];
  for (const list of lists) elements = yield* parseElements(bytes, list);
  const body = value as Record<string, unknown>;
  // Of equal keys the last one counts, and its value need not be a list.
  if (limits.list !== undefined && Array.isArray(body[limits.list])) body[limits.list] = elements;
  return body;
}

/**
 * JSON is UTF-8 (RFC 8259, 8.1), and the server does not unpack compressed bodies.
 *
 * @throws InvalidInputError if the headers announce something else.
 */
export function checkEncoding(headers: IncomingHttpHeaders): void {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw unreadable('The body must be UTF-8.');
  const packed = headers['content-encoding'];
  if (packed !== undefined && packed.toLowerCase() !== 'identity') {
    throw unreadable('Compressed bodies are not taken: send plain JSON, without Content-Encoding.');
  }
}

/** The body with empty lists in the place of the cut ones. It is valid JSON if and only if the rest of the body is. */
function withoutElements(bytes: Buffer, lists: readonly CutList[]): string {
  if (lists.length === 0) return bytes.toString('utf8');
  const starts = [0, ...lists.map(({ end }) => end)];
  const ends = [...lists.map(({ start }) => start + 1), bytes.length];
  return Buffer.concat(starts.map((start, index) => bytes.subarray(start, ends[index]))).toString('utf8');
}

/** @throws InvalidInputError unless the list is valid JSON. */
function* parseElements(bytes: Buffer, { groups }: CutList): Generator<void, unknown[]> {
  const elements: unknown[] = [];
  for (const { start, end, count } of groups) {
    yield;
    const parsed = parse(`[${bytes.toString('utf8', start, end)}]`) as unknown[];
    // Alone, nothing between two commas would be an empty list.
    if (groups.length > 1 && parsed.length !== count) throw notValid();
    for (const element of parsed) elements.push(element);
  }
  return elements;
}

function parse(text: string): unknown {
  try {
    // RFC 8259, 8.1, lets a parser ignore a byte order mark.
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    throw notValid();
  }
}

function notValid(): Error {
  return unreadable('The body is not valid JSON.');
}
