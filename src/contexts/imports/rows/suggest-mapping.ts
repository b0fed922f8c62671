import type { Aliases, ImportColumns } from '../../../platform/records/importable-field';
import { errorColumn } from '../../../platform/tables/table-layout';

/** A column name in the form for comparisons. */
interface Name {
  readonly name: string;
  /** Another column that the file must also have. */
  readonly beside?: string;
}

interface NamedField {
  readonly field: string;
  readonly names: readonly Name[];
}

/** Removes case, accents, punctuation and spaces: `FirstName` equals `first_name`. */
function normalized(header: string): string {
  const letters = header.normalize('NFKD').toLowerCase().replaceAll('ß', 'ss');
  return letters.replace(/[^\p{L}\p{N}]/gu, '');
}

function namesOf(aliases: Aliases): Name[] {
  if (typeof aliases === 'string') return aliases.split(', ').map((name) => ({ name: normalized(name) }));
  return namesOf(aliases.names).map(({ name }) => ({ name, beside: normalized(aliases.beside) }));
}

/** @returns the fields in the order in which they choose columns. */
function namedFieldsOf({ fields, aliases }: ImportColumns): NamedField[] {
  const exact = exactNamesOf([{ fields, aliases }]);
  const inOrder = new Set([...Object.keys(aliases), ...fields.map(({ name }) => name)]);
  return [...inOrder].map((field) => ({
    field,
    names: [...(exact.has(field) ? [] : [field]), ...(aliases[field] ?? [])].flatMap(namesOf),
  }));
}

function exactNamesOf(kinds: readonly ImportColumns[]): Set<string> {
  return new Set(kinds.flatMap(({ fields }) => fields.flatMap((field) => (field.isByExactName ? [field.name] : []))));
}

const maxKnownLength = 60;

/** @returns a function that tells whether a header names a field of any of these kinds. */
export function knownHeaders(kinds: readonly ImportColumns[]): (header: string) => boolean {
  const fields = kinds.flatMap(namedFieldsOf);
  const known = new Set(fields.flatMap(({ names }) => names.map(({ name }) => name)));
  const exact = exactNamesOf(kinds);
  return (header) => header.length <= maxKnownLength && (known.has(normalized(header)) || exact.has(header.trim()));
}

/**
 * @param headers without repetitions.
 * @param customFields the custom fields and their labels.
 * @returns a field for each known header. No field is used twice; unknown headers are left out.
 */
export function suggestMapping(
  kind: ImportColumns,
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
    .map((header) => ({ header, name: normalized(header) }));
  const free = (name: string) => columns.find((column) => column.name === name && !mapping.has(column.header))?.header;
  const isThere = (name: string | undefined) => name === undefined || columns.some((column) => column.name === name);
  const fields = namedFieldsOf(kind);

  for (const wireName of [...fields.map(({ field }) => field), ...customFields.map(({ value }) => value)])
    if (headers.includes(wireName)) take(wireName, wireName);
  for (const { value, label } of customFields) if (normalized(label) !== '') take(free(normalized(label)), value);
  for (const { field, names } of fields)
    for (const { name, beside } of names) if (isThere(beside)) take(free(name), field);
  const others = new Map(kind.fields.map(({ name, givesWayTo = [] }) => [name, givesWayTo]));
  return new Map([...mapping].filter(([, field]) => !others.get(field)?.some((other) => taken.has(other))));
}
