import { type BodyLimits, usualBody } from '../http/large-body';
import { CutList } from './cut-list';
import { unreadable } from './unreadable-body';

export const maxDepth = 32;
/** In bytes: some 0.5 ms, and a few if there are many keys. */
const stepBytes = 256 * 1024;

const [quote, comma, openList, backslash, closeList, openObject, closeObject, colon] = Buffer.from('",[\\]{}:');

/** What a look at the bytes has found. */
export interface Inspected {
  /** Every list under the key that the limits name, in the order of the body: JSON may repeat a key. */
  readonly lists: readonly CutList[];
  /** Whether a cut list has no end of its own. Other faults of the syntax are left to the parser. */
  readonly isBroken: boolean;
}

/**
 * Judges the bytes, because a parser would build what is refused, and a walk through what it has built takes longer than
 * the parsing. It yields after each step, so that others can work in between.
 */
export function* inspect(bytes: Buffer, { values: maxValues, list }: BodyLimits): Generator<void, Inspected> {
  let depth = 0;
  // A list or an object has one value more than commas, unless it is empty.
  let values = 0;
  let isEmpty = false;
  const lists: CutList[] = [];
  let listStart = -1;
  let open: CutList | undefined;
  let isBroken = false;
  let stepEnd = stepBytes;
  for (let at = 0; at < bytes.length; at++) {
    if (at > stepEnd) {
      yield;
      stepEnd = at + stepBytes;
    }
    switch (bytes[at]) {
      case quote: {
        const end = endOfText(bytes, at);
        if (isForbidden(bytes, at, end)) throw unreadable('The keys "__proto__" and "constructor" are not allowed.');
        if (depth === 1 && list !== undefined && isKey(bytes, at, end, list)) listStart = startOfValue(bytes, end);
        at = end;
        isEmpty = false;
        break;
      }
      case openList:
      case openObject:
        if (++depth > maxDepth) throw unreadable(`The body is nested deeper than ${maxDepth} levels.`);
        if (at === listStart && bytes[at] === openList) lists.push((open = new CutList(at, values)));
        values++;
        isEmpty = true;
        break;
      case closeList:
      case closeObject:
        depth--;
        if (isEmpty) values--;
        isEmpty = false;
        if (open && depth === 1) {
          open.endElement(at, values);
          open.end = at;
          isBroken ||= bytes[at] !== closeList;
          open = undefined;
        }
        break;
      case comma:
        if (open && depth === 2) open.endElement(at, values);
        values++;
        break;
      default:
        if (isEmpty && !isBlank(bytes[at])) isEmpty = false;
    }
    if (values > maxValues) throw unreadable(`The body has more than ${maxValues.toLocaleString('en')} values.`);
  }
  if (list !== undefined) assertFewBeside(list, values, lists);
  return { lists, isBroken: isBroken || open !== undefined };
}

/** What is not in a cut list is parsed in one step. @throws InvalidInputError */
function assertFewBeside(list: string, values: number, lists: readonly CutList[]): void {
  const beside = lists.reduce((rest, each) => rest - each.values, values);
  if (beside <= usualBody.values) return;
  throw unreadable(`The body has more than ${usualBody.values.toLocaleString('en')} values beside "${list}".`);
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
  return bytes[afterBlanks(bytes, end + 1)] === colon && forbidden.includes(textOf(bytes, start, end));
}

/** Whether the text between two quotes is this key, however it is spelled. */
function isKey(bytes: Buffer, start: number, end: number, name: string): boolean {
  const length = end - start - 1;
  if (length < name.length || length > 6 * name.length) return false;
  return bytes[afterBlanks(bytes, end + 1)] === colon && textOf(bytes, start, end) === name;
}

/** @returns what the text says, or undefined if it is malformed. */
function textOf(bytes: Buffer, start: number, end: number): unknown {
  try {
    return JSON.parse(bytes.toString('utf8', start, end + 1));
  } catch {
    return undefined;
  }
}

/** @param end the index of the closing quote of a key. @returns where its value begins. */
function startOfValue(bytes: Buffer, end: number): number {
  return afterBlanks(bytes, afterBlanks(bytes, end + 1) + 1);
}

function afterBlanks(bytes: Buffer, start: number): number {
  let at = start;
  while (isBlank(bytes[at])) at++;
  return at;
}

/** RFC 8259, 2. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
