import type { ImportableEntity } from '../../kernel/record-kinds';

/** What a column of a file can be, and what files call it. */
export interface ImportColumns {
  /** In the order in which a client is shown them. */
  readonly fields: readonly ImportableField[];
  /** What a field is called besides its own name, by the field. Of fields with the same alias the earlier one is meant. */
  readonly aliases: Readonly<Record<string, readonly Aliases[]>>;
}

/** Names divided by ", ", the likelier first; some of them only where the file has another column beside. */
export type Aliases = string | { readonly names: string; readonly beside: string };

export interface ImportableField {
  /** How a mapping names it. */
  readonly name: string;
  readonly label: string;
  /** Absent: the cell is the value. */
  readonly read?: CellReader;
  /** The cell is the name of another record: its id goes into this field, and it is made if there is none. */
  readonly refersTo?: { readonly entity: ImportableEntity; readonly by: string };
  /** Fields that say the same in another way. Only one of both is mapped, and rather the other. */
  readonly givesWayTo?: readonly string[];
  /** A header must be exactly the field's name: of others one could not tell that this is meant. */
  readonly isByExactName?: true;
}

/** @returns values as the API takes them in JSON, by the fields that they fill; the fault is what follows the field's name. */
export type CellReader = (
  cell: string,
) => { readonly values: Readonly<Record<string, unknown>> } | { readonly fault: string };
