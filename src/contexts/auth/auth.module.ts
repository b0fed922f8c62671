import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TokensModule } from '../../platform/tokens/tokens.module';
import { UsersModule } from '../users/users.module';
import { AuthController } from './auth.controller';
import { AuthService } from './auth.service';
import { Passwords } from './passwords';
import { RefreshToken } from './refresh-token.entity';
import { Session } from './session.entity';
import { SessionCleanUp } from './session-clean-up';
import { SessionsRepository } from './sessions.repository';
import { SessionsService } from './sessions.service';

@Module({
  imports: [TypeOrmModule.forFeature([Session, RefreshToken]), TokensModule, UsersModule],
  controllers: [AuthController],
  providers: [AuthService, Passwords, SessionCleanUp, SessionsRepository, SessionsService],
  exports: [SessionsService],
})
export class AuthModule {}
