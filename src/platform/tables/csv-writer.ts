/** Number of characters to write at once. */
const pieceLength = 262_144;

/** Writes rows as CSV in UTF-8, with commas, in pieces. */
export class CsvWriter {
  private lines: string[] = [];
  private length = 0;

  /** @param write takes a piece. The next rows wait for it. */
  constructor(private readonly write: (piece: Buffer) => Promise<void>) {}

  async add(cells: readonly string[]): Promise<void> {
    const line = `${cells.map(quoted).join(',')}\n`;
    this.lines.push(line);
    this.length += line.length;
    if (this.length >= pieceLength) await this.end();
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    if (this.lines.length === 0) return;
    const piece = Buffer.from(this.lines.join(''));
    this.lines = [];
    this.length = 0;
    await this.write(piece);
  }
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
