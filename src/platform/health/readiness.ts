import { Injectable } from '@nestjs/common';
import { Transactions } from '../database/transactions';

/** Whether this instance should be sent requests. */
@Injectable()
export class Readiness {
  private stopping = false;

  constructor(private readonly transactions: Transactions) {}

  /** From now on not ready: the first step of stopping. */
  stop(): void {
    this.stopping = true;
  }

  async check(): Promise<{ readonly database: 'up' | 'down'; readonly stopping: boolean }> {
    const database = await this.transactions.rows('health-ping', 'select 1', []).then(
      () => 'up' as const,
      () => 'down' as const,
    );
    return { database, stopping: this.stopping };
  }
}
