import type { JudgeValues } from '../../../kernel/custom-field-values';
import { type ErrorDetail, InvalidInputError } from '../../../kernel/domain-error';
import type { ReadInput } from '../../../platform/records/many-records';
import { withoutWrapper } from '../../../platform/tables/cell-wrappers';
import { isSignOfNothing, wordOfNothing } from '../../../platform/tables/nothing';
import type { TableRow, TableShape } from '../../../platform/tables/table-reader';
import type { ColumnMapping } from './column-mapping';
import { combine } from './combine-columns';
import { type Column, columnsOf } from './import-column';
import { customPrefix, type ImportField } from './import-fields';
import type { ColumnFindings, ReadingOptions } from './reading-options';
import type { Cells } from './row-cells';
import { type ColumnValue, RowDraft } from './row-draft';
import { type Fault, faultsOfShape, leftOut, shortened, truncated } from './row-faults';
import { completeName, otherNames } from './row-names';
import { addSurplusToNotes, surplusLeftOut } from './surplus';

/** A row that meets the rules of the API. Nothing has been looked up. */
export interface ReadRow {
  readonly row: TableRow;
  readonly input: object;
  /** What the row lacks for a new record. */
  readonly lacking: readonly Fault[];
  readonly custom_fields: Readonly<Record<string, unknown>>;
  /** Names of other records, by the field of the cell. */
  readonly named: Readonly<Record<string, string>>;
  /** Cells that only say which record the row means, by field. */
  readonly identity: Readonly<Record<string, string>>;
  /** What is told of the row although it is applied. */
  readonly messages: readonly Fault[];
  /** The row as a new record, where that differs: with another name for a missing one, and surplus values in its notes. */
  readonly asNew?: ReadRow;
}

type ReadSent = Pick<ReadRow, 'input' | 'lacking'> | { readonly faults: readonly Fault[] };

/** The rules of the API for a kind of record. */
interface RecordRules {
  /** @throws InvalidInputError if it is good neither for a create nor for a change. */
  read(sent: object): ReadInput;
  /** Whether a field may have this value. */
  accepts(field: string, value: unknown): boolean;
}

/** Turns rows of cells into the bodies that a client would send. */
export class RowReader {
  /** The columns of each field, in the order of the mapping. */
  private readonly fields: readonly (readonly [Column, ...Column[]])[];
  private readonly columns: readonly Column[];
  /** Fields that no record can be without. */
  private readonly required: ReadonlySet<string>;
  private readonly isExact: boolean;
  private readonly refusals = new Map<string, string>();
  private readonly defaults: readonly (readonly [ImportField, unknown])[];

  /**
   * @param known a custom field that was deleted since refuses every cell.
   * @param findings what was concluded from the columns; missing ones tell nothing.
   * @param identifying the fields by which rows are recognised.
   */
  constructor(
    private readonly shape: TableShape,
    mapping: ColumnMapping,
    private readonly known: readonly ImportField[],
    private readonly rules: RecordRules,
    private readonly options: ReadingOptions,
    findings: readonly ColumnFindings[],
    private readonly identifying: readonly string[],
  ) {
    const byValue = new Map(known.map((field) => [field.value, field]));
    this.columns = columnsOf(shape, mapping, byValue, options, findings);
    const values = [...new Set(this.columns.map(({ field }) => field.value))];
    this.fields = values.map((value) => this.columns.filter(({ field }) => field.value === value) as [Column]);
    this.defaults = Object.entries(options.defaults).flatMap(([name, value]) => {
      const field = byValue.get(name);
      return field ? [[field, value] as const] : [];
    });
    this.required = new Set(rules.read({}).lacking.map(({ field }) => field));
    this.isExact = isOwnExport(shape.headers);
  }

