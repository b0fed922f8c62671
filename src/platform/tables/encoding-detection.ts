import { formatOf, textFormatOf } from './file-formats';
import { guessCodePage } from './code-pages';
import { byteOrderMarks, decoderOf, type Encoding } from './text-encoding';
import { TallyOfBytes, TallyOfUnits } from './text-tally';

/** The encoding of a file, or a sentence for the user who uploaded it. */
export type Detection = { readonly encoding: Encoding; readonly faulty: boolean } | { readonly refused: string };

/** Number of bytes at the beginning in which to look for signatures and for UTF-16 without a byte order mark. */
const headLength = 4_096;
const maxControlShare = 0.05;

/**
 * Reads the whole file, because one byte at its end may show that it is not UTF-8.
 *
 * @param chosen what the caller says; without it the encoding is found.
 */
export async function detectEncoding(bytes: AsyncIterable<Buffer>, chosen?: Encoding): Promise<Detection> {
  let head = Buffer.alloc(0);
  let tally: TallyOfBytes | TallyOfUnits | null = null;
  for await (const chunk of bytes) {
    if (tally) tally.add(chunk);
    else head = Buffer.concat([head, chunk]);
    if (tally || head.length < headLength) continue;
    if (formatOf(head) !== null) break;
    tally = tallyOf(head, chosen);
  }
  tally ??= tallyOf(head, chosen);
  const format = formatOf(head) ?? (tally instanceof TallyOfUnits ? textFormatOf(textOf(head, tally.unicode())) : null);
  if (format !== null) return { refused: `The file is ${format}.` };
  const { characters, spaces, controls } = tally.counts();
  if (characters === spaces) return { refused: 'The file is empty.' };
  if (controls > characters * maxControlShare)
    return { refused: 'The file is not a text: it has too many control characters.' };
  const encoding = chosen ?? tally.unicode() ?? (await guessCodePage(tally.sample()));
  const isUnicode = encoding === 'utf-8' || encoding.startsWith('utf-16');
  // Only UTF-8 and UTF-16 can say U+FFFD. In a code page it stands for broken bytes, which windows-1252 does not have.
  return { encoding, faulty: isUnicode ? tally.isFaulty() : encoding !== 'windows-1252' };
}

function textOf(head: Buffer, encoding: Encoding): string {
  return decoderOf(encoding).write(head);
}

function tallyOf(head: Buffer, chosen?: Encoding): TallyOfBytes | TallyOfUnits {
  const marked = byteOrderMarks.find(([, mark]) => mark.every((byte, index) => head[index] === byte));
  const encoding = chosen ?? marked?.[0] ?? utf16Of(head);
  const isMarked = marked !== undefined && marked[0] === encoding;
  const tally =
    encoding === 'utf-16le' || encoding === 'utf-16be' ? new TallyOfUnits(encoding) : new TallyOfBytes(isMarked);
  tally.add(head.subarray(isMarked ? marked[1].length : 0));
  return tally;
}

/** Recognises UTF-16 by the NUL in each delimiter, line end and Western letter. No other text has NUL. */
function utf16Of(head: Buffer): Encoding | null {
  const nuls: [even: number, odd: number] = [0, 0];
  head.forEach((byte, index) => (nuls[(index % 2) as 0 | 1] += byte === 0 ? 1 : 0));
  const [even, odd] = nuls.map((count) => count / (head.length / 2)) as [number, number];
  if (odd > minNulShare && even < odd / 10) return 'utf-16le';
  return even > minNulShare && odd < even / 10 ? 'utf-16be' : null;
}

const minNulShare = 0.1;
