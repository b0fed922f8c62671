import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { parse } from 'secure-json-parse';
import { InvalidInputError } from '../../kernel/domain-error';

export const maxBodyBytes = 1024 * 1024;
export const maxDepth = 32;

/**
 * Reads a JSON body strictly (docs/contract.md, section 1.8): UTF-8, an object, at most 32 levels deep, without
 * `__proto__` and `constructor` keys. An empty body is no body.
 *
 * @throws InvalidInputError for everything else.
 */
export function parseJsonBody(bytes: Buffer): object | undefined {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw unreadable('The body is not valid UTF-8.');
  let value: unknown;
  try {
    // Refuses every "__proto__" key, but only those "constructor" keys that could reach a prototype. `checkShape`
    // refuses the rest.
    value = parse(bytes.toString('utf8'), { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    throw unreadable(isForbiddenKey(error) ? forbiddenKeys : 'The body is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadable('The body must be a JSON object.');
  }
  checkShape(value);
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

const forbiddenKeys = 'The keys "__proto__" and "constructor" are not allowed.';

/** Walks level by level, without recursion, because the depth is what it checks. */
function checkShape(root: object): void {
  let level: object[] = [root];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) throw unreadable(`The body is nested deeper than ${maxDepth} levels.`);
    const below: object[] = [];
    for (const value of level) {
      if (Object.hasOwn(value, 'constructor')) throw unreadable(forbiddenKeys);
      for (const child of Object.values(value) as unknown[]) {
        if (typeof child === 'object' && child !== null) below.push(child);
      }
    }
    level = below;
  }
}

function isForbiddenKey(error: unknown): boolean {
  return error instanceof SyntaxError && error.message.includes('forbidden prototype property');
}

function unreadable(message: string): InvalidInputError {
  return new InvalidInputError([{ field: 'body', message }]);
}
