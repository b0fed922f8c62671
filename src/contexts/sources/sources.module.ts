import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ImportablesModule } from '../../platform/records/importables.module';
import { Source } from './source.entity';
import { SourcesController } from './sources.controller';
import { SourcesImport } from './sources.import';
import { SourcesRepository } from './sources.repository';
import { SourcesService } from './sources.service';

@Module({
  imports: [TypeOrmModule.forFeature([Source]), ImportablesModule],
  controllers: [SourcesController],
  providers: [SourcesService, SourcesImport, SourcesRepository],
  exports: [SourcesService],
})
export class SourcesModule {}
