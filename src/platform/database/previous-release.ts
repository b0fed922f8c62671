import type { Clock } from '../../kernel/clock';
import { PreviousRelease } from '../../kernel/previous-release';
import type { Transactions } from './transactions';

/** Reads what the migrations say of the previous release (docs/migrations.md). */
export async function readPreviousRelease(transactions: Transactions, clock: Clock): Promise<PreviousRelease> {
  const [latest] = await transactions.rows<{ previous_release_until: Date }>(
    'previous-release-until',
    'select previous_release_until from rolling_upgrades order by previous_release_until desc limit 1',
    [],
  );
  return new PreviousRelease(latest?.previous_release_until ?? new Date(0), clock);
}
