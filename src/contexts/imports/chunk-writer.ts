import { chunkBytes } from './import-files.repository';

/**
 * Cuts bytes into chunks of the same size. Pieces are copied together: each may be a byte, and a buffer of its own takes
 * hundreds of bytes of memory.
 */
export class ChunkWriter {
  /** Number of chunks written. */
  count = 0;
  /** Number of bytes added. */
  total = 0;

  private readonly chunk = Buffer.allocUnsafe(chunkBytes);
  private filled = 0;

  constructor(private readonly write: (number: number, chunk: Buffer) => Promise<void>) {}

  async add(piece: Buffer): Promise<void> {
    this.total += piece.length;
    for (let taken = 0; taken < piece.length;) {
      const copied = piece.copy(this.chunk, this.filled, taken);
      taken += copied;
      this.filled += copied;
      if (this.filled === chunkBytes) await this.end();
    }
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    if (this.filled === 0) return;
    await this.write(this.count, this.chunk.subarray(0, this.filled));
    this.count++;
    this.filled = 0;
  }
}
