import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../kernel/account-id';
import { Transactions } from '../../../platform/database/transactions';
import type { RecordKeys } from '../../../platform/records/importable';

interface Owned {
  readonly account_id: AccountId;
  readonly id: string;
}

/** The keys of records that a dry run would have made or changed. Has the statements on `import_rehearsals`. */
@Injectable()
export class DryRunKeysRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Finds records with these keys or ids, in the order of creation. */
  async find(
    { account_id, id }: Owned,
    names: readonly string[],
    domains: readonly string[],
    ids: readonly string[],
  ): Promise<RecordKeys[]> {
    const where = 'from import_rehearsals where account_id = $1 and import_id = $2';
    return this.transactions.rows<RecordKeys>(
      'import-rehearsals-find',
      `select id, name_key as name, domain_key as domain ${where} and name_key <> '' and name_key = any($3::text[])
       union select id, name_key, domain_key ${where} and domain_key <> '' and domain_key = any($4::text[])
       union select id, name_key, domain_key ${where} and id = any($5::uuid[])
       order by id`,
      [account_id, id, names, domains, ids],
    );
  }

  async keep({ account_id, id }: Owned, records: readonly RecordKeys[]): Promise<void> {
    await this.transactions.rows(
      'import-rehearsals-keep',
      `insert into import_rehearsals (id, account_id, import_id, name_key, domain_key)
       select id, $1, $2, name_key, domain_key from unnest($3::uuid[], $4::text[], $5::text[]) as made (id, name_key, domain_key)
       on conflict on constraint import_rehearsals_pkey
       do update set name_key = excluded.name_key, domain_key = excluded.domain_key
       where import_rehearsals.account_id = $1`,
      [
        account_id,
        id,
        records.map((each) => each.id),
        records.map(({ name }) => name),
        records.map(({ domain }) => domain),
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
