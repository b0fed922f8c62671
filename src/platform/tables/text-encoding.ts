export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

/** The encoding of a file, or a sentence for the user who uploaded it. */
export type Detection = { readonly encoding: Encoding; readonly faulty: boolean } | { readonly refused: string };

/** Number of bytes at the beginning in which to look for signatures and for UTF-16 without a byte order mark. */
const headLength = 4_096;
const maxControlShare = 0.05;

const byteOrderMarks: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Signatures in Latin-1. One that a text could begin with counts only beside control characters. */
const signatures: readonly (readonly [begin: RegExp, format: string, ofTexts?: true])[] = [
  [/^PK(\x03\x04|\x05\x06|\x07\x08)/, 'an Excel workbook or a ZIP archive: save it as CSV'],
  [/^\xd0\xcf\x11\xe0/, 'an old Excel workbook or another Office document: save it as CSV'],
  [/^%PDF-/, 'a PDF document'],
  [/^\{\\rtf/, 'a rich text document'],
  [/^(\xef\xbb\xbf)?\s*<(!doctype html|html|\?xml)/i, 'an HTML or XML document: save it as CSV'],
  [/^(\x89PNG|\xff\xd8\xff|II\*\0|MM\0\*|\0\0\x01\0)/, 'an image'],
  [/^(GIF8[79]a|BM)/, 'an image', true],
  [/^(\x1f[\x8b\x9d]|\xfd7zXZ\0|\x28\xb5\x2f\xfd|7z\xbc\xaf\x27\x1c|Rar!\x1a|\x04"M\x18)/, 'an archive: unpack it'],
  [/^(BZh[1-9]1AY&SY|[^]{257}ustar)/, 'an archive: unpack it', true],
  [/^(SQLite format 3\0|Obj\x01)/, 'a database file'],
  [/^(PAR1|ORC)/, 'a database file', true],
  [/^(\x7fELF|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|\0asm)/, 'a program'],
  [/^MZ/, 'a program', true],
  [/^(RIFF|OggS|fLaC|ID3|[^]{4}ftyp)/, 'a recording', true],
];

/** Characters of windows-1252 that differ from Latin-1, from 0x80 on. Five are undefined and stay as they are. */
const from0x80 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Reads the whole file, because one byte at its end may show that it is not UTF-8. */
export async function detectEncoding(bytes: AsyncIterable<Buffer>): Promise<Detection> {
  let head = Buffer.alloc(0);
  let tally: Tally | null = null;
  for await (const chunk of bytes) {
    if (tally) tally.add(chunk);
    else head = Buffer.concat([head, chunk]);
    if (tally || head.length < headLength) continue;
    tally = tallyOf(head);
    if (!tally) break;
  }
  tally ??= tallyOf(head);
  return tally?.detection() ?? { refused: `The file is ${formatOf(head)}.` };
}

/** @returns UTF-8 without a byte order mark. Bytes of UTF-8 are passed on unchanged, also broken ones. */
export async function* decode(bytes: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') yield* withoutMark(bytes);
  else if (encoding === 'windows-1252') {
    // The TextDecoder of Node 20 reads 0x80 to 0x9f as Latin-1.
    for await (const chunk of bytes) {
      yield Buffer.from(
        chunk.toString('latin1').replace(/[\x80-\x9f]/g, (letter) => from0x80[letter.charCodeAt(0) - 0x80]!),
      );
    }
  } else {
    const decoder = new TextDecoder(encoding);
    for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
  }
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

function formatOf(head: Buffer): string | null {
  const begin = head.toString('latin1', 0, 512);
  const isBinary = /[\0-\x08\x0e-\x1f]/.test(begin);
  return signatures.find(([pattern, , ofTexts]) => (isBinary || !ofTexts) && pattern.test(begin))?.[1] ?? null;
}

/** @returns null if the file has another format. */
function tallyOf(head: Buffer): Tally | null {
  if (formatOf(head) !== null) return null;
  const marked = byteOrderMarks.find(([, mark]) => mark.every((byte, index) => head[index] === byte));
  const encoding = marked?.[0] ?? utf16Of(head);
  const tally =
    encoding === 'utf-16le' || encoding === 'utf-16be' ? new TallyOfUnits(encoding) : new TallyOfBytes(!!encoding);
  tally.add(head.subarray(marked?.[1].length ?? 0));
  return tally;
}

/** Recognises UTF-16 by the NUL in each Western letter. */
function utf16Of(head: Buffer): Encoding | null {
  const nuls: [even: number, odd: number] = [0, 0];
  head.forEach((byte, index) => (nuls[(index % 2) as 0 | 1] += byte === 0 ? 1 : 0));
  const [even, odd] = nuls.map((count) => count / (head.length / 2)) as [number, number];
  if (odd > 0.3 && even < 0.03) return 'utf-16le';
  return even > 0.3 && odd < 0.03 ? 'utf-16be' : null;
}

interface Tally {
  add(chunk: Buffer): void;
  detection(): Detection;
}

const isSpace = Uint8Array.from({ length: 128 }, (_, byte) => (byte === 0x20 || (byte >= 9 && byte <= 13) ? 1 : 0));
const isControl = Uint8Array.from({ length: 160 }, (_, code) =>
  (code < 0x20 && code !== 9 && code !== 10 && code !== 13) || code >= 0x7f ? 1 : 0,
);

function detectionOf(
  encoding: Encoding,
  faulty: boolean,
  characters: number,
  spaces: number,
  controls: number,
): Detection {
  if (characters === spaces) return { refused: 'The file is empty.' };
  if (controls > characters * maxControlShare)
    return { refused: 'The file is not a text: it has too many control characters.' };
  return { encoding, faulty };
}

/** Tests for UTF-8 and windows-1252 at once. */
class TallyOfBytes implements Tally {
  private bytes = 0;
  private spaces = 0;
  private controls = 0;
  /** Number of bytes that windows-1252 leaves undefined. */
  private undefinedBytes = 0;
  private controlSequences = 0;
  private sequences = 0;
  private inSequences = 0;
  private invalid = 0;

  private first = 0;
  private taken = 0;
  private missing = 0;
  private lower = 0x80;
  private upper = 0xbf;

  constructor(private readonly isMarked: boolean) {}

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    for (const byte of chunk) {
      if (byte < 0x80) {
        if (this.missing > 0) this.breakOff();
        this.spaces += isSpace[byte]!;
        this.controls += isControl[byte]!;
      } else this.addHigh(byte);
    }
  }

  detection(): Detection {
    if (this.missing > 0) this.breakOff();
    const { bytes, spaces, controls, sequences, invalid } = this;
    if (this.isMarked || invalid === 0 || sequences > invalid) {
      const characters = bytes - this.inSequences + sequences;
      return detectionOf('utf-8', invalid > 0, characters, spaces, controls + this.controlSequences);
    }
    return detectionOf('windows-1252', false, bytes, spaces, controls + this.undefinedBytes);
  }

  private addHigh(byte: number): void {
    if (byte <= 0x9f && from0x80.charCodeAt(byte - 0x80) === byte) this.undefinedBytes++;
    if (this.missing > 0) {
      if (byte >= this.lower && byte <= this.upper) {
        this.taken++;
        this.lower = 0x80;
        this.upper = 0xbf;
        if (--this.missing > 0) return;
        this.sequences++;
        this.inSequences += this.taken;
        if (this.first === 0xc2 && byte <= 0x9f) this.controlSequences++;
        return;
      }
      this.breakOff();
    }
    if (byte < 0xc2 || byte > 0xf4) {
      this.invalid++;
      return;
    }
    this.first = byte;
    this.taken = 1;
    this.missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    // Overlong forms, surrogates, and code points beyond U+10FFFF.
    if (byte === 0xe0) this.lower = 0xa0;
    else if (byte === 0xf0) this.lower = 0x90;
    else if (byte === 0xed) this.upper = 0x9f;
    else if (byte === 0xf4) this.upper = 0x8f;
  }

  private breakOff(): void {
    this.invalid += this.taken;
    this.missing = 0;
    this.lower = 0x80;
    this.upper = 0xbf;
  }
}

class TallyOfUnits implements Tally {
  private units = 0;
  private spaces = 0;
  private controls = 0;
  private loneSurrogates = 0;
  private isAfterHigh = false;
  private half: number | null = null;

  constructor(private readonly encoding: 'utf-16le' | 'utf-16be') {}

  add(chunk: Buffer): void {
    for (const byte of chunk) {
      if (this.half === null) this.half = byte;
      else {
        this.addUnit(this.encoding === 'utf-16le' ? this.half | (byte << 8) : (this.half << 8) | byte);
        this.half = null;
      }
    }
  }

  detection(): Detection {
    const faulty = this.half !== null || this.isAfterHigh || this.loneSurrogates > 0;
    return detectionOf(this.encoding, faulty, this.units, this.spaces, this.controls);
  }

  private addUnit(unit: number): void {
    this.units++;
    if (unit < 0x80) this.spaces += isSpace[unit]!;
    if (unit < 0xa0) this.controls += isControl[unit]!;
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (isLow !== this.isAfterHigh) this.loneSurrogates++;
    this.isAfterHigh = unit >= 0xd800 && unit <= 0xdbff;
  }
}
