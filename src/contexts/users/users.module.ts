import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboxModule } from '../../platform/outbox/outbox.module';
import { MailModule } from '../../platform/mail/mail.module';
import { Account } from './account.entity';
import { AddressesRepository } from './addresses.repository';
import { AddressesService } from './addresses.service';
import { InvitationsRepository } from './invitations.repository';
import { InvitationsService } from './invitations.service';
import { OneTimeToken } from './one-time-token.entity';
import { OneTimeTokensRepository } from './one-time-tokens.repository';
import { OneTimeTokensService } from './one-time-tokens.service';
import { SuspendedUsersService } from './suspended-users.service';
import { User } from './user.entity';
import { UsersController } from './users.controller';
import { UsersRepository } from './users.repository';
import { UsersService } from './users.service';

@Module({
  imports: [TypeOrmModule.forFeature([Account, User, OneTimeToken]), OutboxModule, MailModule],
  controllers: [UsersController],
  providers: [
    AddressesRepository,
    AddressesService,
    InvitationsRepository,
    InvitationsService,
    OneTimeTokensRepository,
    OneTimeTokensService,
    SuspendedUsersService,
    UsersRepository,
    UsersService,
  ],
  exports: [AddressesService, OneTimeTokensService, SuspendedUsersService, UsersService],
})
export class UsersModule {}
