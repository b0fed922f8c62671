import type { Encoding } from './text-encoding';
import { decoderOf, encodings } from './text-encoding';

/** A content line of a vCard (RFC 2426, RFC 6350), or of version 2.1. */
export interface VcardLine {
  /** The label before a point: `item1` in `item1.TEL`. Lower case; empty if there is none. */
  readonly group: string;
  /** Upper case. */
  readonly name: string;
  /** In lower case: values of TYPE, and in version 2.1 parameters without a name. */
  readonly types: ReadonlySet<string>;
  readonly parameters: ReadonlyMap<string, string>;
  /** As it stands there, with backslashes. */
  readonly value: string;
}

/** Properties with pictures and sounds, which no column takes. Their lines are not kept. */
const dropped = /^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|X-MS-CARDPICTURE|X-IMAGE\w*)[;:]/i;
/** Longer lines are cut: nobody's note has a megabyte. */
const maxLength = 1_048_576;

/** Joins lines that were folded. */
export class VcardUnfolder {
  private parts: string[] = [];
  private length = 0;
  private isDropped = false;
  private isPrintable = false;
  private isOpen = false;

  /** @returns the content line before this one, if it is complete now. */
  add(physical: string): string | null {
    if (this.isOpen && /^[ \t]/.test(physical)) {
      // Version 2.1 folds where a blank stands anyway; later ones add one.
      this.append(physical.slice(1));
      return null;
    }
    // A soft line break of quoted-printable text (RFC 2045, 6.7).
    const last = this.parts.at(-1);
    if (this.isOpen && this.isPrintable && last?.endsWith('=')) {
      this.parts[this.parts.length - 1] = last.slice(0, -1);
      this.append(physical);
      return null;
    }
    // Lines of a picture without blanks before them, as old telephones write them.
    if (this.isDropped && physical !== '' && !/[:;]/.test(physical)) return null;
    const before = this.end();
    this.isDropped = dropped.test(physical);
    this.isPrintable = !this.isDropped && isQuotedPrintable(physical);
    this.append(physical);
    this.isOpen = true;
    return before;
  }

  /** @returns the last content line. */
  end(): string | null {
    const line = this.parts.join('');
    this.parts = [];
    this.length = 0;
    this.isOpen = false;
    return line === '' ? null : line;
  }

  private append(text: string): void {
    if (this.isDropped || text === '' || this.length >= maxLength) return;
    this.parts.push(text.slice(0, maxLength));
    this.length += text.length;
  }
}

function isQuotedPrintable(line: string): boolean {
  return /^[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]/i.test(line);
}

const head = /^(?:([\w-]+)\.)?([\w-]+)((?:;(?:"[^"]*"|[^":;])*)*):/;

/** @param fileEncoding of the file, for values that do not tell their own. @returns null if it is no content line. */
export function readVcardLine(line: string, fileEncoding: Encoding): VcardLine | null {
  const match = head.exec(line);
  if (!match) return null;
  const [whole, group = '', name = '', rest = ''] = match;
  const parameters = new Map<string, string>();
  const types = new Set<string>();
  for (const [, parameter] of rest.matchAll(/;((?:"[^"]*"|[^";])*)/g)) {
    const [key, ...values] = parameter!.split('=');
    const value = values.join('=').replaceAll('"', '').trim();
    const isBare = values.length === 0;
    if (isBare || key!.toUpperCase() === 'TYPE')
      for (const type of (isBare ? key! : value).toLowerCase().split(',')) types.add(type.trim());
    else parameters.set(key!.trim().toUpperCase(), value);
  }
  const raw = line.slice(whole.length);
  const isPrintable = types.has('quoted-printable') || parameters.get('ENCODING')?.toLowerCase() === 'quoted-printable';
  const value = isPrintable ? fromQuotedPrintable(raw, parameters.get('CHARSET'), fileEncoding) : raw;
  return { group: group.toLowerCase(), name: name.toUpperCase(), types, parameters, value };
}

function fromQuotedPrintable(text: string, charset: string | undefined, fileEncoding: Encoding): string {
  const bytes = Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
    /[^\x00-\xff]/.test(text) ? 'utf8' : 'latin1',
  );
  const decoder = decoderOf(encodingOf(charset) ?? fileEncoding);
  return decoder.write(bytes) + decoder.end();
}

/** @returns the encoding with this name, as far as it is one that files of imports may have. */
function encodingOf(charset: string | undefined): Encoding | null {
  const name = charset?.toLowerCase() ?? '';
  const known = encodings.find((each) => each === name);
  if (known || name === '') return known ?? null;
  try {
    const { encoding } = new TextDecoder(name);
    return encodings.find((each) => each === encoding) ?? (encoding === 'gbk' ? 'gb18030' : null);
  } catch {
    return null;
  }
}

/** Splits a value at a sign that no backslash precedes, and removes the backslashes. */
export function splitValue(value: string, sign: ';' | ','): string[] {
  const parts = [''];
  for (let index = 0; index < value.length; index++) {
    const character = value[index]!;
    const next = value[index + 1];
    if (character === '\\' && next !== undefined) {
      parts[parts.length - 1] += /n/i.test(next) ? '\n' : /[\\;,:]/.test(next) ? next : character + next;
      index++;
    } else if (character === sign) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

/** @returns a value that is one text. */
export function plainValue(value: string): string {
  return value.replace(/\\([\\;,:nN])/g, (_, escaped: string) => (/n/i.test(escaped) ? '\n' : escaped)).trim();
}
