import type { Type } from '@nestjs/common';
import type { ReadInput } from './many-records';
import { type Author, authorOf } from '../../kernel/caller';
import { differenceOf } from '../../kernel/difference';
import { type ErrorDefinition, type Violation, throwIfAny } from '../../kernel/domain-error';
import { type CustomFieldEntity, type RecordKind, recordKinds } from '../../kernel/record-kinds';
import { lookAgainOnViolation, onViolation } from '../database/constraints';
import { readRow } from './read-row';
import type { MatchWays } from './match-ways';
import { fieldReadersOf } from '../fields/field-readers';
import { type DeclaredField, declaredFieldsOf, shownFieldsOf } from './declared-fields';
import { externalIdTakenMessage, type FoundExternalIds, type SentInPlace, takenExternalIds } from './external-ids';
import { type ExternalReference, externalReferenceOf, unknownExternalIdMessage } from './external-references';
import type { ImportableField } from './importable-field';
import type { RecordRow } from './record-row';
import { RecordStatements } from './record-statements';
import { assertNoConflict, assertVersion, changedFieldsOf, fieldVersionsAfter } from './record-versions';
import { closedMessage, notFoundMessage, type ReferenceDeclaration, type ReferenceField } from './reference-targets';

interface RecordOptions<Row, View> {
  readonly kind: RecordKind;
  readonly entity: Type<Row>;
  readonly view: Type<View>;
  readonly create: Type<object>;
  readonly update: Type<object>;
  readonly errors: Readonly<
    Record<'invalid_request' | 'invalid_id' | 'not_found' | 'edit_conflict' | 'ambiguous_match', ErrorDefinition>
  >;
  /** How upserts find a record. */
  readonly matchBy?: MatchWays;
  /**
   * Checks rules over several fields, on each create and change, before the references.
   *
   * @param changed the fields that were just set. @returns the violations.
   */
  validate?(record: Row, changed: Partial<Row>): readonly Violation[];
  /** Whether a deletion clears links of other records, so that contexts above must hear of it. */
  readonly isReferredTo?: boolean;
}

/** What the server alone sets, when a record is made and when it changes. */
const ownFields: readonly (keyof RecordRow)[] = [
  ...(['id', 'account_id', 'created_by', 'created_at', 'updated_at', 'version', 'field_versions'] as const),
];

/** Referenced records by id. A missing id belongs to no record. */
export interface FoundReferences {
  find(
    to: ReferenceDeclaration['to'],
    id: string,
  ): { readonly title: string; readonly closed_at: Date | null } | undefined;
}

/** What records refer to, and who has the external ids that they get. */
export interface FoundTargets extends FoundReferences {
  readonly external: FoundExternalIds;
}

/**
 * Everything known of a kind of record, from the declaration of its entity. `create` and `change` are the only makers
 * of a valid record; both are pure.
 */
export class RecordDefinition<Row extends RecordRow, View extends object> {
  readonly kind: RecordKind;
  readonly table: string;
  readonly errors: RecordOptions<Row, View>['errors'];
  readonly isReferredTo: boolean;
  readonly fields: readonly DeclaredField[];
  readonly references: readonly ReferenceField[];
  /** The references that bodies may have by external ids. */
  readonly externalReferences: readonly ExternalReference[];
  /** The error for an external id that another record has; null if the records have none. */
  readonly externalIdTaken: ErrorDefinition | null;
  /** The entity type of its custom fields, and the error for wrong values; null if it has none. */
  readonly customFields: { readonly entityType: CustomFieldEntity; readonly error: ErrorDefinition } | null;
  readonly statements: RecordStatements;
  /** The bodies of a create and of a PATCH. */
  readonly inputs: { readonly create: Type<object>; readonly update: Type<object> };
  readonly matchBy: MatchWays;
  private readonly shownFields: readonly DeclaredField[];

