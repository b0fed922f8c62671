import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EncryptionModule } from '../../platform/encryption/encryption.module';
import { OutboxModule } from '../../platform/outbox/outbox.module';
import { MailModule } from '../../platform/mail/mail.module';
import { TokensModule } from '../../platform/tokens/tokens.module';
import { UsersModule } from '../users/users.module';
import { AuthRetentionJob } from './auth-retention-job';
import { AuthController } from './auth.controller';
import { AuthService } from './auth.service';
import { LockoutService } from './lockout.service';
import { Passwords } from './passwords';
import { RecoveryService } from './recovery.service';
import { RefreshToken } from './refresh-token.entity';
import { Session } from './session.entity';
import { SessionsRepository } from './sessions.repository';
import { SessionsService } from './sessions.service';
import { SignInFailuresRepository } from './sign-in-failures.repository';

@Module({
  imports: [
    TypeOrmModule.forFeature([Session, RefreshToken]),
    EncryptionModule,
    OutboxModule,
    MailModule,
    TokensModule,
    UsersModule,
  ],
  controllers: [AuthController],
  providers: [
    AuthRetentionJob,
    AuthService,
    LockoutService,
    Passwords,
    RecoveryService,
    SessionsRepository,
    SessionsService,
    SignInFailuresRepository,
  ],
  exports: [SessionsService],
})
export class AuthModule {}
