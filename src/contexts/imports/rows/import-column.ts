import type { CellFormat } from '../../../platform/tables/cell-values';
import type { TableShape } from '../../../platform/tables/table-reader';
import type { ColumnMapping } from './column-mapping';
import { share } from './field-evidence';
import { customPrefix, type ImportField } from './import-fields';
import { type ColumnFindings, formatOf, type NamedColumn, type ReadingOptions } from './reading-options';

/** A column to import. */
export interface Column {
  readonly index: number;
  readonly header: string;
  readonly field: ImportField;
  readonly format: CellFormat;
  readonly group: string;
  readonly part: NamedColumn['part'];
  /** Words that mean nothing in a column of names. */
  readonly emptyWords: readonly string[];
  /** Whether a text that may mean nothing is a value of this column. */
  readonly isValue: (text: string) => boolean;
}

/** @returns the mapped columns that the file has. One for a field that is gone refuses every cell. */
export function columnsOf(
  { headers }: Pick<TableShape, 'headers'>,
  mapping: ColumnMapping,
  fields: ReadonlyMap<string, ImportField>,
  options: ReadingOptions,
  findings: readonly ColumnFindings[],
): readonly Column[] {
  const places = new Map(headers.map((header, index) => [header, index]));
  const found = new Map(findings.map((each) => [each.header, each]));
  return mapping.flatMap(([header, value]) => {
    const index = places.get(header);
    if (index === undefined) return [];
    const field = fields.get(value) ?? goneField(value);
    const own = found.get(header);
    const { group = '', named, empty_words: emptyWords = [] } = own ?? {};
    const isValue = field.isValue ?? (field.value === 'country' && own ? isNamibia(own) : isNone);
    const format = formatOf(options, own);
    return [{ index, header, field, format, group, part: named?.part ?? null, emptyWords, isValue }];
  });
}

const isNone = () => false;

/** Among codes of countries, `NA` is Namibia. */
function isNamibia(findings: ColumnFindings): (text: string) => boolean {
  return share(findings, 'country_code') >= 0.9 ? (text) => text === 'NA' : isNone;
}

function goneField(value: string): ImportField {
  const read = () => ({ fault: 'is no field any more: it was deleted' });
  const label = value.startsWith(customPrefix) ? 'The custom field' : value;
  return {
    value,
    label,
    title: label,
    target: 'field',
    read,
    combination: 'first',
    isName: false,
    cleared: {},
    alternatives: [],
    splitsInto: [],
  };
}
