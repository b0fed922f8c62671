import { RecordDefinition } from '../../platform/records/record-definition';
import { CreateContactInput, UpdateContactInput } from './contacts.dto';
import { contactsErrors } from './contacts.errors';
import { Contact } from './contact.entity';
import { contactMatchWays } from './contact-match-ways';
import { ContactView } from './contact.view';

export const contactRecord = new RecordDefinition({
  kind: 'contact',
  entity: Contact,
  view: ContactView,
  create: CreateContactInput,
  update: UpdateContactInput,
  matchBy: contactMatchWays,
  errors: contactsErrors,
  isReferredTo: true,
});
