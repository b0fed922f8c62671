import { type ColumnChoices, reasons } from './column-choices';
import { looksLikeFullNames, looksLikeNameParts, share } from './field-evidence';
import { normalized } from './header-words';

/** Finds names of people in columns whose own names are unknown. */
export function suggestNames(choices: ColumnChoices): void {
  if (['first_name', 'last_name', 'full_name'].some((field) => choices.isFilled(field))) {
    suggestMissingName(choices);
    return;
  }
  const whole = choices.unclear().find(looksLikeFullNames);
  if (whole) return choices.take(whole, 'full_name', reasons.cells, 200);
  const parts = choices.unclear().filter(looksLikeNameParts).slice(0, 2);
  if (parts.length === 0) return;
  const [one, other] = [...parts].sort((a, b) => b.begins_address / b.filled - a.begins_address / a.filled);
  choices.take(one!, 'first_name', reasons.cells, 200);
  if (other) choices.take(other, 'last_name', reasons.cells, 200);
}

/** Beside a first name stands a last name. */
function suggestMissingName(choices: ColumnChoices): void {
  const missing = choices.isFilled('first_name') ? 'last_name' : choices.isFilled('last_name') ? 'first_name' : null;
  if (missing === null || choices.isFilled(missing) || choices.isFilled('full_name')) return;
  const part = choices.unclear().find(looksLikeNameParts);
  if (part) choices.take(part, missing, reasons.cells, 200);
}

/** Words that mean the whole name, or the part of it that no other column has. */
const plainNames = new Set('name nom nombre nome naam namn navn nimi имя 名前 姓名 名字'.split(' ').map(normalized));

/** "Name" beside "Vorname" is the last name, beside "Surname" the first name. */
export function resolveNames(choices: ColumnChoices): void {
  const [first, last] = [choices.isTaken('first_name'), choices.isTaken('last_name')];
  if (first === last) return;
  const column = choices.columns.find(
    ({ header, named }) => named?.field === 'full_name' && plainNames.has(normalized(header)),
  );
  if (column && share(column, 'words') <= 0.6) choices.take(column, first ? 'last_name' : 'first_name', reasons.named);
}
