import type { Refusal } from '../../kernel/domain-error';
import type { Contact } from './contact.entity';
import { contactsErrors, noSuchCompany, noSuchSource } from './contacts.errors';
import type { References } from './contacts.repository';

/**
 * Of a reference to what was deleted in the meantime the database tells.
 *
 * @param set the references that are newly set.
 * @returns every one to nothing, and one to an archived source.
 */
export function referencesToNothing(
  set: Partial<Pick<Contact, 'company_id' | 'source_id'>>,
  { company_name, source_name, source_archived_at }: References,
): Refusal[] {
  const refused: Refusal[] = [];
  if (set.company_id && company_name === null) {
    refused.push({ definition: contactsErrors.invalid_company_id, field: 'company_id', message: noSuchCompany });
  }
  if (set.source_id && (source_name === null || source_archived_at !== null)) {
    const message = source_name === null ? noSuchSource : 'source_id is the id of an archived source';
    refused.push({ definition: contactsErrors.invalid_source_id, field: 'source_id', message });
  }
  return refused;
}