  constructor(private readonly options: RecordOptions<Row, View>) {
    const { kind, entity, errors, create, update, matchBy = {}, isReferredTo = false } = options;
    this.kind = kind;
    this.table = recordKinds[kind].plural;
    this.errors = errors;
    this.isReferredTo = isReferredTo;
    this.inputs = { create, update };
    this.matchBy = matchBy;
    this.fields = declaredFieldsOf(entity);
    this.shownFields = shownFieldsOf(this.fields);
    this.references = this.fields.flatMap(({ name, reference }) => (reference ? [{ field: name, ...reference }] : []));
    this.externalReferences = this.references.flatMap((each) => externalReferenceOf(each.field, each) ?? []);
    this.externalIdTaken = this.fields.find(({ takenError }) => takenError)?.takenError ?? null;
    const values = this.fields.find(({ valuesError }) => valuesError)?.valuesError;
    this.customFields = values ? { entityType: kind as CustomFieldEntity, error: values } : null;
    if ((values !== undefined) !== recordKinds[kind].hasCustomFields) {
      throw new Error(`kernel/record-kinds.ts and ${entity.name} differ in whether a ${kind} has custom fields.`);
    }
    if ((this.externalIdTaken !== null) !== recordKinds[kind].hasExternalId) {
      throw new Error(`kernel/record-kinds.ts and ${entity.name} differ in whether a ${kind} has external ids.`);
    }
    this.statements = new RecordStatements(kind, this.fields, this.references, this.externalReferences);
    // For references that were deleted after the look-up.
    for (const reference of this.references) {
      const { field, error } = reference;
      if (error) onViolation(`${this.table}_${field}_fkey`, error, field, notFoundMessage(field, reference));
    }
    // For one that was taken after the look-up. Looking again tells by whom.
    if (this.externalIdTaken) {
      const constraint = `${this.table}_external_id_key`;
      lookAgainOnViolation(constraint);
      onViolation(constraint, this.externalIdTaken, 'external_id', externalIdTakenMessage(kind));
    }
  }

  /**
   * The fields to which a column can be mapped, in the order for clients. Ids of other records come after the rest,
   * because files seldom have them, as do external ids; tags come last.
   *
   * @param more alternatives that only this kind has, by the field after which they stand.
   */
  importableFields(more: Readonly<Record<string, ImportableField>> = {}): ImportableField[] {
    const all = this.fields.flatMap(({ name, importable }) => [
      ...(importable?.(name) ?? []),
      ...(more[name] ? [more[name]] : []),
    ]);
    const ids = new Set([
      ...['external_id', ...this.references.map(({ field }) => field)],
      ...this.externalReferences.map(({ name }) => name),
    ]);
    const rank = ({ name }: ImportableField) => (name === 'tags' ? 2 : ids.has(name) ? 1 : 0);
    return all.sort((one, other) => rank(one) - rank(other));
  }

  /**
   * Reads sent fields by the rules of bodies. @throws InvalidInputError if they are good neither for a create nor for a
   * change.
   */
  read(sent: object): ReadInput {
    return readRow(this.inputs.create, this.inputs.update, sent);
  }

  /** Whether the body of a create may have this value; much quicker than `read` where it may not. */
  accepts(field: string, value: unknown): boolean {
    const reader = fieldReadersOf(this.inputs.create).get(field);
    return reader === undefined || reader.isGood(reader.read(value), {});
  }

  /**
   * @param set the sent fields; the others get their initial values.
   * @throws DomainError for the first rule that is broken.
   */
  create(author: Author, id: string, set: Partial<Row>, at: Date): Row {
    const own = { id, account_id: author.account_id, created_by: authorOf(author), created_at: at, updated_at: at };
    const given: Readonly<Record<string, unknown>> = { ...set, ...own, version: 1, field_versions: {} };
    const row: Record<string, unknown> = {};
    for (const { name, initial } of this.fields) {
      const value = given[name];
      if (value !== undefined) row[name] = value;
      else row[name] = typeof initial === 'function' ? (initial as (at: Date) => unknown)(at) : initial;
    }
    const record = row as unknown as Row;
    this.assertValid(record, record);
    return record;
  }

