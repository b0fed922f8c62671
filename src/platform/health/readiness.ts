import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Transactions } from '../database/transactions';
import { RedisProbe } from './redis-probe';

const probeTimeoutMs = 2_000;

interface ReadinessReport {
  readonly database: 'up' | 'down';
  /** Absent without `REDIS_URL`. */
  readonly redis?: 'up' | 'down';
  readonly stopping: boolean;
}

/** Whether this instance should get requests. */
@Injectable()
export class Readiness {
  private stopping = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly redis: RedisProbe,
  ) {}

  /** Reports "not ready" from now on: the first step of a shutdown. */
  stop(): void {
    this.stopping = true;
  }

  /**
   * The answer names the state of Redis, but does not depend on it. Without Redis requests succeed, limits are not
   * counted, and deliveries wait.
   */
  async check(): Promise<ReadinessReport> {
    const answer = this.transactions.rows('health-ping', 'select 1', []).then(
      () => 'up' as const,
      () => 'down' as const,
    );
    // A host that vanished does not even refuse the connection. Without a timeout the probe would wait for TCP, about
    // 15 minutes.
    const silence = delay(probeTimeoutMs, 'down' as const, { ref: false });
    const [database, redis] = await Promise.all([Promise.race([answer, silence]), this.redis.check()]);
    return { database, ...(redis ? { redis } : {}), stopping: this.stopping };
  }
}
