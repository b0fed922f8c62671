import type { SentCondition } from '../../kernel/custom-field-values';
import {
  CustomFieldsFilter,
  TagsFilter,
  IdentifiedListInput,
  ReferenceFilter,
  ReferencesFilter,
  SearchTerm,
} from '../../platform/fields/query-fields';
import { exampleIds } from '../../platform/fields/view-fields';
import { bulkInputOf, upsertInputOf } from '../../platform/records/bulk/bulk.dto';
import { createInputOf, updateInputOf } from '../../platform/records/record-classes';
import { contactMatchWays } from './contact-match-ways';
import { contactsErrors } from './contacts.errors';
import { Contact } from './contact.entity';

export class CreateContactInput extends createInputOf(Contact, ['first_name']) {}

export class UpdateContactInput extends updateInputOf(Contact) {}

export class UpsertContactInput extends upsertInputOf(CreateContactInput, contactMatchWays, {
  first_name: 'Grace',
  last_name: 'Hopper',
  email: 'grace@acme.example',
}) {}

export class BulkContactsInput extends bulkInputOf(CreateContactInput, UpdateContactInput, contactMatchWays, {
  first_name: 'Grace',
  last_name: 'Hopper',
  email: 'grace@acme.example',
}) {}

export class ListContactsInput extends IdentifiedListInput {
  @SearchTerm({
    description:
      'A part of the first, last or full name, the e-mail address, the phone number or the company’s name, whatever its ' +
      'case and accents; one or two characters: the beginning of a word; a space also stands for punctuation.',
    example: 'hopper',
  })
  search?: string;

  @TagsFilter()
  tags?: string[];

  @CustomFieldsFilter({ definition: contactsErrors.invalid_custom_fields })
  custom_fields?: SentCondition[];

  @ReferenceFilter({
    definition: contactsErrors.invalid_company_id,
    description: 'Only contacts of this company.',
    example: exampleIds.company,
  })
  company_id?: string;

  @ReferencesFilter({
    definition: contactsErrors.invalid_company_id,
    description: 'Only contacts of one of these companies; repeat the parameter.',
    example: [exampleIds.company],
  })
  company_ids?: string[];

  @ReferencesFilter({
    definition: contactsErrors.invalid_source_id,
    description: 'Only contacts from one of these sources; repeat the parameter.',
    example: [exampleIds.source],
  })
  source_ids?: string[];

  @SearchTerm({
    description: 'Only contacts with exactly this e-mail address, whatever its case.',
    example: 'grace@acme.example',
  })
  email?: string;
}
