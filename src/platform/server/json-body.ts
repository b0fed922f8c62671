import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { InvalidInputError } from '../../kernel/domain-error';

export const maxBodyBytes = 1024 * 1024;
export const maxDepth = 32;
/**
 * Maximum number of values in a body: texts, numbers, lists, objects and so on, at every level. No route takes more than
 * about a thousand. V8 takes up to 200 bytes of memory and 0.7 µs for each (docs/decisions/0036-bounded-work.md).
 */
export const maxValues = 50_000;

/**
 * Reads a JSON body strictly (docs/contract.md, section 1.8): UTF-8, an object, at most 32 levels deep, with at most
 * 50,000 values, without `__proto__` and `constructor` keys. An empty body is no body.
 *
 * @throws InvalidInputError for everything else.
 */
export function parseJsonBody(bytes: Buffer): object | undefined {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw unreadable('The body is not valid UTF-8.');
  assertBounded(bytes);
  const value = parse(bytes.toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadable('The body must be a JSON object.');
  }
  if (hasForbiddenKey(value)) throw unreadable('The keys "__proto__" and "constructor" are not allowed.');
  return value;
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

const [quote, comma, openList, backslash, closeList, openObject, closeObject] = Buffer.from('",[\\]{}');

/** Counts on the bytes, because a parser would build what is refused. It leaves other faults to the parser. */
function assertBounded(bytes: Buffer): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case quote:
        while (++at < bytes.length && bytes[at] !== quote) if (bytes[at] === backslash) at++;
        break;
      case openList:
      case openObject:
        if (++depth > maxDepth) throw unreadable(`The body is nested deeper than ${maxDepth} levels.`);
        values++;
        break;
      case closeList:
      case closeObject:
        depth--;
        break;
      case comma:
        values++;
    }
    if (values > maxValues) throw unreadable(`The body has more than ${maxValues.toLocaleString('en')} values.`);
  }
}

function parse(text: string): unknown {
  try {
    // RFC 8259, 8.1, lets a parser ignore a byte order mark.
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    throw unreadable('The body is not valid JSON.');
  }
}

/** `JSON.parse` makes own properties of both. Code that copied them would reach a prototype. */
function hasForbiddenKey(root: object): boolean {
  const waiting = [root];
  for (let value = waiting.pop(); value; value = waiting.pop()) {
    const isList = Array.isArray(value);
    if (!isList && (Object.hasOwn(value, '__proto__') || Object.hasOwn(value, 'constructor'))) return true;
    for (const child of (isList ? value : Object.values(value)) as unknown[]) {
      if (typeof child === 'object' && child !== null) waiting.push(child);
    }
  }
  return false;
}

function unreadable(message: string): InvalidInputError {
  return new InvalidInputError([{ field: 'body', message }]);
}
