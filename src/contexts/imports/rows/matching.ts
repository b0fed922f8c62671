import type { Importable } from '../../../platform/records/importable';
import { type MatchedRow, type Matcher, matcherByExternalId, matcherById } from '../../../platform/records/matcher';
import type { FoundReferences } from '../../../platform/records/record-definition';
import type { RecordStore } from '../../../platform/records/record-store';
import type { ReadRow } from './row-reader';

/** @returns all ways in which rows of a kind are matched to records, the usual one first. */
export function matchersOf(kind: Importable, store: RecordStore): readonly [Matcher, ...Matcher[]] {
  const byExternalId = kind.record.externalIdTaken ? [matcherByExternalId(kind.record, store)] : [];
  return [...kind.matchers, ...byExternalId, matcherById(kind.record, store)];
}

/** @param name null: the usual way. */
export function matcherOf(kind: Importable, store: RecordStore, name: string | null): Matcher {
  const matchers = matchersOf(kind, store);
  const matcher = name === null ? matchers[0] : matchers.find((each) => each.name === name);
  if (!matcher) throw new Error(`Rows of ${kind.record.table} are not matched by ${name}.`);
  return matcher;
}

/**
 * @param byIds gives the fields of a row with ids of other records.
 * @returns a function that makes of a row what matchers may know of it.
 */
export function matchedRows(
  kind: Importable,
  references: FoundReferences,
  byIds: (row: ReadRow) => { readonly fields: object },
): (row: ReadRow) => MatchedRow {
  const targets = new Map(kind.record.references.map(({ field, to }) => [field, to]));
  const names = new Map(kind.fields.flatMap(({ name, refersTo }) => (refersTo ? [[refersTo.by, name] as const] : [])));
  return (row) => ({
    input: row.input,
    cell: (field) => row.identity[field] ?? '',
    referred: (field) => {
      const name = row.named[names.get(field) ?? ''];
      if (name !== undefined) return name;
      const id = (byIds(row).fields as Readonly<Record<string, string | null | undefined>>)[field];
      const to = targets.get(field);
      return (id && to ? references.find(to, id)?.title : undefined) ?? '';
    },
  });
}
