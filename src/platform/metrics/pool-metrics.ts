import { Injectable } from '@nestjs/common';
import { ConnectionSlots } from '../database/connection-slots';
import { Transactions } from '../database/transactions';
import { Metrics } from './metrics';

/** Gauges of the database connections. */
@Injectable()
export class PoolMetrics {
  constructor(metrics: Metrics, transactions: Transactions, connections: ConnectionSlots) {
    const pool = () => transactions.connections;
    metrics.gauge('database_connections', 'Connections to the database that are open.', async () => pool().total);
    metrics.gauge('database_connections_idle', 'Open connections that nobody uses.', async () => pool().idle);
    metrics.gauge(
      'database_connections_waiting',
      'Who waits for a connection to come free, or for the turn of the account.',
      async () => pool().waiting + connections.slots.waiting,
    );
  }
}