  /**
   * @param sent absent and undefined fields stay.
   * @param ifVersion the version on which the sender bases the change; undefined: whatever there is.
   * @returns the record after the change and the difference; null if nothing differs.
   * @throws DomainError for a conflict with later changes, or the first rule that is broken.
   */
  change(
    before: Row,
    sent: Partial<Row>,
    at: Date,
    ifVersion?: number,
  ): { readonly after: Row; readonly difference: Partial<Row> } | null {
    const difference = differenceOf<Row>(before, sent);
    if (ownFields.some((field) => field in difference)) throw new Error(`A change sets ${ownFields.join(' or ')}.`);
    const changed = changedFieldsOf(before, difference);
    assertNoConflict(before, changed, ifVersion, this.errors.edit_conflict);
    if (changed.length === 0) return null;
    const version = before.version + 1;
    const field_versions = fieldVersionsAfter(before.field_versions, changed, version);
    const after = { ...before, ...difference, updated_at: at, version, field_versions };
    this.assertValid(after, difference);
    return { after, difference };
  }

  /** @throws DomainError if the record has another version than the sender knows. */
  assertVersion(record: Row, ifVersion: number | undefined): void {
    assertVersion(record, ifVersion, this.errors.edit_conflict);
  }

  /** @returns the answer for a record: its public fields in order, with the titles of referenced records. */
  view(record: Row, found: FoundReferences): View {
    const view: Record<string, unknown> = {};
    const row = record as unknown as Readonly<Record<string, unknown>>;
    for (const { name, reference } of this.shownFields) {
      const value = row[name];
      view[name] = value instanceof Date ? value.toISOString() : value;
      if (reference?.name) {
        const id = row[name] as string | null;
        view[reference.name] = (id === null ? undefined : found.find(reference.to, id)?.title) ?? '';
      }
    }
    return view as View;
  }

  /**
   * @param set the references that are newly set. @param inPlace those that were sent by external ids.
   * @returns a violation for each one to a missing or archived record.
   */
  invalidReferences(set: Partial<Row>, found: FoundReferences, inPlace?: SentInPlace): Violation[] {
    return this.references.flatMap((reference) => {
      const { field, error, to, mustBeOpen } = reference;
      const id = (set as Readonly<Record<string, string | null | undefined>>)[field];
      if (!error || !id) return [];
      const target = found.find(to, id);
      const sent = inPlace?.get(field);
      if (!target && sent !== undefined)
        return [{ definition: error, field: sent, message: unknownExternalIdMessage(sent, to) }];
      if (!target) return [{ definition: error, field, message: notFoundMessage(field, reference) }];
      if (!mustBeOpen || target.closed_at === null) return [];
      return [{ definition: error, field, message: closedMessage(field, reference) }];
    });
  }

  /**
   * @param all what the records of a statement newly get.
   * @param inPlace references that were sent by external ids.
   * @throws DomainError for references to nothing, and an external id that another record has.
   */
  assertTargets(
    all: readonly { readonly id: string; readonly set: Partial<Row> }[],
    found: FoundTargets,
    inPlace?: SentInPlace,
  ): void {
    const taken = takenExternalIds(this.kind, all, found.external);
    for (const { id, set } of all) {
      const violations = this.invalidReferences(set, found, inPlace);
      const holder = taken.get(id);
      if (holder !== undefined) {
        const message = externalIdTakenMessage(this.kind);
        violations.push({ definition: this.externalIdTaken!, field: 'external_id', message, id: holder });
      }
      throwIfAny(violations);
    }
  }

  private assertValid(record: Row, changed: Partial<Row>): void {
    throwIfAny(this.options.validate?.(record, changed) ?? []);
  }
}