  /** @returns the row, or all its faults. */
  of(row: TableRow): ReadRow | { readonly faults: readonly Fault[] } {
    const draft = new RowDraft();
    const cells: Cells = {
      textOf: (column) => this.textOf(row, column),
      faultOf: (values) => this.faultOf(values),
      invalid: (cell, fault) => this.addInvalid(draft, cell, fault),
    };
    combine(this.fields, draft, cells);
    completeName(draft, cells);
    this.addDefaults(draft);
    const isAltered = draft.surplus.length > 0 || this.options.empty_cells === 'clear';
    const asSent = isAltered ? new Map(draft.sent) : draft.sent;
    // Notes that the file does not have stay as they are.
    const told = draft.sent.has('notes') ? addSurplusToNotes(draft, asSent) : surplusLeftOut(draft);
    if (this.options.empty_cells === 'clear') this.clearEmpty(draft, asSent);
    const read = this.readSent(row, asSent);
    const refused = 'faults' in read ? read.faults : [];
    const faults = [...faultsOfShape(row, this.shape), ...draft.faults, ...refused];
    if ('faults' in read || faults.length > 0) return { faults: truncated([...faults, ...draft.leftOut]) };
    const { custom_fields, named, identity } = draft;
    const messages = shortened([...leftOut(draft.leftOut), ...draft.messages, ...told]);
    const result = { row, ...read, custom_fields, named, identity, messages };
    const asNew = this.asNew(row, draft);
    return asNew ? { ...result, asNew: { ...result, ...asNew } } : result;
  }

  /** Finds the cells for the details of the API, and calls the fields by their labels. */
  faultsOf(row: TableRow, details: readonly { readonly field: string; readonly message: string }[]): Fault[] {
    return details.map(({ field, message }) => {
      const name = nameIn(field);
      const column = this.columnOf(name, row);
      const value = column === undefined ? '' : (row.cells[column.index] ?? '');
      const title = column?.field.title ?? this.known.find((each) => each.value === name)?.title;
      const shown =
        title !== undefined && message.startsWith(field) ? `${title}${message.slice(field.length)}` : message;
      return { column: column?.header ?? null, field: column?.field.value ?? name, value, message: shown };
    });
  }

  /** Judges the values of custom fields. Leaves out what is refused, if that is wanted, and tells so. */
  judgeCustomFields({ row, custom_fields }: ReadRow, isNew: boolean, validate: JudgeValues) {
    const judged = validate(custom_fields, isNew);
    const isLeftOut = (name: string) => this.isLeftOut(name) && name.slice(customPrefix.length) in custom_fields;
    const names = judged.refused.map(({ field }) => nameIn(field));
    if (names.length === 0 || !names.every(isLeftOut)) return { ...judged, messages: [] as readonly Fault[] };
    const ids = new Set(names.map((name) => name.slice(customPrefix.length)));
    const rest = Object.fromEntries(Object.entries(custom_fields).filter(([id]) => !ids.has(id)));
    return { ...validate(rest, isNew), messages: leftOut(this.faultsOf(row, judged.refused)) };
  }

  mayLeaveOut(fields: ReadonlySet<string>): boolean {
    return [...fields].every((field) => this.isLeftOut(field));
  }

  /** Leaves out references to other records. Defaults take the place of others. */
  withoutReferences(row: ReadRow, fields: ReadonlySet<string>): ReadRow {
    const input = Object.fromEntries(Object.entries(row.input).filter(([name]) => !fields.has(name)));
    const named = Object.fromEntries(Object.entries(row.named).filter(([name]) => !fields.has(name)));
    for (const [{ value: name, target }, value] of this.defaults)
      if (fields.has(name) && target === 'name' && row.named[name] !== String(value)) named[name] = String(value);
    return { ...row, input, named };
  }

  /** @returns the column that has the value of a field in this row. */
  private columnOf(name: string, row: TableRow): Column | undefined {
    const own = this.columns.filter(({ field }) => field.value === name || field.alternatives.includes(name));
    return own.find(({ index }) => (row.cells[index] ?? '').trim() !== '') ?? own[0];
  }

  /** @returns the text of a cell without wrappers; empty if it means nothing. */
  private textOf(row: TableRow, { index, field, emptyWords, isValue }: Column): string {
    const cell = row.cells[index];
    if (cell === undefined || cell === '') return '';
    const trimmed = cell.trim();
    if (this.isExact || trimmed === '') return trimmed;
    const text = withoutWrapper(trimmed);
    if (isSignOfNothing(text)) return isValue(text) ? text : '';
    const word = wordOfNothing(text);
    return word === null || (field.isName && !emptyWords.includes(word)) || isValue(text) ? text : '';
  }

