import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
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
import { ProjectContactView } from './project-contact.view';
import { ProjectContactsService } from './project-contacts.service';
import { BulkProjectsView, ProjectView, UpsertedProjectView } from './project.view';
import {
  BulkProjectsInput,
  UpsertProjectInput,
  CreateProjectInput,
  ListProjectContactsInput,
  ListProjectsInput,
  ProjectContactInput,
  UpdateProjectInput,
} from './projects.dto';
import { projectsErrors } from './projects.errors';
import { ProjectsService } from './projects.service';

const { ambiguous_match, edit_conflict, invalid_id, not_found } = projectsErrors;

@ApiTags('projects')
@Controller('projects')
@IdempotentWrites()
@DryRunnableWrites()
export class ProjectsController {
  constructor(
    private readonly projects: ProjectsService,
    private readonly contacts: ProjectContactsService,
  ) {}

  @Get()
  @Slow('search')
  @ApiEndpoint({ summary: 'List and find projects', description: 'Newest first.', result: { page: ProjectView } })
  list(@CurrentCaller() caller: Caller, @Query() input: ListProjectsInput): Promise<Page<ProjectView>> {
    return this.projects.list(caller, input);
  }

  @Get(':id')
  @ApiEndpoint({ summary: 'Get a project', result: ProjectView, raises: [not_found] })
  get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ProjectView> {
    return this.projects.get(caller, id);
  }

  @Post()
  @ApiEndpoint({ summary: 'Create a project', result: ProjectView })
  create(@CurrentCaller() caller: Caller, @Body() input: CreateProjectInput): Promise<ProjectView> {
    return this.projects.create(caller, input);
  }

  @Post('upsert')
  @ApiEndpoint({
    summary: 'Change a project, or create it',
    description: 'By the value of a field. Several records with it are refused.',
    result: UpsertedProjectView,
    raises: [ambiguous_match],
  })
  upsert(@CurrentCaller() caller: Caller, @Body() input: UpsertProjectInput): Promise<UpsertView<ProjectView>> {
    return this.projects.upsert(caller, input);
  }

  @Post('bulk')
  @BulkWrite()
  @ApiEndpoint({
    summary: 'Create, change and delete many projects',
    description: 'In one transaction. An item that fails costs only itself, unless `atomic` is sent.',
    result: BulkProjectsView,
    raises: [ambiguous_match, edit_conflict, invalid_id, not_found],
  })
  bulk(@CurrentCaller() caller: Caller, @Body() input: BulkProjectsInput): Promise<BulkView> {
    return this.projects.bulk(caller, input);
  }

  @Patch(':id')
  @ApiEndpoint({
    summary: 'Change a project',
    description: 'Fields left out stay. `tags` are replaced whole, `custom_fields` are merged by key.',
    result: ProjectView,
    raises: [not_found, edit_conflict],
  })
  update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() input: UpdateProjectInput,
    @IfMatch() ifVersion?: number,
  ): Promise<ProjectView> {
    return this.projects.update(caller, id, input, ifVersion);
  }

  @Delete(':id')
  @Slow()
  @ApiEndpoint({
    summary: 'Delete a project',
    description:
      'For good. Records that refer to it lose the link, and nothing else of them changes; activities that would be left ' +
      'with no link go with it.',
    result: null,
    raises: [not_found, edit_conflict],
  })
  delete(@CurrentCaller() caller: Caller, @Param('id') id: string, @IfMatch() ifVersion?: number): Promise<void> {
    return this.projects.delete(caller, id, ifVersion);
  }

  @Get(':id/contacts')
  @ApiEndpoint({
    summary: 'List the contacts of a project',
    description: 'Newest contact first.',
    result: { page: ProjectContactView },
    raises: [not_found],
  })
  listContacts(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() input: ListProjectContactsInput,
  ): Promise<Page<ProjectContactView>> {
    return this.contacts.list(caller, id, input);
  }

  @Put(':id/contacts/:contact_id')
  @ApiEndpoint({
    summary: 'Add a contact to a project, or change its role',
    description: 'A `role` that is left out stays. This makes no event and leaves the `updated_at` of both records.',
    result: ProjectContactView,
    raises: [not_found],
  })
  putContact(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('contact_id') contactId: string,
    @Body() { role }: ProjectContactInput,
  ): Promise<ProjectContactView> {
    return this.contacts.put(caller, id, contactId, role);
  }

  @Delete(':id/contacts/:contact_id')
  @ApiEndpoint({ summary: 'Remove a contact from a project', result: null, raises: [not_found] })
  removeContact(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('contact_id') contactId: string,
  ): Promise<void> {
    return this.contacts.remove(caller, id, contactId);
  }
}
