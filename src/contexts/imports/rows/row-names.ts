import { splitName } from '../../../platform/tables/cell-values';
import type { Cells } from './row-cells';
import type { RowDraft } from './row-draft';
import type { Fault } from './row-faults';

/** Fills the parts of a name that are empty from the whole name, which other columns have. */
export function completeName(draft: RowDraft, cells: Cells): void {
  const [first, last] = [draft.text('first_name'), draft.text('last_name')];
  if (first !== '' && last !== '') return;
  for (const whole of draft.fullNames) {
    const name = splitName(whole.value);
    const { values, told } =
      first !== '' ? besideFirst(name, first) : last !== '' ? besideLast(name, last) : { values: name };
    const fault = cells.faultOf(values);
    if (fault !== undefined) {
      cells.invalid(whole, fault);
      continue;
    }
    for (const [part, value] of Object.entries(values)) draft.sent.set(part, value);
    if (told !== undefined) draft.tell(whole, told);
    return;
  }
}

type Name = ReturnType<typeof splitName>;

interface Completion {
  readonly values: Partial<Name>;
  readonly told?: string;
}

/** What else stands in the whole name is the last name: `P. Berg` of `Jan P. Berg`. */
function besideFirst(name: Name, own: string): Completion {
  const [words, known] = [wordsOf(name), own.split(/\s+/u)];
  const rest = withoutBegin(words, known) ?? withoutEnd(words, known);
  if (!rest) return { values: {}, told: 'is not that of the first name, and was left out' };
  return { values: rest.length > 0 ? { last_name: rest.join(' ') } : {} };
}

function besideLast(name: Name, own: string): Completion {
  const [words, known] = [wordsOf(name), own.split(/\s+/u)];
  const rest = withoutEnd(words, known) ?? withoutBegin(words, known);
  if (rest) return { values: rest.length > 0 ? { first_name: rest.join(' ') } : {} };
  const values = { first_name: name.first_name };
  if (name.last_name === undefined) return { values };
  return { values, told: 'has another last name than the row: only the first name was taken' };
}

function wordsOf({ first_name, last_name = '' }: Name): readonly string[] {
  return `${first_name} ${last_name}`.trim().split(/\s+/u);
}

/** @returns the words behind these; null if they do not begin so. */
function withoutBegin(words: readonly string[], known: readonly string[]): readonly string[] | null {
  return known.every((word, index) => isSame(words[index], word)) ? words.slice(known.length) : null;
}

/** @returns the words before these; null if they do not end so. */
function withoutEnd(words: readonly string[], known: readonly string[]): readonly string[] | null {
  const start = words.length - known.length;
  return known.every((word, index) => isSame(words[start + index], word)) ? words.slice(0, start) : null;
}

function isSame(one: string | undefined, other: string): boolean {
  return one !== undefined && formOf(one) === formOf(other);
}

interface OtherName {
  readonly sent: ReadonlyMap<string, unknown>;
  readonly message: Fault;
}

/** @returns what a new contact without a first name may be called: its last name, its company, or what stands before the `@`. */
export function otherNames(draft: RowDraft): readonly OtherName[] {
  if (draft.text('first_name') !== '') return [];
  const email = draft.text('email');
  const candidates = [
    ['last name', draft.text('last_name')],
    ['company', draft.named['company_name'] ?? ''],
    ['e-mail', email.slice(0, Math.max(0, email.indexOf('@')))],
  ] as const;
  return candidates.flatMap(([from, value]) => {
    if (value === '') return [];
    const sent = new Map(draft.sent).set('first_name', value);
    if (from === 'last name') sent.delete('last_name');
    const message = `There is no first name: the ${from} was taken`;
    return [{ sent, message: { column: null, field: 'first_name', value, message } }];
  });
}

function formOf(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
