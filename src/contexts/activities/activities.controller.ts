import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../kernel/caller';
import type { Page } from '../../kernel/page';
import { DryRunnableWrites } from '../../platform/dry-run/dry-run';
import { IdempotentWrites } from '../../platform/idempotency/idempotent-write';
import { ApiEndpoint } from '../../platform/openapi/openapi';
import { BulkWrite } from '../../platform/http/bulk-write';
import { IfMatch } from '../../platform/http/if-match';
import type { BulkView, UpsertView } from '../../platform/records/bulk/bulk.view';
import { CurrentCaller } from '../../platform/http/request';
import {
  BulkActivitiesInput,
  CreateActivityInput,
  ListActivitiesInput,
  UpdateActivityInput,
  UpsertActivityInput,
} from './activities.dto';
import { activitiesErrors } from './activities.errors';
import { ActivitiesService } from './activities.service';
import { ActivitySchemasView } from './activity-schemas.view';
import { BulkActivitiesView, ActivityView, UpsertedActivityView } from './activity.view';

const { ambiguous_match, edit_conflict, entity_required, invalid_id, not_found } = activitiesErrors;

@ApiTags('activities')
@Controller()
@IdempotentWrites()
@DryRunnableWrites()
export class ActivitiesController {
  constructor(private readonly activities: ActivitiesService) {}

  @Get('activities')
  @ApiEndpoint({
    summary: 'List activities',
    description: 'Latest first, by when they were made or by when they happened.',
    result: { page: ActivityView },
  })
  list(@CurrentCaller() caller: Caller, @Query() input: ListActivitiesInput): Promise<Page<ActivityView>> {
    return this.activities.list(caller, input);
  }

  @Get('activities/:id')
  @ApiEndpoint({ summary: 'Get an activity', result: ActivityView, raises: [not_found] })
  get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ActivityView> {
    return this.activities.get(caller, id);
  }

  @Post('activities')
  @ApiEndpoint({
    summary: 'Create an activity',
    description:
      'With a link to a contact, a company or a project at least. Its type decides what `metadata` may tell.',
    result: ActivityView,
  })
  create(@CurrentCaller() caller: Caller, @Body() input: CreateActivityInput): Promise<ActivityView> {
    return this.activities.create(caller, input);
  }

  @Post('activities/upsert')
  @ApiEndpoint({
    summary: 'Change an activity, or create it',
    description: 'By the value of a field. Several records with it are refused.',
    result: UpsertedActivityView,
    raises: [ambiguous_match],
  })
  upsert(@CurrentCaller() caller: Caller, @Body() input: UpsertActivityInput): Promise<UpsertView<ActivityView>> {
    return this.activities.upsert(caller, input);
  }

  @Post('activities/bulk')
  @BulkWrite()
  @ApiEndpoint({
    summary: 'Create, change and delete many activities',
    description: 'In one transaction. An item that fails costs only itself, unless `atomic` is sent.',
    result: BulkActivitiesView,
    raises: [ambiguous_match, edit_conflict, invalid_id, not_found],
  })
  bulk(@CurrentCaller() caller: Caller, @Body() input: BulkActivitiesInput): Promise<BulkView> {
    return this.activities.bulk(caller, input);
  }

  @Patch('activities/:id')
  @ApiEndpoint({
    summary: 'Change an activity',
    description: 'Fields left out stay. `metadata` are replaced whole. The type is fixed, and one link must remain.',
    result: ActivityView,
    raises: [not_found, edit_conflict, entity_required],
  })
  update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() input: UpdateActivityInput,
    @IfMatch() ifVersion?: number,
  ): Promise<ActivityView> {
    return this.activities.update(caller, id, input, ifVersion);
  }

  @Delete('activities/:id')
  @ApiEndpoint({
    summary: 'Delete an activity',
    description: 'For good.',
    result: null,
    raises: [not_found, edit_conflict],
  })
  delete(@CurrentCaller() caller: Caller, @Param('id') id: string, @IfMatch() ifVersion?: number): Promise<void> {
    return this.activities.delete(caller, id, ifVersion);
  }

  @Get('activity-schemas')
  @ApiEndpoint({
    summary: 'Get the schema of each type’s metadata',
    description: 'JSON Schema, 2020-12.',
    result: ActivitySchemasView,
  })
  schemas(): ActivitySchemasView {
    return this.activities.schemas();
  }
}
