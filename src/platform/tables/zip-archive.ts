import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import type { StoredFile } from './conversion';
import { UnreadableFile } from './unreadable-file';

/** What an archive says of its sizes is not believed: bytes are counted as they are unpacked. */
const maxEntries = 1_000;
const maxUnpacked = 536_870_912;
const maxRatio = 200;
/** Number of bytes to unpack of an entry before its ratio is judged: a few blank cells may be packed well. */
const judgedFrom = 1_048_576;

export function brokenWorkbook(): UnreadableFile {
  return new UnreadableFile(
    'The file is a workbook, or another ZIP archive, that is broken or not complete: open it with a spreadsheet program, save it ' +
      'again, and send that.',
  );
}

/** Reads parts of a file. The last chunk is kept, because an archive is read in many small parts. */
class Ranges extends RandomAccessReader {
  /** Gets what the library throws when it is given bytes. */
  onThrown: (error: unknown) => void = () => undefined;
  private last: { readonly number: number; readonly chunk: Buffer } | null = null;

  constructor(readonly file: StoredFile) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const copy = async () => {
      let copied = offset;
      for await (const slice of this.slices(position, position + length)) copied += slice.copy(buffer, copied);
    };
    copy()
      .then(() => callback(null), callback)
      .catch((error: unknown) => this.onThrown(error));
  }

  async *slices(start: number, end: number): AsyncGenerator<Buffer> {
    const { size, chunkSize } = this.file;
    if (!(start >= 0 && end <= size)) throw brokenWorkbook();
    for (let position = start; position < end;) {
      const number = Math.floor(position / chunkSize);
      const first = number * chunkSize;
      const chunk = await this.chunk(number);
      yield chunk.subarray(position - first, end - first);
      position = first + chunkSize;
    }
  }

  private async chunk(number: number): Promise<Buffer> {
    if (this.last?.number !== number) this.last = { number, chunk: await this.file.chunk(number) };
    return this.last.chunk;
  }
}

/** A ZIP archive within the limits of what may be unpacked. */
export class ZipArchive {
  private readonly counted = new Set<Entry>();
  private unpacked = 0;

  private constructor(
    private readonly ranges: Ranges,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws UnreadableFile */
  static async open(file: StoredFile): Promise<ZipArchive> {
    const ranges = new Ranges(file);
    const options = { autoClose: false, validateEntrySizes: false };
    const zip = await guarded(ranges, () => fromRandomAccessReaderPromise(ranges, file.size, options));
    if (zip.entryCount > maxEntries)
      throw new UnreadableFile(`The workbook has more than ${maxEntries.toLocaleString('en')} entries.`);
    const entries = new Map<string, Entry>();
    await guarded(ranges, async () => {
      for await (const entry of zip.eachEntry()) {
        const name = keyOf(entry.fileName);
        if (!entries.has(name)) entries.set(name, entry);
      }
    });
    return new ZipArchive(ranges, zip, entries);
  }

  /** In lower case. */
  get names(): readonly string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(keyOf(name));
  }

  /** Unpacks an entry. Its bytes count once, however often it is read. @throws UnreadableFile */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(keyOf(name));
    if (!entry) throw brokenWorkbook();
    if (entry.isEncrypted()) throw new UnreadableFile('The workbook has a password: save it without one.');
    if (!entry.canDecodeFileData())
      throw new UnreadableFile('The workbook is packed in an unusual way: save it again with a spreadsheet program.');
    const header = await guarded(this.ranges, () => this.zip.readLocalFileHeaderPromise(entry, { minimal: true }));
    const isNew = !this.counted.has(entry);
    this.counted.add(entry);
    let [size, sum] = [0, 0];
    for await (const { piece, packed } of this.pieces(entry, header.fileDataStart)) {
      size += piece.length;
      sum = crc32(piece, sum);
      if (isNew) this.unpacked += piece.length;
      if (this.unpacked > maxUnpacked)
        throw new UnreadableFile('The workbook has more than 512 MiB unpacked: divide it.');
      if (size > judgedFrom && size > maxRatio * packed)
        throw new UnreadableFile(`The workbook is packed by more than ${maxRatio} to 1: save it as CSV.`);
      yield piece;
    }
    if (sum !== entry.crc32) throw brokenWorkbook();
  }

  /** @returns what was unpacked, and of how many bytes so far. */
  private async *pieces(
    { compressionMethod, compressedSize }: Entry,
    start: number,
  ): AsyncGenerator<{ readonly piece: Buffer; readonly packed: number }> {
    const slices = this.ranges.slices(start, start + compressedSize);
    if (compressionMethod === 0) {
      let packed = 0;
      for await (const piece of slices) yield { piece, packed: (packed += piece.length) };
      return;
    }
    const inflate = createInflateRaw({ chunkSize: 65_536 });
    pipeline(Readable.from(slices), inflate, () => undefined);
    try {
      for await (const piece of inflate) yield { piece: piece as Buffer, packed: inflate.bytesWritten };
    } catch {
      throw brokenWorkbook();
    }
  }
}

/** Programs do not agree on the case of names. */
function keyOf(name: string): string {
  return name.toLowerCase();
}

/** Whatever is wrong with an archive, the library reports or throws it. */
async function guarded<T>(ranges: Ranges, work: () => Promise<T>): Promise<T> {
  try {
    return await new Promise<T>((resolve, reject) => {
      ranges.onThrown = reject;
      work().then(resolve, reject);
    });
  } catch {
    throw brokenWorkbook();
  }
}
