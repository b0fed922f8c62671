import type { Importable } from '../../platform/records/importable';
import type { ConclusionsView } from './import-preview.view';
import type { ImportField } from './rows/import-fields';
import type { ColumnFindings } from './rows/reading-options';
import { mappingOf, suggestMapping } from './rows/suggest-mapping';

/** Fields of which a name can be made if none is mapped, by field. */
const substitutes: Readonly<Record<string, readonly string[]>> = {
  first_name: ['full_name', 'last_name', 'company_name', 'email'],
};
const maxTold = 20;

/** @returns what a preview tells of the columns. */
export function conclude(
  kind: Pick<Importable, 'fields' | 'columnNames' | 'record'>,
  fields: readonly ImportField[],
  columns: readonly ColumnFindings[],
  totalRows: number,
): ConclusionsView {
  const own = fields.filter(({ target }) => target === 'custom');
  const isWhole = columns.every(({ looked_at }) => looked_at >= totalRows);
  const suggestions = suggestMapping(kind, columns, own, isWhole);
  const mapping = mappingOf(suggestions);
  const mapped = new Set(mapping.values());
  const names = new Set(fields.filter(({ isName }) => isName).map(({ value }) => value));
  const isName = ({ header }: ColumnFindings) => names.has(mapping.get(header) ?? '');
  const empty = columns.flatMap((column) => [
    ...column.nothing.signs,
    ...column.nothing.words.filter((word) => !isName(column) || column.empty_words.includes(word.toLowerCase())),
  ]);
  const missing = kind.record.read({}).lacking.map(({ field }) => field);
  return {
    columns: columns.map(({ header, filled, samples }, index) => {
      const { suggestion, reason } = suggestions[index]!;
      return { header, filled, samples, suggestion, reason };
    }),
    suggested_mapping: Object.fromEntries(mapping),
    missing_required: missing.filter(
      (field) => ![field, ...(substitutes[field] ?? [])].some((each) => mapped.has(each)),
    ),
    treated_as_empty: [...new Set(empty)].slice(0, maxTold),
    date_order: agreedOn(columns.flatMap(({ date_order }) => date_order ?? [])),
    decimal: agreedOn(columns.flatMap(({ decimal, is_numeric }) => (is_numeric ? (decimal ?? []) : []))),
  };
}

function agreedOn<Value>(said: readonly Value[]): Value | null {
  const different = new Set(said);
  return different.size === 1 ? said[0]! : null;
}
