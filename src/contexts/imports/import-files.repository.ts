import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions';
import { distinctImports } from './loose-index-scan';
import type { Import } from './import.entity';

/** Size of a chunk in bytes: 1 MiB. */
export const chunkBytes = 1_048_576;

type Owned = Pick<Import, 'account_id' | 'id'>;

/** The only statements on `import_chunks`. */
@Injectable()
export class ImportFilesRepository {
  constructor(private readonly transactions: Transactions) {}

  async insert({ account_id, id }: Owned, uploadId: string, number: number, data: Buffer, now: Date): Promise<void> {
    await this.transactions.rows(
      'import-chunks-insert',
      `insert into import_chunks (account_id, import_id, upload_id, number, data, created_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [account_id, id, uploadId, number, data, now],
    );
  }

  async count({ account_id, id }: Owned, uploadId: string): Promise<number> {
    const [counted] = await this.transactions.rows<{ count: number }>(
      'import-chunks-count',
      'select count(*) from import_chunks where account_id = $1 and import_id = $2 and upload_id = $3',
      [account_id, id, uploadId],
    );
    return counted!.count;
  }

  /** Reads the file chunk by chunk. Only one chunk is in memory at a time. */
  async *read({ account_id, id }: Owned, uploadId: string): AsyncGenerator<Buffer> {
    for (let number = 0; ; number++) {
      const [chunk] = await this.transactions.rows<{ data: Buffer }>(
        'import-chunks-read',
        'select data from import_chunks where account_id = $1 and import_id = $2 and upload_id = $3 and number = $4',
        [account_id, id, uploadId, number],
      );
      if (!chunk) return;
      yield chunk.data;
    }
  }

  /** @param kept the upload to keep; null: none. */
  async removeOthers({ account_id, id }: Owned, kept: string | null): Promise<void> {
    await this.transactions.rows(
      'import-chunks-remove-others',
      'delete from import_chunks where account_id = $1 and import_id = $2 and upload_id is distinct from $3::uuid',
      [account_id, id, kept],
    );
  }

  async removeUpload({ account_id, id }: Owned, uploadId: string): Promise<void> {
    await this.transactions.rows(
      'import-chunks-remove-upload',
      'delete from import_chunks where account_id = $1 and import_id = $2 and upload_id = $3',
      [account_id, id, uploadId],
    );
  }

  /**
   * Removes chunks of uploads that broke off before this time, and of imports that have ended. @returns the number of
   * rows removed.
   */
  async removeLeftOver(before: Date, limit: number): Promise<number> {
    const removed = await this.transactions.rows(
      'import-chunks-remove-left-over',
      `${distinctImports('import_chunks', ['import_id', 'upload_id'])}
       delete from import_chunks where ctid = any (array(
         select chunk.ctid from held
         join imports on imports.account_id = held.account_id and imports.id = held.import_id
         join import_chunks as chunk on chunk.import_id = held.import_id and chunk.upload_id = held.upload_id
         where imports.upload_id is distinct from held.upload_id
           and not exists (
             select from import_chunks as newer
             where newer.import_id = held.import_id and newer.upload_id = held.upload_id and newer.created_at >= $1
           )
         limit $2
       ))
       returning 1 as removed`,
      [before, limit],
    );
    return removed.length;
  }
}
