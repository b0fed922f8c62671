import { Global, Module } from '@nestjs/common';
import { DryRun } from './dry-run';

/** Global, because the feature stands on routes of every context with records. */
@Global()
@Module({ providers: [DryRun], exports: [DryRun] })
export class DryRunModule {}
