import { CsvWriter } from './csv-writer';
import { decode, type Encoding } from './text-encoding';
import { UnreadableFile } from './unreadable-file';
import { readVcard, vcardCell, vcardColumns, type VcardField, vcardHeader, type VcardValues } from './vcard';
import { VcardUnfolder } from './vcard-lines';

/** Maximum number of content lines that are kept of a card, and of characters in them: the table has no longer rows. */
const maxLines = 1_000;
const maxLength = 1_048_576;

/** Writes a header and a row for each card. Reads the file twice: the first time to see which columns there are. */
export async function convertVcards(
  chunks: () => AsyncIterable<Buffer>,
  encoding: Encoding,
  write: (piece: Buffer) => Promise<void>,
): Promise<void> {
  const counts = new Map<VcardField, number>();
  let cards = 0;
  for await (const values of vcardsIn(chunks(), encoding)) {
    cards++;
    for (const [field, { length }] of Object.entries(values) as [VcardField, readonly string[]][])
      counts.set(field, Math.max(counts.get(field) ?? 0, length));
  }
  if (cards === 0) throw new UnreadableFile('The file has no complete vCard.');
  const columns = vcardColumns(counts);
  const rows = new CsvWriter(write);
  await rows.add(columns.map(vcardHeader));
  for await (const values of vcardsIn(chunks(), encoding))
    await rows.add(columns.map((column) => vcardCell(values, column)));
  await rows.end();
}

async function* vcardsIn(bytes: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<VcardValues> {
  let lines: string[] = [];
  let [number, length] = [1, 0];
  // Version 2.1 may have a card of an agent within a card.
  let depth = 0;
  for await (const line of contentLinesOf(bytes, encoding)) {
    if (/^BEGIN:VCARD\s*$/i.test(line)) depth++;
    else if (/^END:VCARD\s*$/i.test(line)) {
      if (depth === 1) {
        yield readVcard(lines, encoding);
        [lines, length] = [[], 0];
        number++;
      }
      depth = Math.max(0, depth - 1);
    } else if (depth === 1 && lines.length < maxLines) {
      lines.push(line);
      length += line.length;
      if (length > maxLength)
        throw new UnreadableFile(`Row ${number} is longer than 1 MiB: its vCard has too much text.`);
    }
  }
  if (depth > 0) throw new UnreadableFile('The last vCard of the file has no end: the file is not complete.');
}

async function* contentLinesOf(bytes: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  const unfolder = new VcardUnfolder();
  for await (const physical of physicalLinesOf(bytes, encoding)) {
    const line = unfolder.add(physical);
    if (line !== null) yield line;
  }
  const last = unfolder.end();
  if (last !== null) yield last;
}

/** Longer lines of the file are cut: they are pictures. */
const maxPhysicalLength = 1_048_576;

async function* physicalLinesOf(bytes: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  const keep = (part: string) => {
    if (length < maxPhysicalLength) parts.push(part);
    length += part.length;
  };
  const take = () => {
    const line = parts.join('');
    [parts, length] = [[], 0];
    return line;
  };
  let isAfterReturn = false;
  for await (const piece of decode(bytes, encoding)) {
    const text = decoder.decode(piece, { stream: true });
    if (text === '') continue;
    // The LF of a CR LF that two pieces share.
    const begin = isAfterReturn && text.startsWith('\n') ? 1 : 0;
    isAfterReturn = text.endsWith('\r');
    const lines = text.slice(begin).split(/\r\n|\n|\r/);
    for (const line of lines.slice(0, -1)) {
      keep(line);
      yield take();
    }
    keep(lines.at(-1)!);
  }
  keep(decoder.decode());
  if (length > 0) yield take();
}
