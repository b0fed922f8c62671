import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Transactions } from '../database/transactions';

const patience = 2_000;

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
    const answer = this.transactions.rows('health-ping', 'select 1', []).then(
      () => 'up' as const,
      () => 'down' as const,
    );
    // A host that vanished does not even refuse: without a limit the probe would wait for TCP, a quarter of an hour.
    const silence = delay(patience, 'down' as const, { ref: false });
    const database = await Promise.race([answer, silence]);
    return { database, stopping: this.stopping };
  }
}
