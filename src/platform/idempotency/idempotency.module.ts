import { Global, Module } from '@nestjs/common';
import { EncryptionModule } from '../encryption/encryption.module';
import { AnswerLimits, Idempotency } from './idempotency';
import { IdempotencyRetentionJob } from './idempotency-retention-job';
import { IdempotentWrite } from './idempotent-write';
import { StoredAnswersRepository } from './stored-answers.repository';

/** Global, because the feature stands on routes of nearly every context. */
@Global()
@Module({
  imports: [EncryptionModule],
  providers: [AnswerLimits, Idempotency, IdempotencyRetentionJob, IdempotentWrite, StoredAnswersRepository],
  exports: [Idempotency, IdempotentWrite, StoredAnswersRepository],
})
export class IdempotencyModule {}
