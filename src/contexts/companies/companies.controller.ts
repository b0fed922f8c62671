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
import { CurrentCaller, Slow } from '../../platform/http/request';
import {
  BulkCompaniesInput,
  CreateCompanyInput,
  ListCompaniesInput,
  UpdateCompanyInput,
  UpsertCompanyInput,
} from './companies.dto';
import { companiesErrors } from './companies.errors';
import { CompaniesService } from './companies.service';
import { BulkCompaniesView, CompanyView, UpsertedCompanyView } from './company.view';

const { ambiguous_match, edit_conflict, invalid_id, not_found } = companiesErrors;

@ApiTags('companies')
@Controller('companies')
@IdempotentWrites()
@DryRunnableWrites()
export class CompaniesController {
  constructor(private readonly companies: CompaniesService) {}

  @Get()
  @Slow('search')
  @ApiEndpoint({ summary: 'List and find companies', description: 'Newest first.', result: { page: CompanyView } })
  list(@CurrentCaller() caller: Caller, @Query() input: ListCompaniesInput): Promise<Page<CompanyView>> {
    return this.companies.list(caller, input);
  }

  @Get(':id')
  @ApiEndpoint({ summary: 'Get a company', result: CompanyView, raises: [not_found] })
  get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<CompanyView> {
    return this.companies.get(caller, id);
  }

  @Post()
  @ApiEndpoint({ summary: 'Create a company', result: CompanyView })
  create(@CurrentCaller() caller: Caller, @Body() input: CreateCompanyInput): Promise<CompanyView> {
    return this.companies.create(caller, input);
  }

  @Post('upsert')
  @ApiEndpoint({
    summary: 'Change a company, or create it',
    description: 'By the value of a field. Several records with it are refused.',
    result: UpsertedCompanyView,
    raises: [ambiguous_match],
  })
  upsert(@CurrentCaller() caller: Caller, @Body() input: UpsertCompanyInput): Promise<UpsertView<CompanyView>> {
    return this.companies.upsert(caller, input);
  }

  @Post('bulk')
  @BulkWrite()
  @ApiEndpoint({
    summary: 'Create, change and delete many companies',
    description: 'In one transaction. An item that fails costs only itself, unless `atomic` is sent.',
    result: BulkCompaniesView,
    raises: [ambiguous_match, edit_conflict, invalid_id, not_found],
  })
  bulk(@CurrentCaller() caller: Caller, @Body() input: BulkCompaniesInput): Promise<BulkView> {
    return this.companies.bulk(caller, input);
  }

  @Patch(':id')
  @ApiEndpoint({
    summary: 'Change a company',
    description: 'Fields left out stay. `tags` are replaced whole, `custom_fields` are merged by key.',
    result: CompanyView,
    raises: [not_found, edit_conflict],
  })
  update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() input: UpdateCompanyInput,
    @IfMatch() ifVersion?: number,
  ): Promise<CompanyView> {
    return this.companies.update(caller, id, input, ifVersion);
  }

  @Delete(':id')
  @Slow()
  @ApiEndpoint({
    summary: 'Delete a company',
    description:
      'For good. Records that refer to it lose the link, and nothing else of them changes; activities that would be left ' +
      'with no link go with it.',
    result: null,
    raises: [not_found, edit_conflict],
  })
  delete(@CurrentCaller() caller: Caller, @Param('id') id: string, @IfMatch() ifVersion?: number): Promise<void> {
    return this.companies.delete(caller, id, ifVersion);
  }
}
