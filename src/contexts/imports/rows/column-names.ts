import { type ModelType, modelTypes } from '../../../kernel/record-kinds';
import { errorColumn } from '../../../platform/tables/table-layout';

/** The names of a column, the likelier first; a field without any is known by its wire name only. */
type Names = readonly (readonly [field: string, ...names: string[]])[];

/** What programs put before the name of a field that has to do with work or with home, the likelier first. */
const places = [
  '',
  'business ',
  'work ',
  'company ',
  'mailing ',
  'billing ',
  'primary ',
  'address 1 ',
  'other ',
  'home ',
];
const atPlaces = (...names: string[]) => places.flatMap((place) => names.map((name) => place + name));

const addressNames: Names = [
  [
    'address',
    ...['street address', 'address line 1', 'address 1 street', 'address 1'],
    ...atPlaces('street', 'street 1', 'address', 'street address', 'address street'),
    ...['address 1 formatted', 'shipping street', 'organization address', 'person postal address'],
    ...[
      'Straße',
      'Straße und Hausnummer',
      'Straße Nr',
      'Adresse',
      'Anschrift',
      'Rue',
      'Dirección',
      'Calle',
      'Indirizzo',
    ],
  ],
  [
    'city',
    ...atPlaces('city', 'town', 'address city'),
    ...['city town', 'locality', 'shipping city', 'organization city town village locality of address'],
    ...['Ort', 'Stadt', 'Wohnort', 'Ville', 'Ciudad', 'Città', 'Plaats'],
  ],
  [
    'state',
    ...atPlaces('state', 'state province', 'state region', 'region', 'province', 'county', 'address state'),
    ...['shipping state', 'organization state county of address', 'Bundesland', 'Kanton', 'Provincia'],
  ],
  [
    'zip_code',
    ...atPlaces('zip code', 'zip', 'postal code', 'post code', 'zip postal code', 'address zip', 'code'),
    ...['shipping zip', 'organization zip postal code of address'],
    ...['PLZ', 'Postleitzahl', 'Code postal', 'Código postal', 'CAP', 'Postcode'],
  ],
  [
    'country',
    ...atPlaces('country', 'country region', 'country name', 'address country'),
    ...['shipping country', 'organization country of address', 'Land', 'Pays', 'País', 'Paese'],
  ],
];

const notesNames: Names = [
  ['notes', 'note', 'comments', 'comment', 'remarks', 'description', 'about'],
  ['notes', 'Notizen', 'Notiz', 'Bemerkung', 'Bemerkungen', 'Anmerkungen', 'Kommentar', 'Beschreibung', 'Notas'],
];

const tagNames: Names = [
  ['tags', 'tag', 'labels', 'label', 'categories', 'category', 'groups', 'group', 'group membership', 'person label'],
  ['tags', 'organization label', 'Schlagwörter', 'Kategorien', 'Kategorie', 'Gruppen', 'Gruppe', 'Étiquettes'],
];

const companyNames = [
  ...['company name', 'company', 'organization name', 'organization 1 name', 'organization', 'organisation'],
  ...['organisation name', 'account name', 'account', 'associated company', 'primary company', 'business name'],
  ...['person organization', 'employer', 'Firma', 'Firmenname', 'Unternehmen', 'Unternehmensname', 'Société'],
  ...['Entreprise', 'Empresa', 'Azienda', 'Bedrijf'],
];

const sourceNames = ['source name', 'source', 'lead source', 'original source', 'contact source', 'channel'];
const germanSourceNames = ['Quelle', 'Herkunft', 'Kanal', 'Origine', 'Origen'];

