import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../kernel/account-id';
import { Transactions } from '../../../platform/database/transactions';
import type { RecordKeys, WantedKeys } from '../../../platform/records/matcher';

interface Owned {
  readonly account_id: AccountId;
  readonly id: string;
}

/**
 * The keys of records that a dry run would have made or changed, and those of rows that named records which did not
 * exist. Has the statements on `import_rehearsals`, whose `domain_key` is the primary key and `name_key` the secondary one.
 */
@Injectable()
export class DryRunKeysRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Finds records with these keys or ids, in the order of creation. */
  async find(
    { account_id, id }: Owned,
    { primary, secondary }: WantedKeys,
    ids: readonly string[],
  ): Promise<RecordKeys[]> {
    const where = 'from import_rehearsals where account_id = $1 and import_id = $2';
    return this.transactions.rows<RecordKeys>(
      'import-rehearsals-find',
      `select id, domain_key as primary, name_key as secondary, title ${where} and name_key <> '' and name_key = any($3::text[])
       union select id, domain_key, name_key, title ${where} and domain_key <> '' and domain_key = any($4::text[])
       union select id, domain_key, name_key, title ${where} and id = any($5::uuid[])
       order by id`,
      [account_id, id, secondary, primary, ids],
    );
  }

  async keep({ account_id, id }: Owned, records: readonly RecordKeys[]): Promise<void> {
    if (records.length === 0) return;
    await this.transactions.rows(
      'import-rehearsals-keep',
      `insert into import_rehearsals (id, account_id, import_id, name_key, domain_key, title)
       select id, $1, $2, name_key, domain_key, title
       from unnest($3::uuid[], $4::text[], $5::text[], $6::text[]) as made (id, name_key, domain_key, title)
       on conflict on constraint import_rehearsals_pkey
       do update set name_key = excluded.name_key, domain_key = excluded.domain_key, title = excluded.title
       where import_rehearsals.account_id = $1`,
      [
        account_id,
        id,
        records.map((each) => each.id),
        records.map(({ secondary }) => secondary),
        records.map(({ primary }) => primary),
        records.map(({ title }) => title),
      ],
    );
  }

  async remove({ account_id, id }: Owned): Promise<void> {
    await this.transactions.rows(
      'import-rehearsals-forget',
      'delete from import_rehearsals where account_id = $1 and import_id = $2',
      [account_id, id],
    );
  }
}
