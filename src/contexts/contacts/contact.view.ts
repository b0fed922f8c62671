import { viewOf } from '../../platform/records/record-classes';
import { Contact } from './contact.entity';

export class ContactView extends viewOf('contact', Contact, ['company_name', 'source_name']) {}