const names: Readonly<Record<ModelType, Names>> = {
  contacts: [
    ['first_name', 'first name', 'given name', 'firstname', 'forename', 'first', 'fname', 'person first name'],
    ['first_name', 'Vorname', 'Rufname', 'Prénom', 'Nombre', 'Nome', 'Voornaam'],
    ['last_name', 'last name', 'family name', 'surname', 'last', 'lname', 'person last name'],
    ['last_name', 'Nachname', 'Familienname', 'Zuname', 'Nom', 'Nom de famille', 'Apellidos', 'Cognome', 'Achternaam'],
    [
      'full_name',
      'full name',
      'name',
      'display name',
      'contact name',
      'person name',
      'contact',
      'file as',
      'customer name',
    ],
    ['full_name', 'Vollständiger Name', 'Anzeigename', 'Ansprechpartner', 'Kontakt', 'Nom complet', 'Nombre completo'],
    ['email', 'e-mail address', 'e-mail 1 value', 'primary email', 'email 1', 'work email', 'business email'],
    ['email', 'person email work', 'email work', 'company email', 'person email', 'home email', 'email home'],
    ['email', 'personal email', 'person email home', 'person email other', 'contact email', 'mail', 'e-mail 1 address'],
    ['email', 'E-Mail-Adresse', 'Mailadresse', 'Email-Adresse', 'Courriel', 'Adresse e-mail', 'Correo electrónico'],
    ['phone', 'phone number', 'phone 1 value', 'primary phone', 'business phone', 'work phone', 'person phone work'],
    [
      'phone',
      'phone work',
      'telephone',
      'telephone number',
      'phone 1',
      'mobile phone',
      'mobile phone number',
      'mobile',
    ],
    [
      'phone',
      'mobile number',
      'cell phone',
      'cell',
      'person phone mobile',
      'phone mobile',
      'person phone',
      'home phone',
    ],
    [
      'phone',
      'person phone home',
      'phone home',
      'company main phone',
      'other phone',
      'Telefon',
      'Telefonnummer',
      'Tel',
    ],
    ['phone', 'Rufnummer', 'Telefon geschäftlich', 'Mobil', 'Mobiltelefon', 'Handy', 'Mobilnummer', 'Téléphone'],
    ['phone', 'Teléfono', 'Telefono', 'Telefoon'],
    ['job_title', 'job title', 'position', 'organization title', 'organization 1 title', 'job position', 'role'],
    ['job_title', 'person job title', 'job', 'title', 'Berufsbezeichnung', 'Stellenbezeichnung', 'Funktion', 'Beruf'],
    ['job_title', 'Poste', 'Fonction', 'Cargo', 'Puesto'],
    ['company_name', ...companyNames],
    ...addressNames,
    ...notesNames,
    ['source_name', ...sourceNames, ...germanSourceNames],
    ...tagNames,
    ['company_id'],
    ['source_id'],
  ],
  companies: [
    ['name', 'name', ...companyNames],
    ['domain', 'company domain name', 'company domain', 'domain name', 'organization domain'],
    ['website', 'website url', 'website 1 value', 'company website', 'web site', 'web page', 'web page 1', 'homepage'],
    ['website', 'business website', 'organization website', 'url', 'web', 'Webseite', 'Internetseite', 'Site web'],
    ['industry', 'company industry', 'sector', 'organization industry', 'Branche', 'Industrie', 'Secteur', 'Sector'],
    ['linkedin_url', 'linkedin', 'linkedin company page', 'company linkedin url', 'linkedin page', 'linkedin profile'],
    ['linkedin_url', 'organization linkedin profile', 'LinkedIn-Profil'],
    ['phone', 'phone number', 'phone 1 value', 'main phone', 'company phone', 'company main phone', 'business phone'],
    ['phone', 'work phone', 'telephone', 'primary phone', 'mobile phone', 'Telefon', 'Telefonnummer', 'Tel'],
    ['phone', 'Rufnummer', 'Téléphone', 'Teléfono', 'Telefono'],
    ...addressNames,
    ...notesNames,
    [
      'employee_count',
      'employees',
      'number of employees',
      'no of employees',
      'headcount',
      'company size',
      'Mitarbeiter',
    ],
    ['employee_count', 'Mitarbeiterzahl', 'Anzahl Mitarbeiter', 'Beschäftigte', 'Effectif', 'Empleados'],
    ['annual_revenue_amount', 'annual revenue', 'revenue', 'yearly revenue', 'turnover', 'annual turnover'],
    ['annual_revenue_amount', 'Umsatz', 'Jahresumsatz', "Chiffre d'affaires"],
    ['annual_revenue', 'annual revenue cents', 'annual revenue in cents', 'revenue cents', 'revenue in cents'],
    ['annual_revenue', 'Umsatz in Cent', 'Jahresumsatz in Cent'],
    ...tagNames,
  ],
  sources: [['name', 'name', ...sourceNames, ...germanSourceNames, 'Bezeichnung', 'title', 'label']],
};

/** Known by exactly these names: of others one could not tell that ids, or cents, are meant. */
const knownByWireName = new Set(['company_id', 'source_id', 'annual_revenue']);

/** Without case, accents, punctuation and spaces: `FirstName` is `first_name`. */
function normalised(header: string): string {
  const letters = header.normalize('NFKD').toLowerCase().replaceAll('ß', 'ss');
  return letters.replace(/[^\p{L}\p{N}]/gu, '');
}

const normalisedNames = new Map(
  modelTypes.map((modelType) => [
    modelType,
    names[modelType].map(([field, ...others]) => ({
      field,
      names: (knownByWireName.has(field) ? others : [field, ...others]).map(normalised),
    })),
  ]),
);

/** Fields that say the same in another way, which they give way to. Ids of another system would be found nowhere. */
const instead: Readonly<Record<string, readonly string[]>> = {
  full_name: ['first_name', 'last_name'],
  company_id: ['company_name'],
  source_id: ['source_name'],
  annual_revenue_amount: ['annual_revenue'],
};

const known = new Set([...normalisedNames.values()].flatMap((fields) => fields.flatMap((field) => field.names)));
const longestKnown = 60;
/** Whether it names a field of any records. */
export function isKnownHeader(header: string): boolean {
  return header.length <= longestKnown && (known.has(normalised(header)) || knownByWireName.has(header.trim()));
}

/**
 * @param headers each once.
 * @param customFields the fields to map to, and what they are called.
 * @returns the fields of headers, each once; headers nothing is known of are left out.
 */
export function suggestMapping(
  modelType: ModelType,
  headers: readonly string[],
  customFields: readonly { readonly value: string; readonly label: string }[],
): Map<string, string> {
  const mapping = new Map<string, string>();
  const taken = new Set<string>();
  const take = (header: string | undefined, field: string) => {
    if (header === undefined || taken.has(field)) return;
    mapping.set(header, field);
    taken.add(field);
  };
  const columns = headers
    .filter((header) => header !== errorColumn)
    .map((header) => ({ header, name: normalised(header) }));
  const free = (name: string) => columns.find((column) => column.name === name && !mapping.has(column.header))?.header;
  const fields = normalisedNames.get(modelType)!;

  for (const wireName of [...fields.map(({ field }) => field), ...customFields.map(({ value }) => value)])
    if (headers.includes(wireName)) take(wireName, wireName);
  for (const { value, label } of customFields) if (normalised(label) !== '') take(free(normalised(label)), value);
  // In a German table "Name;Vorname" the name is the last one.
  const isGerman = modelType === 'contacts' && columns.some(({ name }) => name === 'vorname');
  for (const { field, names } of fields)
    for (const name of field === 'last_name' && isGerman ? [...names, 'name'] : names) take(free(name), field);
  return new Map([...mapping].filter(([, field]) => !instead[field]?.some((other) => taken.has(other))));
}
