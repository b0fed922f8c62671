import { Module } from '@nestjs/common';
import { MailModule } from '../../platform/mail/mail.module';
import { OutboxModule } from '../../platform/outbox/outbox.module';
import { OAuthAppsModule } from '../oauth-apps/oauth-apps.module';
import { UsersModule } from '../users/users.module';
import { WebhooksModule } from '../webhooks/webhooks.module';
import { AccountController } from './account.controller';
import { AccountService } from './account.service';

@Module({
  imports: [MailModule, OutboxModule, OAuthAppsModule, UsersModule, WebhooksModule],
  controllers: [AccountController],
  providers: [AccountService],
})
export class AccountModule {}
