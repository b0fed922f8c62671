import type { Fault } from './row-faults';
import type { Column } from './import-column';

/** A value of a cell. */
export interface ColumnValue {
  readonly column: Column;
  readonly value: string;
}

/** What the cells of a row say, before the rules of the API judge it. */
export class RowDraft {
  readonly sent = new Map<string, unknown>();
  readonly custom_fields: Record<string, unknown> = {};
  readonly named: Record<string, string> = {};
  /** Cells that say which record is meant, by field. */
  readonly identity: Record<string, string> = {};
  readonly messages: Fault[] = [];
  /** Cells that cannot be read, and cost nothing but themselves. */
  readonly leftOut: Fault[] = [];
  readonly faults: Fault[] = [];
  /** Values that found no place in their fields. */
  readonly surplus: ColumnValue[] = [];
  /** Whole names; the first that can be used counts where the parts are empty. */
  readonly fullNames: ColumnValue[] = [];

  text(field: string): string {
    const value = this.sent.get(field);
    return typeof value === 'string' ? value : '';
  }

  /** Tells what becomes of a value, beside its field. */
  tell({ column: { header, field }, value }: ColumnValue, message: string): void {
    this.messages.push({ column: header, field: field.value, value, message: `${field.title} ${message}` });
  }
}
