import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import {
  addressAliases,
  addressFields,
  companyAliases,
  notesAliases,
  notesField,
  sourceAliases,
  tagsAliases,
  tagsField,
} from '../../platform/records/import-columns';
import type {
  FoundRecord,
  Importable,
  ImportableCustomFields,
  ImportColumns,
  RecordUse,
} from '../../platform/records/importable';
import { Importables } from '../../platform/records/importables';
import { splitName } from '../../platform/tables/cell-values';
import { CustomFieldsService } from '../custom-fields/custom-fields.service';
import { type ContactRow, ContactsBulkService } from './contacts-bulk.service';

export const contactColumns: ImportColumns = {
  fields: [
    { name: 'first_name', label: 'First name' },
    { name: 'last_name', label: 'Last name' },
    {
      name: 'full_name',
      label: 'Full name (is split into first and last name)',
      read: (cell) => ({ values: { ...splitName(cell) } }),
      givesWayTo: ['first_name', 'last_name'],
    },
    { name: 'email', label: 'E-mail' },
    { name: 'phone', label: 'Phone' },
    { name: 'job_title', label: 'Job title' },
    ...addressFields,
    notesField,
    {
      name: 'company_name',
      label: 'Company by its name (found, or created)',
      refersTo: { entity: 'company', by: 'company_id' },
    },
    {
      name: 'source_name',
      label: 'Source by its name (found, or created)',
      refersTo: { entity: 'source', by: 'source_id' },
    },
    // Ids of another system would be found nowhere.
    { name: 'company_id', label: 'Company by its id', givesWayTo: ['company_name'], isByExactName: true },
    { name: 'source_id', label: 'Source by its id', givesWayTo: ['source_name'], isByExactName: true },
    tagsField,
  ],
  aliases: {
    first_name: [
      'first name, given name, firstname, forename, first, fname, person first name',
      'Vorname, Rufname, Prénom, Nombre, Nome, Voornaam',
    ],
    last_name: [
      'last name, family name, surname, last, lname, person last name',
      // In a German table "Name;Vorname" the name is the last one.
      { names: 'name', beside: 'Vorname' },
      'Nachname, Familienname, Zuname, Nom, Nom de famille, Apellidos, Cognome, Achternaam',
    ],
    full_name: [
      'full name, name, display name, contact name, person name, contact, file as, customer name',
      'Vollständiger Name, Anzeigename, Ansprechpartner, Kontakt, Nom complet, Nombre completo',
    ],
    email: [
      'e-mail address, e-mail 1 value, primary email, email 1, work email, business email',
      'person email work, email work, company email, person email, home email, email home',
      'personal email, person email home, person email other, contact email, mail, e-mail 1 address',
      'E-Mail-Adresse, Mailadresse, Email-Adresse, Courriel, Adresse e-mail, Correo electrónico',
    ],
    phone: [
      'phone number, phone 1 value, primary phone, business phone, work phone, person phone work',
      'phone work, telephone, telephone number, phone 1, mobile phone, mobile phone number, mobile',
      'mobile number, cell phone, cell, person phone mobile, phone mobile, person phone, home phone',
      'person phone home, phone home, company main phone, other phone, Telefon, Telefonnummer, Tel',
      'Rufnummer, Telefon geschäftlich, Mobil, Mobiltelefon, Handy, Mobilnummer, Téléphone',
      'Teléfono, Telefono, Telefoon',
    ],
    job_title: [
      'job title, position, organization title, organization 1 title, job position, role',
      'person job title, job, title, Berufsbezeichnung, Stellenbezeichnung, Funktion, Beruf',
      'Poste, Fonction, Cargo, Puesto',
    ],
    company_name: companyAliases,
    ...addressAliases,
    ...notesAliases,
    source_name: sourceAliases,
    ...tagsAliases,
  },
};

/** Offers contacts to imports. */
@Injectable()
export class ContactsImport implements Importable<ContactRow> {
  readonly entity = 'contact';
  readonly fields = contactColumns.fields;
  readonly aliases = contactColumns.aliases;

  readonly customFields: ImportableCustomFields = {
    definitions: (accountId) => this.definitions.definitionsOf(accountId, 'contact'),
    judge: (accountId, ids) => this.definitions.judgeOfMany(accountId, 'contact', ids),
  };

  readonly uses: readonly RecordUse[] = [
    {
      entity: 'source',
      fault: 'is the source of contacts by now, and stays',
      findUsed: (accountId, ids) => this.records.findUsedSources(accountId, ids),
    },
  ];

  constructor(
    readonly records: ContactsBulkService,
    private readonly definitions: CustomFieldsService,
    importables: Importables,
  ) {
    importables.offer(this);
  }

  keysOf({ email }: Partial<ContactRow>) {
    return { name: email };
  }

  async findByKeys(accountId: AccountId, emails: readonly string[]): Promise<FoundRecord[]> {
    const found = await this.records.findByEmailForms(accountId, emails);
    return found.map(({ id, form }) => ({ id, name: form, domain: '' }));
  }

  judgeReferences(accountId: AccountId, inputs: readonly Partial<ContactRow>[]) {
    return this.records.judgeReferences(accountId, inputs);
  }
}
