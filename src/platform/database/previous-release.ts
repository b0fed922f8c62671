import type { Clock } from '../../kernel/clock';
import { PreviousRelease } from '../../kernel/previous-release';
import type { Transactions } from './transactions';

/** Reads what the migrations say of the release before this one (docs/migrations.md). */
export async function readPreviousRelease(transactions: Transactions, clock: Clock): Promise<PreviousRelease> {
  const [row] = await transactions.rows<{ runs_until: Date }>(
    // Asked once, so it needs no name.
    undefined,
    'select runs_until from rolling_upgrades where previous_release = $1',
    ['0.1.0'],
  );
  return new PreviousRelease(row?.runs_until ?? new Date(0), clock);
}
