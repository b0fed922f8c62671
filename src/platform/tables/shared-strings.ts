import { UnreadableFile } from './unreadable-file';
import { WorkbookText } from './workbook-text';
import { readXml } from './xml-reader';

/** For all texts of a workbook, with 4 bytes for each. */
const maxBytes = 67_108_864;
const firstBytes = 65_536;

/** The texts to which cells refer by number. They are kept as bytes, outside of the heap. */
export class SharedStrings {
  private bytes = Buffer.allocUnsafe(firstBytes);
  private ends = new Uint32Array(firstBytes / 4);
  private count = 0;

  add(text: string): void {
    const start = this.endOf(this.count - 1);
    const end = start + Buffer.byteLength(text);
    if (end + 4 * this.count > maxBytes)
      throw new UnreadableFile('The workbook has more than 64 MiB of texts (shared strings): divide it.');
    if (end > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(end, this.bytes.length * 2)));
      this.bytes.copy(larger, 0, 0, start);
      this.bytes = larger;
    }
    if (this.count === this.ends.length) {
      const larger = new Uint32Array(this.ends.length * 2);
      larger.set(this.ends);
      this.ends = larger;
    }
    this.bytes.write(text, start);
    this.ends[this.count++] = end;
  }

  /** @returns null if there is none with this number. */
  get(index: number): string | null {
    if (!(Number.isInteger(index) && index >= 0 && index < this.count)) return null;
    return this.bytes.toString('utf8', this.endOf(index - 1), this.endOf(index));
  }

  private endOf(index: number): number {
    return index < 0 ? 0 : this.ends[index]!;
  }
}

/** @throws UnreadableFile */
export async function readSharedStrings(bytes: AsyncIterable<Buffer>): Promise<SharedStrings> {
  const strings = new SharedStrings();
  const text = new WorkbookText();
  await readXml(bytes, {
    open: (name) => text.open(name),
    text: (found) => text.text(found),
    close: (name) => {
      text.close(name);
      if (name === 'si') strings.add(text.take());
    },
  });
  return strings;
}