  /** @returns why the API refuses one of these values; follows the name of the field. */
  private faultOf(values: Readonly<Record<string, unknown>>): string | undefined {
    for (const [name, value] of Object.entries(values))
      if (value !== undefined && value !== '' && !this.rules.accepts(name, value)) return this.refusalOf(name, value);
    return undefined;
  }

  /** The reason is that of the field, and takes long to find. */
  private refusalOf(name: string, value: unknown): string {
    const before = this.refusals.get(name);
    if (before !== undefined) return before;
    const refusal = this.detailOf(name, value)?.message.slice(name.length + 1) ?? 'is refused';
    this.refusals.set(name, refusal);
    return refusal;
  }

  private detailOf(name: string, value: unknown): ErrorDetail | undefined {
    try {
      this.rules.read({ [name]: value });
      return undefined;
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return error.details.find(({ field }) => field === name);
    }
  }

  private addInvalid(draft: RowDraft, { column: { header, field }, value }: ColumnValue, fault: string): void {
    const told = { column: header, field: field.value, value, message: `${field.title} ${fault}` };
    if (this.isLeftOut(field.value)) draft.leftOut.push(told);
    else draft.faults.push(told);
  }

  private isLeftOut(field: string): boolean {
    return this.options.on_invalid_cell === 'leave_out' && !this.identifying.includes(field);
  }

  private addDefaults(draft: RowDraft): void {
    for (const [{ target, value: name }, value] of this.defaults) {
      if (target === 'custom') draft.custom_fields[name.slice(customPrefix.length)] ??= value;
      else if (target === 'name') draft.named[name] ??= String(value);
      else if (!draft.sent.has(name)) draft.sent.set(name, value);
    }
  }

  /** A change gets the empty values of mapped fields, except of those that no record can be without. */
  private clearEmpty(draft: RowDraft, sent: Map<string, unknown>): void {
    const isLeftOut = new Set(draft.leftOut.map(({ field }) => field));
    for (const [{ field }] of this.fields)
      if (isLeftOut.has(field.value)) for (const part of field.splitsInto) isLeftOut.add(part);
    for (const [{ field }] of this.fields) {
      if (isLeftOut.has(field.value)) continue;
      for (const [name, value] of Object.entries(field.cleared)) {
        if (field.target === 'custom') {
          if (!(name in draft.custom_fields)) draft.custom_fields[name] = value;
        } else if (!sent.has(name) && draft.named[field.value] === undefined && !this.required.has(name))
          sent.set(name, value);
      }
    }
  }

  private readSent(row: TableRow, sent: ReadonlyMap<string, unknown>): ReadSent {
    try {
      const { input, lacking } = this.rules.read(Object.fromEntries(sent));
      return { input, lacking: this.faultsOf(row, lacking) };
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return { faults: this.faultsOf(row, error.details) };
    }
  }

  /** @returns what differs if the row becomes a new record; null if nothing does. */
  private asNew(row: TableRow, draft: RowDraft): Pick<ReadRow, 'input' | 'lacking' | 'messages'> | null {
    const isNameWanted = this.required.has('first_name') && this.options.when_name_missing === 'use_other';
    // A company may be called longer than a person.
    const other = isNameWanted
      ? otherNames(draft).find(({ message }) => this.rules.accepts('first_name', message.value))
      : undefined;
    const isCleared = this.options.empty_cells === 'clear';
    if (!other && draft.surplus.length === 0 && !isCleared) return null;
    const sent = new Map(other?.sent ?? draft.sent);
    const told = addSurplusToNotes(draft, sent);
    const read = this.readSent(row, sent);
    if ('faults' in read) return null;
    const names = other ? [other.message] : [];
    return { ...read, messages: shortened([...leftOut(draft.leftOut), ...draft.messages, ...names, ...told]) };
  }
}

/** A file that an export of this program wrote is read word for word. */
export function isOwnExport(headers: readonly string[]): boolean {
  return headers[0] === 'id' && headers[1] === 'version';
}

/** @returns the field that a detail of the API is about: `tags` of `tags[3]`. */
function nameIn(path: string): string {
  return /^(custom_fields\.[^.[]+|[^.[]+)/.exec(path)?.[0] ?? path;
}
