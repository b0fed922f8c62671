import { addressLineNames, houseNumberNames, type ColumnNames } from '../../../platform/records/column-names';
import type { ImportColumns } from '../../../platform/records/importable-field';
import { normalized, readingsOf, wordsOf } from './header-words';
import type { NamedColumn } from './reading-options';

type KnownName = Pick<NamedColumn, 'field' | 'rank' | 'part'>;

/** Fields that questions ask for: "What is your email address?" */
const askedFor = new Set(
  'email phone first_name last_name full_name company_name name job_title city country zip_code website'.split(' '),
);
/** Names that mean something else within a sentence. */
const seldomAsked = new Set(
  'contact person last first title position function role job mobile family names name customer client account mail cell attendee fixe land town state direct sms'.split(
    ' ',
  ),
);
const minAskedLength = 4;
const maxQuestionWords = 15;
const askingWords = new Set(
  'what which your who whom where how enter please provide wie welche welches welcher ihre ihr dein deine quel quelle votre cual cuál su tu qual sua wat welk uw jouw jaki twój vad din hvad mikä какой ваш ваша'.split(
    ' ',
  ),
);
/** Fields whose names mean another record beside a qualifier: "Company external id". */
const onlyUnqualified = new Set(['external_id']);
const maxKnownLength = 60;
/** "Address 1 - Label" is no label of the contact. */
const neverOfAddresses = new Set(['tags', 'notes', 'source_name', 'job_title', 'industry']);
const ofAddress = /address|adres|endereço|indirizzo|dirección|e-?mail|phone/i;
/** Costs of another name of the field, and of a qualifier beside it. */
const costOfQualifier = 3;

/** Knows what columns of a kind of records are called. */
export class KnownColumns {
  private readonly names = new Map<string, KnownName>();
  private readonly exact: ReadonlySet<string>;

  constructor({ fields, columnNames }: ImportColumns) {
    this.exact = new Set(fields.flatMap((field) => (field.isByExactName ? [field.name] : [])));
    for (const [field, known] of Object.entries(columnNames)) this.add(field, known, null);
    for (const { name, isByExactName } of fields)
      if (!isByExactName) this.addName(name, { field: name, rank: 0, part: null });
    if (!('address' in columnNames)) return;
    this.add('address', houseNumberNames, 'house number');
    this.add('address', addressLineNames, 'line');
  }

  /** @returns what the header says; null if it is unknown. */
  find(header: string): NamedColumn | null {
    for (const { name, cost, group, ...reading } of readingsOf(header)) {
      const known = this.names.get(name);
      if (known && cost > 0 && onlyUnqualified.has(known.field)) continue;
      if (known && !(neverOfAddresses.has(known.field) && ofAddress.test(header)))
        return { ...known, ...reading, group, rank: known.rank + costOfQualifier * cost };
    }
    return this.asked(header);
  }

  /** @param name in the form for comparisons. */
  has(name: string): boolean {
    return this.names.has(name);
  }

  hasExactly(header: string): boolean {
    return this.exact.has(header);
  }

  /** Finds a known name within a question. */
  private asked(header: string): NamedColumn | null {
    const words = wordsOf(header);
    const isAsked = /[?？]\s*$/.test(header) || words.some((word) => askingWords.has(word));
    if (!isAsked || words.length > maxQuestionWords) return null;
    for (let start = 0; start < words.length; start++) {
      for (let end = Math.min(words.length, start + 4); end > start; end--) {
        const name = words.slice(start, end).join('');
        const known = name.length >= minAskedLength && !seldomAsked.has(name) ? this.names.get(name) : undefined;
        if (known && askedFor.has(known.field))
          return { ...known, rank: known.rank + 50, group: '', ordinal: 0, isOfGroup: false };
      }
    }
    const isName = words.includes('name');
    const known = isName ? this.names.get('name') : undefined;
    return known ? { ...known, rank: known.rank + 60, group: '', ordinal: 0, isOfGroup: false } : null;
  }

  private add(field: string, known: ColumnNames, part: NamedColumn['part']): void {
    for (const list of Object.values(known))
      for (const [rank, name] of list.split(', ').entries())
        this.addName(name, { field, rank: part ? rank + 20 : rank + 1, part });
  }

  private addName(name: string, known: KnownName): void {
    const form = normalized(name);
    const before = this.names.get(form);
    if (!before || (before.field === known.field && before.rank > known.rank)) this.names.set(form, known);
  }
}

/** "By" is a city in Danish, and no sign of a header. */
function isShortWord(name: string): boolean {
  return name.length < 3 && /^[a-z]/.test(name);
}

const knownColumns = new WeakMap<object, KnownColumns>();

export function knownColumnsOf(kind: ImportColumns): KnownColumns {
  const known = knownColumns.get(kind.columnNames) ?? new KnownColumns(kind);
  knownColumns.set(kind.columnNames, known);
  return known;
}

/** Headers with more words are not taken apart, because every cell at the top of a file is looked at. */
const maxKnownWords = 5;
const maxRemembered = 5_000;

/** @returns a function that tells whether a header names a field of any of these kinds. */
export function knownHeaders(kinds: readonly ImportColumns[]): (header: string) => boolean {
  const known = kinds.map(knownColumnsOf);
  const isNamed = (name: string) => !isShortWord(name) && known.some((each) => each.has(name));
  const isKnown = (header: string) => {
    if (header.length > maxKnownLength || header.includes('@')) return false;
    if (known.some((each) => each.hasExactly(header))) return true;
    for (const { name } of readingsOf(header, maxKnownWords)) if (isNamed(name)) return true;
    return false;
  };
  const remembered = new Map<string, boolean>();
  return (cell) => {
    const header = cell.trim();
    const before = remembered.get(header);
    if (before !== undefined) return before;
    const is = isKnown(header);
    if (remembered.size < maxRemembered) remembered.set(header, is);
    return is;
  };
}
