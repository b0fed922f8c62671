import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { EncryptionModule } from '../encryption/encryption.module';
import { LOGGER } from '../logging/logger';
import { MailDelivery } from './mail-delivery';
import { MailOutbox } from './mail-outbox';
import { FileMailer, Mailer, SmtpMailer } from './mailer';
import { WaitingMailsRepository } from './waiting-mails.repository';

@Module({
  imports: [EncryptionModule],
  providers: [
    MailDelivery,
    MailOutbox,
    WaitingMailsRepository,
    {
      provide: Mailer,
      inject: [CONFIG, LOGGER],
      useFactory: (config: Config, logger: Logger) =>
        config.smtpUrl === undefined
          ? new FileMailer(join(config.dataDir, 'mail'), config, logger)
          : new SmtpMailer(config.smtpUrl, config),
    },
  ],
  exports: [MailDelivery, MailOutbox],
})
export class MailModule {}
