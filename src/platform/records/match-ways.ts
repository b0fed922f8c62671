import type { AccountId } from '../../kernel/account-id';
import type { MatchForm } from '../database/match-forms';
import type { Transactions } from '../database/transactions';

/** How the records of a kind are found by the value of a field. */
export interface MatchWay {
  readonly form: MatchForm;
  /** SQL: the record has the form `wanted.form`. An index must serve it. */
  readonly condition: string;
}

/** By the field, which is what `match_by` calls the way. */
export type MatchWays = Readonly<Record<string, MatchWay>>;

/** For kinds with external ids. */
export const byExternalId: MatchWays = { external_id: { form: 'id', condition: 'external_id = wanted.form' } };

/** Of records with the same value, so many are found: one more than are told. */
export const maxFound = 11;

/** @param forms that are wanted. @returns for each of them the oldest records with it. */
export async function findByForms(
  transactions: Transactions,
  { table, field, condition }: MatchWay & { readonly table: string; readonly field: string },
  accountId: AccountId,
  forms: readonly string[],
): Promise<readonly { readonly id: string; readonly form: string }[]> {
  if (forms.length === 0) return [];
  return transactions.rows(
    `${table}-match-${field}`,
    // Orders by a row value. Ordered by columns, PostgreSQL would walk an index in the order of the list.
    `select wanted.form, found.id from unnest($2::text[]) as wanted (form) cross join lateral (
       select id from ${table} where account_id = $1 and ${condition} order by (created_at, id) limit ${maxFound}
     ) as found`,
    [accountId, forms],
  );
}
