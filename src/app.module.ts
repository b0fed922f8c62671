import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Logger } from 'pino';
import { AuthModule } from './contexts/auth/auth.module';
import { CallerGuard } from './contexts/auth/caller.guard';
import { RolesGuard } from './contexts/auth/roles.guard';
import { CompaniesModule } from './contexts/companies/companies.module';
import { ContactsModule } from './contexts/contacts/contacts.module';
import { SourcesModule } from './contexts/sources/sources.module';
import type { Clock } from './kernel/clock';
import { ClockModule } from './platform/clock.module';
import type { Config } from './platform/config/config';
import { ConfigModule } from './platform/config/config.module';
import { DatabaseModule } from './platform/database/database.module';
import { EventsModule } from './platform/events/events.module';
import { ErrorsModule } from './platform/http/errors.controller';
import { HealthModule } from './platform/health/health.module';
import { LoggingModule } from './platform/logging/logging.module';
import { TokenGuard } from './platform/tokens/token.guard';
import { TokensModule } from './platform/tokens/tokens.module';

export interface Surroundings {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** Tests bring one that they can move. */
  readonly clock?: Clock;
}

@Module({})
export class AppModule {
  static with({ config, databaseUrl, logger, clock }: Surroundings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        LoggingModule.with(logger),
        ClockModule.with(clock),
        DatabaseModule.with(databaseUrl),
        ErrorsModule,
        EventsModule,
        HealthModule,
        TokensModule,
        AuthModule,
        SourcesModule,
        CompaniesModule,
        ContactsModule,
      ],
      // The whole chain, in order, in one place: declared in several modules, the order would follow the import graph.
      providers: [
        { provide: APP_GUARD, useClass: TokenGuard },
        { provide: APP_GUARD, useClass: CallerGuard },
        { provide: APP_GUARD, useClass: RolesGuard },
      ],
    };
  }
}
