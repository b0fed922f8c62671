import { encode } from 'iconv-lite';
import type { Encoding } from '../../src/platform/tables/text-encoding';

/** How a table becomes the bytes of a file. */
export interface Dialect {
  readonly encoding: Encoding;
  readonly isMarked: boolean;
  readonly delimiter: string;
  readonly lineEnd: string;
  readonly isQuoted: boolean;
  /** Whether the last line has an end. */
  readonly isEnded: boolean;
  /** Whether all lines have as many cells as the widest one. */
  readonly isPadded: boolean;
  /** Whether the first line is `sep=;`. */
  readonly isTold: boolean;
}

/** Names that the encoder has for encodings. */
const encoderNames: Readonly<Partial<Record<Encoding, string>>> = { 'euc-kr': 'cp949', macintosh: 'macroman' };

/** @throws if the encoding lacks a character: a test would compare question marks. */
export function bytesOf(text: string, encoding: Encoding, isMarked = false): Buffer {
  const bytes = encode(text, encoderNames[encoding] ?? encoding, { addBOM: isMarked });
  if (!encoding.startsWith('utf') && bytes.filter((byte) => byte === 0x3f).length !== text.split('?').length - 1)
    throw new Error(`${encoding} lacks a character of ${text}`);
  return bytes;
}

export function fileOf(lines: readonly (readonly string[])[], dialect: Dialect): Buffer {
  const { encoding, isMarked, delimiter, lineEnd, isQuoted, isEnded, isPadded, isTold } = dialect;
  const width = isPadded ? Math.max(...lines.map(({ length }) => length)) : 0;
  const textOf = (cell: string) => {
    // Programs that write ="01067" often leave it so.
    const isFormula = /^="[^"\r\n]*"$/.test(cell) && !cell.includes(delimiter);
    const mustBe = /[",;|^\t\r\n]/.test(cell) && !isFormula;
    return isQuoted || mustBe ? `"${cell.replaceAll('"', '""')}"` : cell;
  };
  const written = lines.map((cells) =>
    [...cells, ...Array<string>(Math.max(0, width - cells.length)).fill('')].map(textOf).join(delimiter),
  );
  const all = isTold ? [`sep=${delimiter}`, ...written] : written;
  return bytesOf(all.join(lineEnd) + (isEnded ? lineEnd : ''), encoding, isMarked);
}
