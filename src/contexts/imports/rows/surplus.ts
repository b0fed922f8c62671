import { JoinedText, maxNotes } from './joined-text';
import type { ColumnValue, RowDraft } from './row-draft';
import type { Fault } from './row-faults';

/** Writes surplus values below the notes, as long as there is room. @returns what is told of it. */
export function addSurplusToNotes({ surplus, sent: drafted }: RowDraft, sent: Map<string, unknown>): readonly Fault[] {
  if (surplus.length === 0) return [];
  const notes = new JoinedText(maxNotes);
  const before = drafted.get('notes');
  if (typeof before === 'string') notes.add(before, '');
  const told = surplus.map((each) => {
    const isKept = notes.add(`${each.column.header}: ${each.value}`, '\n') === undefined;
    return toldOf(each, isKept ? 'went into the notes' : 'was left out');
  });
  if (notes.text !== '') sent.set('notes', notes.text);
  return told;
}

export function surplusLeftOut({ surplus }: RowDraft): readonly Fault[] {
  return surplus.map((each) => toldOf(each, 'was left out, since the record has notes of its own'));
}

/** Maximum number of characters of a value within a sentence. */
const maxShown = 100;

function toldOf({ column: { field, header }, value }: ColumnValue, what: string): Fault {
  const shown = value.length > maxShown ? `${value.slice(0, maxShown)}…` : value;
  return {
    column: header,
    field: field.value,
    value,
    message: `${field.title} has several values: "${shown}" ${what}`,
  };
}
