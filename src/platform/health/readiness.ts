import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Transactions } from '../database/transactions';
import { RedisProbe } from './redis-probe';

const probeTimeoutMs = 2_000;

interface ReadinessReport {
  readonly database: 'up' | 'down';
  /** Absent when none is used. */
  readonly redis?: 'up' | 'down';
  readonly stopping: boolean;
}

/** Whether this instance should be sent requests. */
@Injectable()
export class Readiness {
  private stopping = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly redis: RedisProbe,
  ) {}

  /** From now on not ready: the first step of stopping. */
  stop(): void {
    this.stopping = true;
  }

  /** Redis is told of, but not needed: without it requests succeed, limits are not counted, and deliveries wait. */
  async check(): Promise<ReadinessReport> {
    const answer = this.transactions.rows('health-ping', 'select 1', []).then(
      () => 'up' as const,
      () => 'down' as const,
    );
    // A host that vanished does not even refuse: without a limit the probe would wait for TCP, a quarter of an hour.
    const silence = delay(probeTimeoutMs, 'down' as const, { ref: false });
    const [database, redis] = await Promise.all([Promise.race([answer, silence]), this.redis.check()]);
    return { database, ...(redis ? { redis } : {}), stopping: this.stopping };
  }
}
