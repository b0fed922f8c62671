import { Body, Controller, Get, Param, Patch, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../kernel/caller';
import type { Page } from '../../kernel/page';
import { DryRunnableWrites } from '../../platform/dry-run/dry-run';
import { IdempotentWrites } from '../../platform/idempotency/idempotent-write';
import { ApiEndpoint } from '../../platform/openapi/openapi';
import { WholeListInterceptor } from '../../platform/operations/operation.guard';
import { IfMatch } from '../../platform/http/if-match';
import type { UpsertView } from '../../platform/records/bulk/bulk.view';
import { CurrentCaller } from '../../platform/http/request';
import { SourceView, UpsertedSourceView } from './source.view';
import { CreateSourceInput, ListSourcesInput, UpdateSourceInput, UpsertSourceInput } from './sources.dto';
import { sourcesErrors } from './sources.errors';
import { SourcesService } from './sources.service';

const { ambiguous_match, edit_conflict, not_found } = sourcesErrors;

@ApiTags('sources')
@Controller('sources')
@IdempotentWrites()
@DryRunnableWrites()
export class SourcesController {
  constructor(private readonly sources: SourcesService) {}

  @Get()
  @UseInterceptors(WholeListInterceptor)
  @ApiEndpoint({ summary: 'List sources', description: 'Newest first.', result: { page: SourceView } })
  list(@CurrentCaller() caller: Caller, @Query() input: ListSourcesInput): Promise<Page<SourceView>> {
    return this.sources.list(caller, input);
  }

  @Get(':id')
  @ApiEndpoint({ summary: 'Get a source', result: SourceView, raises: [not_found] })
  get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SourceView> {
    return this.sources.get(caller, id);
  }

  @Post()
  @ApiEndpoint({ summary: 'Create a source', result: SourceView })
  create(@CurrentCaller() caller: Caller, @Body() input: CreateSourceInput): Promise<SourceView> {
    return this.sources.create(caller, input);
  }

  @Post('upsert')
  @ApiEndpoint({
    summary: 'Change a source, or create it',
    description: 'By the value of a field. Several records with it are refused.',
    result: UpsertedSourceView,
    raises: [ambiguous_match],
  })
  upsert(@CurrentCaller() caller: Caller, @Body() input: UpsertSourceInput): Promise<UpsertView<SourceView>> {
    return this.sources.upsert(caller, input);
  }

  @Patch(':id')
  @ApiEndpoint({ summary: 'Change a source', result: SourceView, raises: [not_found, edit_conflict] })
  update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() input: UpdateSourceInput,
    @IfMatch() ifVersion?: number,
  ): Promise<SourceView> {
    return this.sources.update(caller, id, input, ifVersion);
  }

  @Post(':id/archive')
  @ApiEndpoint({
    summary: 'Archive a source',
    description:
      'Records keep it; it is left out of the list and cannot be newly set. Archiving twice changes nothing.',
    result: SourceView,
    raises: [not_found],
  })
  archive(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SourceView> {
    return this.sources.archive(caller, id);
  }

  @Post(':id/unarchive')
  @ApiEndpoint({ summary: 'Bring an archived source back', result: SourceView, raises: [not_found] })
  unarchive(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SourceView> {
    return this.sources.unarchive(caller, id);
  }
}
