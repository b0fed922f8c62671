import { getDecoder } from 'iconv-lite';

/** In the order of the names that people know: Unicode, Windows, ISO, East Asia, Apple. */
export const encodings = [
  ...(['utf-8', 'utf-16le', 'utf-16be'] as const),
  ...(['windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254'] as const),
  ...(['iso-8859-2', 'iso-8859-9', 'iso-8859-15'] as const),
  ...(['shift_jis', 'gb18030', 'big5', 'euc-kr'] as const),
  'macintosh',
] as const;
export type Encoding = (typeof encodings)[number];

export const byteOrderMarks: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Characters of windows-1252 that differ from Latin-1, from 0x80 on. Five are undefined and stay as they are. */
const from0x80 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** @returns UTF-8 without a byte order mark. Bytes of UTF-8 are passed on unchanged, also broken ones. */
export async function* decode(bytes: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') {
    yield* withoutMark(bytes);
    return;
  }
  const decoder = decoderOf(encoding);
  for await (const chunk of bytes) yield Buffer.from(decoder.write(chunk));
  yield Buffer.from(decoder.end());
}

interface Decoder {
  /** @returns the complete characters so far. */
  write(chunk: Buffer): string;
  end(): string;
}

/** Broken bytes become U+FFFD. */
export function decoderOf(encoding: Encoding): Decoder {
  if (encoding === 'windows-1252') return { write: fromWindows1252, end: () => '' };
  // The TextDecoder of Node 20 lacks the syllables that Windows adds to EUC-KR.
  if (encoding === 'euc-kr') {
    const decoder = getDecoder('cp949');
    return { write: (chunk) => decoder.write(chunk), end: () => decoder.end() ?? '' };
  }
  const decoder = new TextDecoder(encoding);
  return { write: (chunk) => decoder.decode(chunk, { stream: true }), end: () => decoder.decode() };
}

/** The TextDecoder of Node 20 reads 0x80 to 0x9f as Latin-1. */
function fromWindows1252(chunk: Buffer): string {
  return chunk.toString('latin1').replace(/[\x80-\x9f]/g, (letter) => from0x80[letter.charCodeAt(0) - 0x80]!);
}

async function* withoutMark(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const mark = Buffer.from(byteOrderMarks[0]![1]);
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of bytes) {
    if (!head) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < mark.length) continue;
    yield head.subarray(head.indexOf(mark) === 0 ? mark.length : 0);
    head = null;
  }
  if (head) yield head;
}
