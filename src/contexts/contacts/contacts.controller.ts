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
  BulkContactsInput,
  CreateContactInput,
  ListContactsInput,
  UpdateContactInput,
  UpsertContactInput,
} from './contacts.dto';
import { contactsErrors } from './contacts.errors';
import { ContactsService } from './contacts.service';
import { BulkContactsView, ContactView, UpsertedContactView } from './contact.view';

const { ambiguous_match, edit_conflict, invalid_id, not_found } = contactsErrors;

@ApiTags('contacts')
@Controller('contacts')
@IdempotentWrites()
@DryRunnableWrites()
export class ContactsController {
  constructor(private readonly contacts: ContactsService) {}

  @Get()
  @Slow('search')
  @ApiEndpoint({ summary: 'List and find contacts', description: 'Newest first.', result: { page: ContactView } })
  list(@CurrentCaller() caller: Caller, @Query() input: ListContactsInput): Promise<Page<ContactView>> {
    return this.contacts.list(caller, input);
  }

  @Get(':id')
  @ApiEndpoint({ summary: 'Get a contact', result: ContactView, raises: [not_found] })
  get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ContactView> {
    return this.contacts.get(caller, id);
  }

  @Post()
  @ApiEndpoint({ summary: 'Create a contact', result: ContactView })
  create(@CurrentCaller() caller: Caller, @Body() input: CreateContactInput): Promise<ContactView> {
    return this.contacts.create(caller, input);
  }

  @Post('upsert')
  @ApiEndpoint({
    summary: 'Change a contact, or create it',
    description: 'By the value of a field. Several records with it are refused.',
    result: UpsertedContactView,
    raises: [ambiguous_match],
  })
  upsert(@CurrentCaller() caller: Caller, @Body() input: UpsertContactInput): Promise<UpsertView<ContactView>> {
    return this.contacts.upsert(caller, input);
  }

  @Post('bulk')
  @BulkWrite()
  @ApiEndpoint({
    summary: 'Create, change and delete many contacts',
    description: 'In one transaction. An item that fails costs only itself, unless `atomic` is sent.',
    result: BulkContactsView,
    raises: [ambiguous_match, edit_conflict, invalid_id, not_found],
  })
  bulk(@CurrentCaller() caller: Caller, @Body() input: BulkContactsInput): Promise<BulkView> {
    return this.contacts.bulk(caller, input);
  }

  @Patch(':id')
  @ApiEndpoint({
    summary: 'Change a contact',
    description: 'Fields left out stay. `tags` are replaced whole, `custom_fields` are merged by key.',
    result: ContactView,
    raises: [not_found, edit_conflict],
  })
  update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() input: UpdateContactInput,
    @IfMatch() ifVersion?: number,
  ): Promise<ContactView> {
    return this.contacts.update(caller, id, input, ifVersion);
  }

  @Delete(':id')
  @Slow()
  @ApiEndpoint({
    summary: 'Delete a contact',
    description:
      'For good. Records that refer to it lose the link, and nothing else of them changes; activities that would be left ' +
      'with no link go with it.',
    result: null,
    raises: [not_found, edit_conflict],
  })
  delete(@CurrentCaller() caller: Caller, @Param('id') id: string, @IfMatch() ifVersion?: number): Promise<void> {
    return this.contacts.delete(caller, id, ifVersion);
  }
}
