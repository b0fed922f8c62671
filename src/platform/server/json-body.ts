import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { InvalidInputError } from '../../kernel/domain-error';

export const maxBodyBytes = 1024 * 1024;
export const maxDepth = 32;
/**
 * Maximum number of values in a body: texts, numbers, lists, objects and so on, at every level. No route takes more than
 * about a thousand. V8 takes up to 200 bytes of memory and 0.7 µs for each (docs/decisions/0036-bounded-work.md).
 */
export const maxValues = 15_000;

/**
 * Reads a JSON body strictly (docs/contract.md, section 1.8): UTF-8, an object, at most 32 levels deep, with at most
 * 15,000 values, without `__proto__` and `constructor` keys. An empty body is no body.
 *
 * @throws InvalidInputError for everything else.
 */
export function parseJsonBody(bytes: Buffer): object | undefined {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw unreadable('The body is not valid UTF-8.');
  inspect(bytes);
  const value = parse(bytes.toString('utf8'));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw unreadable('The body must be a JSON object.');
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

const [quote, comma, openList, backslash, closeList, openObject, closeObject, colon] = Buffer.from('",[\\]{}:');

/**
 * Judges the bytes, because a parser would build what is refused, and a walk through what it has built takes longer than
 * the parsing. Faults of the syntax are left to the parser.
 */
function inspect(bytes: Buffer): void {
  let depth = 0;
  // A list or an object has one value more than commas, unless it is empty.
  let values = 0;
  let isEmpty = false;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case quote: {
        const end = endOfText(bytes, at);
        if (isForbidden(bytes, at, end)) throw unreadable('The keys "__proto__" and "constructor" are not allowed.');
        at = end;
        isEmpty = false;
        break;
      }
      case openList:
      case openObject:
        if (++depth > maxDepth) throw unreadable(`The body is nested deeper than ${maxDepth} levels.`);
        values++;
        isEmpty = true;
        break;
      case closeList:
      case closeObject:
        depth--;
        if (isEmpty) values--;
        isEmpty = false;
        break;
      case comma:
        values++;
        break;
      default:
        if (isEmpty && !isBlank(bytes[at])) isEmpty = false;
    }
    if (values > maxValues) throw unreadable(`The body has more than ${maxValues.toLocaleString('en')} values.`);
  }
}

/** @returns the index of the closing quote of the text that begins here. */
function endOfText(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}

/** `JSON.parse` makes own properties of these names. Code that copied them would reach a prototype. */
const forbidden: readonly unknown[] = ['__proto__', 'constructor'];
/** In bytes. The longest spelling has an escape such as `\\u0063` for each letter. */
const forbiddenLengths = { min: '__proto__'.length, max: 6 * 'constructor'.length };
const forbiddenBeginnings: readonly unknown[] = [...Buffer.from('_c\\')];

/** Whether the text between two quotes is a key that is not allowed, however it is spelled. */
function isForbidden(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start - 1;
  if (length < forbiddenLengths.min || length > forbiddenLengths.max) return false;
  if (!forbiddenBeginnings.includes(bytes[start + 1])) return false;
  let next = end + 1;
  while (isBlank(bytes[next])) next++;
  if (bytes[next] !== colon) return false;
  try {
    return forbidden.includes(JSON.parse(bytes.toString('utf8', start, end + 1)));
  } catch {
    return false;
  }
}

/** RFC 8259, 2. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function parse(text: string): unknown {
  try {
    // RFC 8259, 8.1, lets a parser ignore a byte order mark.
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    throw unreadable('The body is not valid JSON.');
  }
}

function unreadable(message: string): InvalidInputError {
  return new InvalidInputError([{ field: 'body', message }]);
}
