import { splitName } from './cell-values';
import type { Encoding } from './text-encoding';
import { plainValue, readVcardLine, splitValue, type VcardLine } from './vcard-lines';

/** What a card has for a column, in the order of preference. */
export type VcardValues = Partial<Record<VcardField, readonly string[]>>;

/** Names of columns that imports know, in their order. Those of addresses come again for each address. */
const fields = [
  ...(['Prefix', 'First Name', 'Middle Name', 'Last Name', 'Suffix', 'Nickname', 'Email', 'Phone', 'Fax'] as const),
  ...(['Company', 'Department', 'Job Title', 'Role', 'Website', 'IM', 'Birthday', 'Anniversary'] as const),
  ...(['Notes', 'Tags', 'UID'] as const),
] as const;
const addressFields = ['Street', 'City', 'State', 'Postal Code', 'Country'] as const;
export type VcardField = (typeof fields)[number] | (typeof addressFields)[number];

/** Maximum number of columns with one name. The last one has all further values. */
const maxValues = 10;

/** @param counts how many values a card has at most, by field. @returns the columns: "Phone", "Phone 2" and so on. */
export function vcardColumns(counts: ReadonlyMap<VcardField, number>): readonly (readonly [VcardField, number])[] {
  const times = (field: VcardField) => Math.min(counts.get(field) ?? 0, maxValues);
  const addresses = Math.max(...addressFields.map(times));
  const ofAddresses = Array.from({ length: addresses }, (_, index) =>
    addressFields.filter((field) => times(field) > 0).map((field) => [field, index] as const),
  ).flat();
  return fields.flatMap((field) => {
    const columns = Array.from({ length: times(field) }, (_, index) => [field, index] as const);
    return field === 'Website' ? [...ofAddresses, ...columns] : columns;
  });
}

export function vcardHeader([field, index]: readonly [VcardField, number]): string {
  return index === 0 ? field : `${field} ${index + 1}`;
}

export function vcardCell(values: VcardValues, [field, index]: readonly [VcardField, number]): string {
  const all = values[field] ?? [];
  return index === maxValues - 1 ? all.slice(index).join(', ') : (all[index] ?? '');
}

/** @param lines the content lines between BEGIN and END. */
export function readVcard(lines: readonly string[], encoding: Encoding): VcardValues {
  const properties = lines.flatMap((line) => readVcardLine(line, encoding) ?? []);
  const named = (name: string) => byPreference(properties.filter((property) => property.name === name));
  const texts = (name: string) => filled(named(name).map(({ value }) => plainValue(value)));
  const phones = named('TEL').filter(({ types }) => !types.has('pager'));
  const isFax = ({ types }: VcardLine) => types.has('fax') || [...types].some((type) => /fax/.test(type));
  const numbers = (lines: readonly VcardLine[]) => filled(lines.map(({ value }) => withoutScheme(plainValue(value))));
  const [organization = []] = named('ORG').map(({ value }) => splitValue(value, ';'));
  const addresses = named('ADR').map(({ value }) => addressOf(value));
  const ofAddresses = Object.fromEntries(
    addressFields.map((field) => [field, addresses.map((address) => address[field])]),
  );
  const isCompany = properties.some(
    ({ name, value }) => (name === 'X-ABSHOWAS' && /company/i.test(value)) || (name === 'KIND' && /org/i.test(value)),
  );
  const [displayed = ''] = texts('FN');
  const values: Record<string, readonly string[]> = {
    ...(isCompany ? {} : namesOf(properties.find(({ name }) => name === 'N')?.value ?? '', displayed)),
    Nickname: texts('NICKNAME'),
    Email: filled(named('EMAIL').map(({ value }) => withoutScheme(plainValue(value)))),
    Phone: numbers(phones.filter((phone) => !isFax(phone) || phone.types.has('voice'))),
    Fax: numbers(phones.filter((phone) => isFax(phone) && !phone.types.has('voice'))),
    Company: filled([organization[0] ?? (isCompany ? displayed : '')]),
    Department: filled([organization.slice(1).filter(Boolean).join(', ')]),
    'Job Title': texts('TITLE'),
    Role: texts('ROLE'),
    ...ofAddresses,
    Website: texts('URL'),
    IM: filled(['IMPP', 'X-JABBER', 'X-SKYPE', 'X-ICQ', 'X-AIM', 'X-MSN'].flatMap(texts)),
    Birthday: texts('BDAY').map(dateOf),
    Anniversary: texts('ANNIVERSARY').map(dateOf),
    Notes: filled([texts('NOTE').join('\n')]),
    Tags: filled([
      named('CATEGORIES')
        .flatMap(({ value }) => splitValue(value, ','))
        .filter(Boolean)
        .map(quotedTag)
        .join(', '),
    ]),
    UID: texts('UID'),
  };
  return Object.fromEntries(Object.entries(values).filter(([, all]) => all.some((value) => value !== '')));
}

/** A separator of tags within quotation marks is part of the tag. */
function quotedTag(tag: string): string {
  return /[,;|]/.test(tag) && !tag.includes('"') ? `"${tag}"` : tag;
}

function filled(values: readonly string[]): string[] {
  return values.filter((value) => value !== '');
}

/** PREF=1 comes first (RFC 6350, 5.3); in earlier versions PREF is a type. */
function byPreference(lines: readonly VcardLine[]): readonly VcardLine[] {
  const rank = ({ types, parameters }: VcardLine) =>
    types.has('pref') ? 1 : Number(parameters.get('PREF') ?? 101) || 101;
  return lines.toSorted((one, other) => rank(one) - rank(other));
}

function namesOf(value: string, displayed: string): Record<string, readonly string[]> {
  // A comma divides several names. With a backslash before it, it is part of one.
  const spaced = value.replace(/\\[^]|,/g, (found) => (found === ',' ? ' ' : found));
  const parts = splitValue(spaced, ';').map((part) => part.replace(/\s+/g, ' '));
  const [last = '', first = '', middle = '', prefix = '', suffix = ''] = parts;
  if (first === '' && last === '') {
    if (displayed === '') return {};
    const split = splitName(displayed);
    return { 'First Name': filled([split.first_name]), 'Last Name': filled([split.last_name ?? '']) };
  }
  return {
    Prefix: filled([prefix]),
    'First Name': filled([first]),
    'Middle Name': filled([middle]),
    'Last Name': filled([last]),
    Suffix: filled([suffix]),
  };
}

/** Post-office box and extended address stand before the street. */
function addressOf(value: string): Record<(typeof addressFields)[number], string> {
  const parts = splitValue(value, ';').map((part) => filled(part.split('\n').map((line) => line.trim())).join(', '));
  const [box = '', extended = '', street = '', city = '', state = '', zip = '', country = ''] = parts;
  return {
    Street: filled([street, extended, box]).join(', '),
    City: city,
    State: state,
    'Postal Code': zip,
    Country: country,
  };
}

function withoutScheme(value: string): string {
  return value.replace(/^(?:tel|mailto):/i, '');
}

/** `19800131` and `1980-01-31T00:00:00Z` are days; other forms, such as one without a year, stay as they are. */
function dateOf(value: string): string {
  const match = /^(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?$/.exec(value);
  return match ? `${match[1]}-${match[2]}-${match[3]}` : value;
}
