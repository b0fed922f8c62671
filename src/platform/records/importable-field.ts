import type { ImportableEntity } from '../../kernel/record-kinds';

/** What a column of a file can mean, and the names that files use for it. */
export interface ImportColumns {
  /** In the order in which clients see them. */
  readonly fields: readonly ImportableField[];
  /** Other names of a field, by field. If two fields share a name, the earlier one gets the column. */
  readonly aliases: Readonly<Record<string, readonly Aliases[]>>;
}

/** Names separated by ", ", the likelier first. Some count only if the file has another column beside them. */
export type Aliases = string | { readonly names: string; readonly beside: string };

export interface ImportableField {
  /** The name in a mapping. */
  readonly name: string;
  readonly label: string;
  /** Without a reader the cell is the value. */
  readonly read?: CellReader;
  /** The cell is the name of another record. The field gets the record's id; a missing record is made. */
  readonly refersTo?: { readonly entity: ImportableEntity; readonly by: string };
  /** Other fields for the same value. Only one of them is mapped, preferably the other one. */
  readonly givesWayTo?: readonly string[];
  /** The header must be exactly the field's name. Other headers would not make clear that ids or cents are meant. */
  readonly isByExactName?: true;
}

/** @returns the JSON values of the API, by field; or a fault, which follows the field's name in a sentence. */
export type CellReader = (
  cell: string,
) => { readonly values: Readonly<Record<string, unknown>> } | { readonly fault: string };
