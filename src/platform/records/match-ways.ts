import type { AccountId } from '../../kernel/account-id';
import type { MatchForm } from '../database/match-forms';
import type { Transactions } from '../database/transactions';

/** How the records of a kind are found by the value of a field. */
export interface MatchWay {
  readonly form: MatchForm;
  /**
   * SQL: the record has the form `wanted.spelled`. It must be an equality that an index serves: right after many records were
   * written into an empty table, PostgreSQL takes the index with the most equalities.
   */
  readonly condition: string;
  /** SQL: all forms that count as `form`, if stored texts may have several. */
  readonly spellings?: string;
}

/** By the field, which is what `match_by` calls the way. */
export type MatchWays = Readonly<Record<string, MatchWay>>;

/** For kinds with external ids. */
export const byExternalId: MatchWays = { external_id: { form: 'id', condition: 'external_id = wanted.spelled' } };

/** Of records with the same value, so many are found: one more than are told. */
export const maxFound = 11;

/** @param forms that are wanted. @returns for each of them the oldest records with it. */
export async function findByForms(
  transactions: Transactions,
  { table, field, condition, spellings = 'array[form]' }: MatchWay & { readonly table: string; readonly field: string },
  accountId: AccountId,
  forms: readonly string[],
): Promise<readonly { readonly id: string; readonly form: string }[]> {
  if (forms.length === 0) return [];
  return transactions.rows(
    `${table}-match-${field}`,
    // Orders by a row value. Ordered by columns, PostgreSQL would walk an index in the order of the list.
    `select wanted.form, found.id
     from (
       select distinct form, spelled from unnest($2::text[]) as each (form) cross join unnest(${spellings}) as spelled
     ) as wanted cross join lateral (
       select id from ${table} where account_id = $1 and ${condition} order by (created_at, id) limit ${maxFound}
     ) as found`,
    [accountId, forms],
  );
}
