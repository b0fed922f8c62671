import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Transactions } from '../../platform/database/transactions';
import { distinctImports } from './loose-index-scan';
import type { Import } from './import.entity';

/** Size of a chunk in bytes: 1 MiB. */
export const chunkBytes = 1_048_576;

type Owned = Pick<Import, 'account_id' | 'id'>;

/**
 * Bytes of the files of account $1 that were not looked through yet, those that are being sent included. Lengths are
 * read without the data, which is stored apart; an account has at most 100 such imports.
 */
const waitingBytes = `(
  select coalesce(sum(chunks.bytes), 0)::bigint from imports cross join lateral (
    select sum(octet_length(data)) as bytes from import_chunks where account_id = $1 and import_id = imports.id
  ) as chunks
  where imports.account_id = $1 and imports.expires_at is not null and imports.status = 'pending_upload'
)`;

/** The only statements on `import_chunks`. */
@Injectable()
export class ImportFilesRepository {
  constructor(private readonly transactions: Transactions) {}

  async waitingBytes(accountId: AccountId): Promise<number> {
    const [summed] = await this.transactions.rows<{ bytes: number }>(
      'import-chunks-waiting',
      `select ${waitingBytes} as bytes`,
      [accountId],
    );
    return summed!.bytes;
  }

  async bytes({ account_id, id }: Owned, uploadId: string): Promise<number> {
    const [summed] = await this.transactions.rows<{ bytes: number }>(
      'import-chunks-bytes',
      `select coalesce(sum(octet_length(data)), 0)::bigint as bytes from import_chunks
       where account_id = $1 and import_id = $2 and upload_id = $3`,
      [account_id, id, uploadId],
    );
    return summed!.bytes;
  }

  /**
   * @param maxWaiting bytes of all waiting files of the account. Chunks at the same moment may exceed it by one each.
   * @returns false if it would be exceeded.
   */
  async insert(
    { account_id, id }: Owned,
    uploadId: string,
    number: number,
    data: Buffer,
    now: Date,
    maxWaiting: number,
  ): Promise<boolean> {
    const inserted = await this.transactions.rows(
      'import-chunks-insert',
      `insert into import_chunks (account_id, import_id, upload_id, number, data, created_at)
       select $1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bytea, $6::timestamptz
       where ${waitingBytes} + octet_length($5::bytea) <= $7::bigint
       returning 1 as inserted`,
      [account_id, id, uploadId, number, data, now, maxWaiting],
    );
    return inserted.length > 0;
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
  async *read(job: Owned, uploadId: string): AsyncGenerator<Buffer> {
    for (let number = 0; ; number++) {
      const chunk = await this.find(job, uploadId, number);
      if (!chunk) return;
      yield chunk;
    }
  }

  async find({ account_id, id }: Owned, uploadId: string, number: number): Promise<Buffer | null> {
    const [chunk] = await this.transactions.rows<{ data: Buffer }>(
      'import-chunks-read',
      'select data from import_chunks where account_id = $1 and import_id = $2 and upload_id = $3 and number = $4',
      [account_id, id, uploadId, number],
    );
    return chunk?.data ?? null;
  }

  /** @param kept the uploads to keep. */
  async removeOthers({ account_id, id }: Owned, kept: readonly string[]): Promise<void> {
    await this.transactions.rows(
      'import-chunks-remove-others',
      'delete from import_chunks where account_id = $1 and import_id = $2 and upload_id <> all ($3::uuid[])',
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
         where imports.upload_id is distinct from held.upload_id and imports.original_id is distinct from held.upload_id
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
