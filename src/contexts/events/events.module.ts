import { Module } from '@nestjs/common';
import { EventsModule as OutboxModule } from '../../platform/events/events.module';
import { TokensModule } from '../../platform/tokens/tokens.module';
import { EventsController } from './events.controller';
import { EventsRepository } from './events.repository';
import { EventsService } from './events.service';

@Module({
  imports: [OutboxModule, TokensModule],
  controllers: [EventsController],
  providers: [EventsService, EventsRepository],
})
export class EventsModule {}
