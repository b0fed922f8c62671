import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import {
  addressAliases,
  companyAliases,
  notesAliases,
  sourceAliases,
  tagsAliases,
} from '../../platform/records/import-columns';
import type { FoundRecord, Importable, RecordUse } from '../../platform/records/importable';
import type { ImportColumns } from '../../platform/records/importable-field';
import { Importables } from '../../platform/records/importables';
import { splitName } from '../../platform/tables/cell-values';
import { contactRecord } from './contact.record';
import type { UpdateContactInput } from './contacts.dto';
import { ContactsRepository } from './contacts.repository';

export const contactColumns: ImportColumns = {
  fields: contactRecord.importableFields({
    last_name: {
      name: 'full_name',
      label: 'Full name (is split into first and last name)',
      read: (cell) => ({ values: { ...splitName(cell) } }),
      givesWayTo: ['first_name', 'last_name'],
    },
  }),
  aliases: {
    first_name: [
      'first name, given name, firstname, forename, first, fname, person first name',
      'Vorname, Rufname, Prénom, Nombre, Nome, Voornaam',
    ],
    last_name: [
      'last name, family name, surname, last, lname, person last name',
      // In a German table with "Name;Vorname", the name is the last name.
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
export class ContactsImport implements Importable {
  readonly record = contactRecord;
  readonly fields = contactColumns.fields;
  readonly aliases = contactColumns.aliases;

  readonly uses: readonly RecordUse[] = [
    {
      entity: 'source',
      fault: 'is the source of contacts by now, and stays',
      findUsed: (accountId, ids) => this.repository.findUsedSources(accountId, ids),
    },
  ];

  constructor(
    private readonly repository: ContactsRepository,
    importables: Importables,
  ) {
    importables.register(this);
  }

  keysOf({ email }: UpdateContactInput) {
    return { name: email };
  }

  async findByKeys(accountId: AccountId, emails: readonly string[]): Promise<FoundRecord[]> {
    const found = await this.repository.findByEmailForms(accountId, emails);
    return found.map(({ id, form }) => ({ id, name: form, domain: '' }));
  }
}
