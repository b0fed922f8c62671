import type { CellReading } from '../tables/cell-values';
import type { Aliases, CellReader, ImportColumns } from './importable-field';

/** Column names that records of several kinds share. */

/** Prefixes for fields of work or home, the likelier first. */
const places = [
  '',
  ...'business, work, company, mailing, billing, primary, address 1, other, home'
    .split(', ')
    .map((place) => `${place} `),
];
const atPlaces = (names: string): Aliases[] => places.map((place) => place + names.replaceAll(', ', `, ${place}`));

export const addressAliases: ImportColumns['aliases'] = {
  address: [
    'street address, address line 1, address 1 street, address 1',
    ...atPlaces('street, street 1, address, street address, address street'),
    'address 1 formatted, shipping street, organization address, person postal address',
    'Straße, Straße und Hausnummer, Straße Nr, Adresse, Anschrift, Rue, Dirección, Calle, Indirizzo',
  ],
  city: [
    ...atPlaces('city, town, address city'),
    'city town, locality, shipping city, organization city town village locality of address',
    'Ort, Stadt, Wohnort, Ville, Ciudad, Città, Plaats',
  ],
  state: [
    ...atPlaces('state, state province, state region, region, province, county, address state'),
    'shipping state, organization state county of address, Bundesland, Kanton, Provincia',
  ],
  zip_code: [
    ...atPlaces('zip code, zip, postal code, post code, zip postal code, address zip, code'),
    'shipping zip, organization zip postal code of address',
    'PLZ, Postleitzahl, Code postal, Código postal, CAP, Postcode',
  ],
  country: [
    ...atPlaces('country, country region, country name, address country'),
    'shipping country, organization country of address, Land, Pays, País, Paese',
  ],
};

export const notesAliases: ImportColumns['aliases'] = {
  notes: [
    'note, comments, comment, remarks, description, about',
    'Notizen, Notiz, Bemerkung, Bemerkungen, Anmerkungen, Kommentar, Beschreibung, Notas',
  ],
};

export const tagsAliases: ImportColumns['aliases'] = {
  tags: [
    'tag, labels, label, categories, category, groups, group, group membership, person label',
    'organization label, Schlagwörter, Kategorien, Kategorie, Gruppen, Gruppe, Étiquettes',
  ],
};

/** Names for a column of company names, in a file of any kind. */
export const companyAliases: readonly Aliases[] = [
  'company name, company, organization name, organization 1 name, organization, organisation',
  'organisation name, account name, account, associated company, primary company, business name',
  'person organization, employer, Firma, Firmenname, Unternehmen, Unternehmensname, Société',
  'Entreprise, Empresa, Azienda, Bedrijf',
];

export const sourceAliases: readonly Aliases[] = [
  'source name, source, lead source, original source, contact source, channel',
  'Quelle, Herkunft, Kanal, Origine, Origen',
];

/** @returns a reader that puts the value of a cell into this field. */
export function readInto(name: string, read: (cell: string) => CellReading): CellReader {
  return (cell) => {
    const reading = read(cell);
    return 'fault' in reading ? reading : { values: { [name]: reading.value } };
  };
}
