import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../kernel/account-id';
import { CustomFieldRules } from '../../../platform/records/custom-field-rules';
import type { Importable } from '../../../platform/records/importable';
import {
  fieldMatchedBy,
  matchedByField,
  type MatchedRow,
  type Matcher,
  matcherByExternalId,
  matcherByField,
  matcherById,
} from '../../../platform/records/matcher';
import type { FoundReferences } from '../../../platform/records/record-definition';
import { RecordStore } from '../../../platform/records/record-store';
import { UniqueValues } from '../../../platform/records/unique-values';
import type { ReadRow } from './row-reader';

/** The ways in which rows of a kind are matched to records. */
@Injectable()
export class Matchers {
  constructor(
    private readonly store: RecordStore,
    private readonly values: UniqueValues,
    private readonly customFields: CustomFieldRules,
  ) {}

  /** @param name null: the usual way. */
  of(kind: Importable, name: string | null): Matcher {
    const definitionId = fieldMatchedBy(name);
    if (definitionId !== null) return matcherByField(definitionId, this.values);
    const matchers = this.declaredOf(kind);
    const matcher = name === null ? matchers[0] : matchers.find((each) => each.name === name);
    if (!matcher) throw new Error(`Rows of ${kind.record.table} are not matched by ${name}.`);
    return matcher;
  }

  /** @returns what `match_by` may be in an account. */
  async namesOf(kind: Importable, accountId: AccountId): Promise<string[]> {
    const names = this.declaredOf(kind).flatMap(({ name }) => name ?? []);
    const { customFields } = kind.record;
    if (!customFields) return names;
    const definitions = await this.customFields.definitionsOf(accountId, customFields.entityType);
    return [...names, ...definitions.flatMap(({ id, unique }) => (unique ? [matchedByField(id)] : []))];
  }

  private declaredOf(kind: Importable): readonly [Matcher, ...Matcher[]] {
    const byExternalId = kind.record.externalIdTaken ? [matcherByExternalId(kind.record, this.store)] : [];
    return [...kind.matchers, ...byExternalId, matcherById(kind.record, this.store)];
  }
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
    value: (definitionId) => row.custom_fields[definitionId],
    referred: (field) => {
      const name = row.named[names.get(field) ?? ''];
      if (name !== undefined) return name;
      const id = (byIds(row).fields as Readonly<Record<string, string | null | undefined>>)[field];
      const to = targets.get(field);
      return (id && to ? references.find(to, id)?.title : undefined) ?? '';
    },
  });
}
