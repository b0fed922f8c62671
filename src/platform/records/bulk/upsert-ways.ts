import type { MatchForm } from '../../database/match-forms';
import type { RecordDefinition } from '../record-definition';
import type { RecordRow } from '../record-row';
import { fieldMatchedBy } from '../matcher';

/** How records are found by what `match_by` says: a field, or a unique custom field. */

type Definition = Pick<RecordDefinition<RecordRow, object>, 'matchBy'>;

export function formIn({ matchBy }: Definition, way: string): MatchForm {
  return fieldMatchedBy(way) === null ? matchBy[way]!.form : 'value';
}

/** @returns what is compared of a record, or of fields that were read; `""`: nothing. */
export function textIn(row: object, way: string): string {
  const id = fieldMatchedBy(way);
  const fields = row as Readonly<Record<string, unknown>>;
  if (id === null) return (fields[way] as string | null | undefined) ?? '';
  const value = (fields.custom_fields as Readonly<Record<string, unknown>> | null | undefined)?.[id] ?? null;
  return value === null ? '' : JSON.stringify(typeof value === 'string' ? value.trim() : value);
}
