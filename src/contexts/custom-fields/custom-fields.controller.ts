import { Body, Controller, Delete, Get, Param, Patch, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../kernel/caller';
import type { Page } from '../../kernel/page';
import { DryRunnableWrites } from '../../platform/dry-run/dry-run';
import { IdempotentWrites } from '../../platform/idempotency/idempotent-write';
import { ApiEndpoint } from '../../platform/openapi/openapi';
import { WholeListInterceptor } from '../../platform/operations/operation.guard';
import { CurrentCaller, Roles, Slow } from '../../platform/http/request';
import { CustomFieldView } from './custom-field.view';
import { CreateCustomFieldInput, ListCustomFieldsInput, UpdateCustomFieldInput } from './custom-fields.dto';
import { customFieldsErrors } from './custom-fields.errors';
import { CustomFieldsService } from './custom-fields.service';

const { not_found, options_required } = customFieldsErrors;

@ApiTags('custom-fields')
@Controller('custom-fields')
@IdempotentWrites()
@DryRunnableWrites()
export class CustomFieldsController {
  constructor(private readonly customFields: CustomFieldsService) {}

  @Get()
  @UseInterceptors(WholeListInterceptor)
  @ApiEndpoint({
    summary: 'List custom fields',
    description: 'In the order of `display_order`, then oldest first.',
    result: { page: CustomFieldView },
  })
  list(@CurrentCaller() caller: Caller, @Query() input: ListCustomFieldsInput): Promise<Page<CustomFieldView>> {
    return this.customFields.list(caller, input);
  }

  @Get(':id')
  @ApiEndpoint({ summary: 'Get a custom field', result: CustomFieldView, raises: [not_found] })
  get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<CustomFieldView> {
    return this.customFields.get(caller, id);
  }

  @Post()
  @Roles('owner', 'admin')
  @ApiEndpoint({
    summary: 'Create a custom field',
    description: 'At most 200 for each kind of records. Records have its values in `custom_fields`, by its id.',
    result: CustomFieldView,
  })
  create(@CurrentCaller() caller: Caller, @Body() input: CreateCustomFieldInput): Promise<CustomFieldView> {
    return this.customFields.create(caller, input);
  }

  @Patch(':id')
  @Slow('options', 'unique')
  @Roles('owner', 'admin')
  @ApiEndpoint({
    summary: 'Change a custom field',
    description:
      'Fields left out stay; `options` are replaced whole. An option that is left out is taken from all records that ' +
      'have it; that makes no event and leaves their `updated_at`. A field becomes `unique` if no two records have the same ' +
      'value, and at most a million have one; else `details` name the first ten values with the `ids` of their records.',
    result: CustomFieldView,
    raises: [not_found, options_required],
  })
  update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() input: UpdateCustomFieldInput,
  ): Promise<CustomFieldView> {
    return this.customFields.update(caller, id, input);
  }

  @Delete(':id')
  @Slow()
  @Roles('owner', 'admin')
  @ApiEndpoint({
    summary: 'Delete a custom field',
    description: 'For good, with its values on all records; that makes no event and leaves their `updated_at`.',
    result: null,
    raises: [not_found],
  })
  delete(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.customFields.delete(caller, id);
  }
}
