import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Logger } from 'pino';
import { AccountModule } from './contexts/account/account.module';
import { ActivitiesModule } from './contexts/activities/activities.module';
import { ActiveUserGuard } from './contexts/auth/active-user.guard';
import { AuthModule } from './contexts/auth/auth.module';
import { CallerGuard } from './contexts/auth/caller.guard';
import { RolesGuard } from './contexts/auth/roles.guard';
import { VerifiedEmailGuard } from './contexts/auth/verified-email.guard';
import { CompaniesModule } from './contexts/companies/companies.module';
import { ContactsModule } from './contexts/contacts/contacts.module';
import { CustomFieldsModule } from './contexts/custom-fields/custom-fields.module';
import { EventsModule } from './contexts/events/events.module';
import { ImportsModule } from './contexts/imports/imports.module';
import { OAuthModule } from './contexts/oauth/oauth.module';
import { OAuthClientGuard } from './contexts/oauth-apps/oauth-client.guard';
import { OAuthAppsModule } from './contexts/oauth-apps/oauth-apps.module';
import { AdmissionModule } from './platform/admission/admission.module';
import { ConnectionGuard } from './platform/admission/connection.guard';
import { DryRunModule } from './platform/dry-run/dry-run.module';
import { InputGuard } from './platform/fields/input.guard';
import { IdempotencyKeyGuard, StoredAnswerGuard } from './platform/idempotency/idempotency.guards';
import { IdempotencyModule } from './platform/idempotency/idempotency.module';
import { OperationGuard } from './platform/operations/operation.guard';
import { ProjectsModule } from './contexts/projects/projects.module';
import { SourcesModule } from './contexts/sources/sources.module';
import { UsersModule } from './contexts/users/users.module';
import { WebhooksModule } from './contexts/webhooks/webhooks.module';
import type { Clock } from './kernel/clock';
import { ClockModule } from './platform/clock.module';
import type { Config } from './platform/config/config';
import { ConfigModule } from './platform/config/config.module';
import { CursorsModule } from './platform/cursors.module';
import { DatabaseModule } from './platform/database/database.module';
import { OutboxModule } from './platform/outbox/outbox.module';
import { ErrorsModule } from './platform/openapi/errors.controller';
import { HealthModule } from './platform/health/health.module';
import { LoggingModule } from './platform/logging/logging.module';
import { MetricsModule } from './platform/metrics/metrics.module';
import { QueueModule } from './platform/queue/queue.module';
import { RecordsModule } from './platform/records/records.module';
import { RateLimitsModule } from './platform/rate-limits/rate-limits.module';
import { TokenGuard } from './contexts/auth/token.guard';
import { TokensModule } from './platform/tokens/tokens.module';

export interface AppOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** A clock that tests can move. */
  readonly clock?: Clock;
}

/**
 * The guards of every request, in order. They stand in one place, because in several modules the import graph would
 * decide the order.
 */
export const guardChain = [
  TokenGuard,
  ActiveUserGuard,
  OAuthClientGuard,
  CallerGuard,
  VerifiedEmailGuard,
  RolesGuard,
  IdempotencyKeyGuard,
  OperationGuard,
  StoredAnswerGuard,
  InputGuard,
  ConnectionGuard,
];

@Module({})
export class AppModule {
  static with({ config, databaseUrl, logger, clock }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        LoggingModule.with(logger),
        ClockModule.with(clock),
        CursorsModule,
        DatabaseModule.with(databaseUrl),
        AdmissionModule,
        DryRunModule,
        ErrorsModule,
        OutboxModule,
        HealthModule,
        IdempotencyModule,
        MetricsModule,
        QueueModule.with(config),
        RateLimitsModule,
        RecordsModule,
        TokensModule,
        AuthModule,
        UsersModule,
        AccountModule,
        OAuthModule,
        OAuthAppsModule,
        SourcesModule,
        CustomFieldsModule,
        CompaniesModule,
        ContactsModule,
        ProjectsModule,
        ActivitiesModule,
        ImportsModule,
        EventsModule,
        WebhooksModule,
      ],
      providers: guardChain.map((useClass) => ({ provide: APP_GUARD, useClass })),
    };
  }
}
