import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TokensModule } from '../../platform/tokens/tokens.module';
import { Source } from './source.entity';
import { SourcesBulkService } from './sources-bulk.service';
import { SourcesController } from './sources.controller';
import { SourcesRepository } from './sources.repository';
import { SourcesService } from './sources.service';

@Module({
  imports: [TypeOrmModule.forFeature([Source]), TokensModule],
  controllers: [SourcesController],
  providers: [SourcesService, SourcesBulkService, SourcesRepository],
  exports: [SourcesService, SourcesBulkService],
})
export class SourcesModule {}
