import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../kernel/caller';
import type { Page } from '../../kernel/page';
import { DryRunnableWrites } from '../../platform/dry-run/dry-run';
import { IdempotentWrites } from '../../platform/idempotency/idempotent-write';
import { ApiEndpoint } from '../../platform/openapi/openapi';
import { IfMatch } from '../../platform/http/if-match';
import { CurrentCaller, Slow } from '../../platform/http/request';
import { CreateCompanyInput, ListCompaniesInput, UpdateCompanyInput } from './companies.dto';
import { companiesErrors } from './companies.errors';
import { CompaniesService } from './companies.service';
import { CompanyView } from './company.view';

const { edit_conflict, not_found } = companiesErrors;

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
