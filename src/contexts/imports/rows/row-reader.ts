import { InvalidInputError } from '../../../kernel/domain-error';
import type { ReadInput } from '../../../platform/records/many-records';
import type { ColumnMapping } from './column-mapping';
import type { ImportField } from './import-fields';
import type { Fault } from './row-faults';
import type { TableRow, TableShape } from '../../../platform/tables/table-reader';

/** A column to import. */
interface Column {
  readonly index: number;
  readonly header: string;
  readonly field: ImportField;
}

/** A row that meets the rules of the API. Nothing has been looked up. */
export interface ReadRow {
  readonly row: TableRow;
  readonly input: object;
  /** What the row lacks for a new record. */
  readonly lacking: readonly Fault[];
  readonly custom_fields: Readonly<Record<string, unknown>>;
  /** Names of other records, by the field of the cell. */
  readonly named: Readonly<Record<string, string>>;
}

/** Turns rows of cells into the bodies that a client would send. */
export class RowReader {
  private readonly columns: readonly Column[];

  /**
   * @param read applies the rules of the API for a new record. A custom field that was deleted since refuses every
   * cell.
   */
  constructor(
    private readonly shape: TableShape,
    mapping: ColumnMapping,
    fields: readonly ImportField[],
    private readonly read: (sent: object) => ReadInput,
  ) {
    const byValue = new Map(fields.map((field) => [field.value, field]));
    const places = new Map(shape.headers.map((header, index) => [header, index]));
    this.columns = mapping.flatMap(([header, value]) => {
      const [index, field] = [places.get(header), byValue.get(value)];
      return index === undefined ? [] : [{ index, header, field: field ?? goneField(value) }];
    });
  }

  /** @returns the row, or all its faults. */
  of(row: TableRow): ReadRow | { readonly faults: readonly Fault[] } {
    const faults: Fault[] = [...this.faultsOfShape(row)];
    const sent = new Map<string, unknown>();
    const custom_fields: Record<string, unknown> = {};
    const named: Record<string, string> = {};
    for (const { index, header, field } of this.columns) {
      const cell = (row.cells[index] ?? '').trim();
      if (cell === '') continue;
      const reading = field.read(cell);
      if ('fault' in reading) {
        faults.push({ column: header, field: field.value, value: cell, message: `${field.value} ${reading.fault}` });
      } else if (field.target === 'custom') Object.assign(custom_fields, reading.values);
      else if (field.target === 'name') named[field.value] = cell;
      else for (const [name, value] of Object.entries(reading.values)) if (value !== '') sent.set(name, value);
    }
    try {
      const { input, lacking } = this.read(Object.fromEntries(sent));
      if (faults.length > 0) return { faults: truncated(faults) };
      return { row, input, lacking: this.faultsOf(row, lacking), custom_fields, named };
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return { faults: truncated([...faults, ...this.faultsOf(row, error.details)]) };
    }
  }

  /** Finds the cells for the details of the API. */
  faultsOf(row: TableRow, details: readonly { readonly field: string; readonly message: string }[]): Fault[] {
    return details.map(({ field, message }) => {
      const name = /^(custom_fields\.[^.[]+|[^.[]+)/.exec(field)?.[0] ?? field;
      const column = this.columnOf(name);
      const value = column === undefined ? '' : (row.cells[column.index] ?? '');
      return { column: column?.header ?? null, field: column?.field.value ?? name, value, message };
    });
  }

  private columnOf(name: string): Column | undefined {
    return this.columns.find(({ field }) => field.value === name || field.alternatives.includes(name));
  }

  private faultsOfShape({ cells }: TableRow): Fault[] {
    const { headers, faulty } = this.shape;
    const beyond = cells.slice(headers.length).filter((cell) => cell.trim() !== '');
    const broken = faulty ? cells.findIndex((cell) => cell.includes('\ufffd')) : -1;
    return [
      ...(beyond.length === 0
        ? []
        : [
            {
              column: null,
              field: null,
              value: beyond[0]!,
              message: `the row has ${cells.length} cells, and there are only ${headers.length} columns`,
            },
          ]),
      ...(broken < 0
        ? []
        : [
            {
              column: headers[broken] ?? null,
              field: null,
              value: cells[broken]!,
              message: 'the cell has bytes that are no UTF-8, as the rest of the file is',
            },
          ]),
    ];
  }
}

function goneField(value: string): ImportField {
  const read = () => ({ fault: 'is no field any more: it was deleted' });
  return { value, label: value, target: 'field', read, alternatives: [] };
}

/** Maximum number of faults to report for a row, which may have hundreds of columns. */
const maxReportedFaults = 20;

function truncated(faults: readonly Fault[]): readonly Fault[] {
  const rest = faults.length - maxReportedFaults;
  if (rest <= 0) return faults;
  const message = `and ${rest} more cells of the row are refused`;
  return [...faults.slice(0, maxReportedFaults), { column: null, field: null, value: '', message }];
}
