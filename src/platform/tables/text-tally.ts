import type { Encoding } from './text-encoding';

/** How many characters a text has, and of which kinds. */
export interface Counts {
  readonly characters: number;
  readonly spaces: number;
  readonly controls: number;
}

const isSpace = Uint8Array.from({ length: 128 }, (_, byte) => (byte === 0x20 || (byte >= 9 && byte <= 13) ? 1 : 0));
const isControl = Uint8Array.from({ length: 160 }, (_, code) =>
  (code < 0x20 && code !== 9 && code !== 10 && code !== 13) || code >= 0x7f ? 1 : 0,
);

/** Number of bytes that are kept to guess the code page: of lines with letters beyond ASCII, what is telling. */
const sampleSize = 16_384;
const maxLineLength = 1_024;

const high = /[\x80-\xff]/;
/** In bytes. */
const maxCellLength = 64;

/**
 * Much ASCII beside few letters would make the detector think that nothing is beyond ASCII. No character of more than
 * one byte has a byte that divides cells or words.
 *
 * @param line in Latin-1. @returns its cells with bytes beyond ASCII; of long ones, the words around these bytes.
 */
function tellingPart(line: string): string {
  const cells = line.split(/[\t,;"]+/).filter((cell) => high.test(cell));
  return cells.map((cell) => (cell.length > maxCellLength ? tellingWords(cell) : cell)).join(';');
}

function tellingWords(cell: string): string {
  const words = cell.split(' ');
  const isTelling = words.map((word) => high.test(word));
  return words.filter((_, place) => isTelling.slice(Math.max(0, place - 1), place + 2).includes(true)).join(' ');
}

/** Tests whether bytes are UTF-8, and keeps lines of a text that is not. */
export class TallyOfBytes {
  private bytes = 0;
  private spaces = 0;
  private controls = 0;
  private controlSequences = 0;
  private sequences = 0;
  private inSequences = 0;
  private invalid = 0;
  private highs = 0;

  private first = 0;
  private taken = 0;
  private missing = 0;
  private lower = 0x80;
  private upper = 0xbf;

  private readonly lines: Buffer[] = [];
  private sampled = 0;
  /** The beginning of a line whose end has not come yet. */
  private line = Buffer.alloc(0);

  constructor(private readonly isMarked: boolean) {}

  add(chunk: Buffer): void {
    const before = this.highs;
    this.bytes += chunk.length;
    for (const byte of chunk) {
      if (byte < 0x80) {
        if (this.missing > 0) this.breakOff();
        this.spaces += isSpace[byte]!;
        this.controls += isControl[byte]!;
      } else this.addHigh(byte);
    }
    if (this.sampled < sampleSize) this.keepLines(chunk, this.highs > before);
  }

  counts(): Counts {
    const { bytes, spaces, controls } = this;
    if (this.unicode() === null) return { characters: bytes, spaces, controls };
    const characters = bytes - this.inSequences + this.sequences;
    return { characters, spaces, controls: controls + this.controlSequences };
  }

  /** @returns null if the text is not UTF-8. A few broken bytes among many good ones do not matter. */
  unicode(): Encoding | null {
    if (this.missing > 0) this.breakOff();
    return this.isMarked || this.invalid === 0 || this.sequences > this.invalid ? 'utf-8' : null;
  }

  isFaulty(): boolean {
    if (this.missing > 0) this.breakOff();
    return this.invalid > 0;
  }

  /** @returns what is telling of lines with bytes beyond ASCII. */
  sample(): Buffer {
    return Buffer.concat([...this.lines, Buffer.from(tellingPart(this.line.toString('latin1')), 'latin1')]);
  }

  /** Line ends are bytes of their own in all encodings, other than delimiters. */
  private keepLines(chunk: Buffer, hasHighs: boolean): void {
    const end = Math.max(chunk.lastIndexOf(0x0a), chunk.lastIndexOf(0x0d)) + 1;
    if (end > 0 && (hasHighs || this.line.some((byte) => byte >= 0x80))) {
      const whole = Buffer.concat([this.line, chunk.subarray(0, end)]).toString('latin1');
      for (const line of whole.split(/[\r\n]+/)) {
        if (this.sampled >= sampleSize || !high.test(line)) continue;
        const telling = tellingPart(line).slice(0, maxLineLength);
        this.lines.push(Buffer.from(`${telling}\n`, 'latin1'));
        this.sampled += telling.length;
      }
    }
    const begin = end > 0 ? Buffer.alloc(0) : this.line;
    this.line = Buffer.concat([begin, chunk.subarray(end)]).subarray(0, maxLineLength);
  }

  private addHigh(byte: number): void {
    this.highs++;
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

export class TallyOfUnits {
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

  counts(): Counts {
    return { characters: this.units, spaces: this.spaces, controls: this.controls };
  }

  unicode(): Encoding {
    return this.encoding;
  }

  isFaulty(): boolean {
    return this.half !== null || this.isAfterHigh || this.loneSurrogates > 0;
  }

  sample(): Buffer {
    return Buffer.alloc(0);
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
