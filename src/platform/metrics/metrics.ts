import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { LOGGER } from '../logging/logger';

const prefix = 'tideline_';
/** Bounds of the histogram in seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Milliseconds that a scrape waits for a reading. Scrapers usually give up after ten seconds. */
const readTimeoutMs = 2_000;
const warningIntervalMs = 60_000;

export interface ServedRequest {
  readonly method: string;
  /** The pattern, never the path, so that there are few values. */
  readonly route: string;
  readonly status: string;
  readonly seconds: number;
}

/** Counts results. */
export interface OutcomeCounter<Outcome extends string> {
  inc(outcome: Outcome, by?: number): void;
}

/** A gauge that is read at each scrape. */
interface RegisteredGauge {
  readonly name: string;
  readonly help: string;
  /** Values by queue, or a single value. */
  readonly read: () => Promise<number | Readonly<Record<string, number>>>;
  underWay: ReturnType<RegisteredGauge['read']> | undefined;
  warnedAt: number | undefined;
}

/** The metrics of the program. It has a registry of its own, so that two programs in one process stay apart. */
@Injectable()
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly registry = new Registry();
  private readonly gauges: RegisteredGauge[] = [];
  private readonly requests = new Counter({
    name: `${prefix}http_requests_total`,
    help: 'Requests by route and status; hung_up when the client did not wait for the answer.',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [this.registry],
  });
  private readonly durations = new Histogram({
    name: `${prefix}http_request_duration_seconds`,
    help: 'From the head of a request to the end of its answer.',
    labelNames: ['method', 'route'] as const,
    buckets,
    registers: [this.registry],
  });

  /** Counters by their labels. prom-client would look each one up by all labels. */
  private readonly counted = new Map<
    string,
    { readonly count: () => void; readonly observe: (seconds: number) => void }
  >();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {
    collectDefaultMetrics({ register: this.registry, prefix });
  }

  request({ method, route, status, seconds }: ServedRequest): void {
    const key = `${method} ${status} ${route}`;
    let counted = this.counted.get(key);
    if (!counted) {
      const [requests, durations] = [this.requests.labels(method, route, status), this.durations.labels(method, route)];
      counted = { count: () => requests.inc(), observe: (taken) => durations.observe(taken) };
      this.counted.set(key, counted);
    }
    counted.count();
    counted.observe(seconds);
  }

  /**
   * Must be called in a constructor.
   *
   * @param name ends with `_total`, without the prefix.
   * @param outcomes all possible ones. Each begins at 0, because Prometheus sees no increase from nothing to 1.
   */
  counter<Outcome extends string>(name: string, help: string, outcomes: readonly Outcome[]): OutcomeCounter<Outcome> {
    const labelNames = ['outcome'] as const;
    const counter = new Counter({ name: prefix + name, help, labelNames, registers: [this.registry] });
    for (const outcome of outcomes) counter.inc({ outcome }, 0);
    return { inc: (outcome, by = 1) => counter.inc({ outcome }, by) };
  }

  /**
   * Must be called in a constructor.
   *
   * @param read must be cheap, because everybody who reaches the page can trigger it. A reading that fails or times out
   * is left out.
   */
  gauge(name: string, help: string, read: RegisteredGauge['read']): void {
    this.gauges.push({ name: prefix + name, help, read, underWay: undefined, warnedAt: undefined });
  }

  async text(): Promise<string> {
    const [own, read] = await Promise.all([this.registry.metrics(), this.readAll()]);
    return `${own}\n${read}`;
  }

  /** Reads into a registry of this scrape, so that a failed reading is absent and not an old value. */
  private async readAll(): Promise<string> {
    const registry = new Registry();
    const all = this.gauges.map(async (gauge) => ({ gauge, value: await this.read(gauge) }));
    for (const { gauge, value } of await Promise.all(all)) {
      if (value === undefined) continue;
      const { name, help } = gauge;
      if (typeof value === 'number') new Gauge({ name, help, registers: [registry] }).set(value);
      else {
        const perQueue = new Gauge({ name, help, labelNames: ['queue'] as const, registers: [registry] });
        for (const [queue, each] of Object.entries(value)) perQueue.set({ queue }, each);
      }
    }
    return registry.metrics();
  }

  /** @returns undefined if the reading failed. Scrapes at the same time share one reading. */
  private async read(gauge: RegisteredGauge): Promise<Awaited<ReturnType<RegisteredGauge['read']>> | undefined> {
    try {
      gauge.underWay ??= gauge.read().finally(() => (gauge.underWay = undefined));
      const late = delay(readTimeoutMs, undefined, { ref: false }).then(() => {
        throw new Error('It took too long.');
      });
      return await Promise.race([gauge.underWay, late]);
    } catch (error) {
      const now = performance.now();
      if (gauge.warnedAt === undefined || now - gauge.warnedAt >= warningIntervalMs) {
        gauge.warnedAt = now;
        this.logger.warn({ error, metric: gauge.name }, 'a metric could not be read and is left out');
      }
      return undefined;
    }
  }
}
