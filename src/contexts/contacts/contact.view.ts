import { bulkViewOf, upsertViewOf } from '../../platform/records/bulk/bulk.view';
import { viewOf } from '../../platform/records/record-classes';
import { Contact } from './contact.entity';

export class ContactView extends viewOf('contact', Contact, ['company_name', 'source_name']) {}

export class UpsertedContactView extends upsertViewOf(ContactView) {}

export class BulkContactsView extends bulkViewOf(ContactView) {}
