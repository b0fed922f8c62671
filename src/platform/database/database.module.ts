import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import { PreviousRelease } from '../../kernel/previous-release';
import { LOGGER } from '../logging/logger';
import { ConnectionSlots } from './connection-slots';
import { connectionOptions, TranslatingDataSource } from './data-source';
import { readPreviousRelease } from './previous-release';
import { pgWithSlots } from './fair-pool';
import { Transactions } from './transactions';

@Module({})
export class DatabaseModule {
  static with(databaseUrl: string): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [LOGGER, ConnectionSlots],
          useFactory: (logger: Logger, connections: ConnectionSlots) => ({
            ...connectionOptions(databaseUrl),
            driver: pgWithSlots(connections),
            autoLoadEntities: true,
            // One try: an error at once is better than a start that hangs for half a minute.
            retryAttempts: 0,
            // The pool replaces a connection that breaks while idle. Without a listener the event would end the
            // process.
            poolErrorHandler: (error: Error) =>
              logger.warn({ reason: error.message }, 'an idle database connection broke'),
          }),
          dataSourceFactory: async (options) => new TranslatingDataSource(options!),
        }),
      ],
      providers: [
        ConnectionSlots,
        Transactions,
        { provide: PreviousRelease, inject: [Transactions, Clock], useFactory: readPreviousRelease },
      ],
      exports: [ConnectionSlots, PreviousRelease, Transactions],
    };
  }
}
