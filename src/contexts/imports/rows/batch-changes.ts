import type { ChangedRecord } from '../../../platform/records/many-records';
import type { ImportableEntity } from '../../../kernel/record-kinds';

/** What a batch did to records of one kind. */
export interface BatchChanges {
  readonly entity: ImportableEntity;
  readonly created: readonly { readonly id: string; readonly row: number }[];
  readonly updated: readonly (ChangedRecord & { readonly row: number })[];
}

/** Results of the rows of a batch. */
export interface BatchCounts {
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  readonly failed: number;
  /** Rows that were not refused, and about which there is something to tell. */
  readonly warned: number;
}
