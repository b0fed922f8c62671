import type { Type } from '@nestjs/common';
import type { ReadInput } from './many-records';
import { type Author, authorOf } from '../../kernel/caller';
import { differenceOf } from '../../kernel/difference';
import { type ErrorDefinition, type Violation, throwIfAny } from '../../kernel/domain-error';
import { type CustomFieldEntity, type RecordKind, recordKinds } from '../../kernel/record-kinds';
import { onViolation } from '../database/constraints';
import { readRow } from './read-row';
import { type DeclaredField, declaredFieldsOf } from './declared-fields';
import type { ImportableField } from './importable-field';
import type { RecordRow } from './record-row';
import { RecordStatements } from './record-statements';
import { closedMessage, notFoundMessage, type ReferenceDeclaration, type ReferenceField } from './reference-targets';

interface RecordOptions<Row, View> {
  readonly kind: RecordKind;
  readonly entity: Type<Row>;
  readonly view: Type<View>;
  readonly create: Type<object>;
  readonly update: Type<object>;
  readonly errors: { readonly not_found: ErrorDefinition };
  /**
   * The rules over several fields, asked whenever a record is made or changed, before its references.
   *
   * @param changed the fields that were just set. @returns what is wrong with the record.
   */
  validate?(record: Row, changed: Partial<Row>): readonly Violation[];
  /** Whether deleting one clears links elsewhere, so that contexts further up must hear of it. */
  readonly isReferredTo?: boolean;
}

/** What the server alone sets, when a record is made and when it changes. */
const ownFields: readonly (keyof RecordRow)[] = ['id', 'account_id', 'created_by', 'created_at', 'updated_at'];

/** Records that others refer to, by their ids; what is missing is the id of nothing. */
export interface FoundReferences {
  find(
    to: ReferenceDeclaration['to'],
    id: string,
  ): { readonly title: string; readonly closed_at: Date | null } | undefined;
}

/**
 * Everything that is known of a kind of record, from the declaration of its entity. `create` and `change` are the only makers
 * of a valid one; both are pure.
 */
export class RecordDefinition<Row extends RecordRow, View extends object> {
  readonly kind: RecordKind;
  readonly table: string;
  readonly errors: RecordOptions<Row, View>['errors'];
  readonly isReferredTo: boolean;
  readonly fields: readonly DeclaredField[];
  readonly references: readonly ReferenceField[];
  /** Whose custom fields it has, and what wrong values raise; null when it has none. */
  readonly customFields: { readonly entityType: CustomFieldEntity; readonly error: ErrorDefinition } | null;
  readonly statements: RecordStatements;

  constructor(private readonly options: RecordOptions<Row, View>) {
    const { kind, entity, errors, isReferredTo = false } = options;
    this.kind = kind;
    this.table = recordKinds[kind].plural;
    this.errors = errors;
    this.isReferredTo = isReferredTo;
    this.fields = declaredFieldsOf(entity);
    this.references = this.fields.flatMap(({ name, reference }) => (reference ? [{ field: name, ...reference }] : []));
    const values = this.fields.find(({ valuesError }) => valuesError)?.valuesError;
    this.customFields = values ? { entityType: kind as CustomFieldEntity, error: values } : null;
    if ((values !== undefined) !== recordKinds[kind].hasCustomFields) {
      throw new Error(`kernel/record-kinds.ts and ${entity.name} differ in whether a ${kind} has custom fields.`);
    }
    this.statements = new RecordStatements(this.table, this.fields, this.references);
    // For what was deleted after it was looked at.
    for (const reference of this.references) {
      const { field, error } = reference;
      if (error) onViolation(`${this.table}_${field}_fkey`, error, field, notFoundMessage(field, reference));
    }
  }

  /**
   * What a column of a file can be mapped to, in the order in which clients are shown it: ids of other records, which files
   * seldom have, behind the rest, and tags last.
   *
   * @param more behind which fields there are ways to say them that only this kind of record has.
   */
  importableFields(more: Readonly<Record<string, ImportableField>> = {}): ImportableField[] {
    const all = this.fields.flatMap(({ name, importable }) => [
      ...(importable?.(name) ?? []),
      ...(more[name] ? [more[name]] : []),
    ]);
    const ids = new Set(this.references.map(({ field }) => field));
    const rank = ({ name }: ImportableField) => (name === 'tags' ? 2 : ids.has(name) ? 1 : 0);
    return all.sort((one, other) => rank(one) - rank(other));
  }

  /** Reads what somebody sent, by the rules of bodies. @throws InvalidInputError when it fits neither a new nor a changed record. */
  read(sent: object): ReadInput {
    return readRow(this.options.create, this.options.update, sent);
  }

  /**
   * @param set the values of fields; those left out get their initial ones.
   * @throws DomainError of the first rule that is broken.
   */
  create(author: Author, id: string, set: Partial<Row>, at: Date): Row {
    const own = { id, account_id: author.account_id, created_by: authorOf(author), created_at: at, updated_at: at };
    const given: Readonly<Record<string, unknown>> = { ...set, ...own };
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
   * @param sent fields left out, or undefined, stay.
   * @returns the record as it becomes, and what is different; null when nothing is.
   * @throws DomainError of the first rule that is broken.
   */
  change(before: Row, sent: Partial<Row>, at: Date): { readonly after: Row; readonly difference: Partial<Row> } | null {
    const difference = differenceOf<Row>(before, sent);
    if (ownFields.some((field) => field in difference)) throw new Error(`A change sets ${ownFields.join(' or ')}.`);
    if (Object.keys(difference).length === 0) return null;
    const after = { ...before, ...difference, updated_at: at };
    this.assertValid(after, difference);
    return { after, difference };
  }

  /** @returns the answer about a record: its public fields in their order, and the titles of what it refers to. */
  view(record: Row, found: FoundReferences): View {
    const view: Record<string, unknown> = {};
    const row = record as unknown as Readonly<Record<string, unknown>>;
    for (const { name, reference } of this.fields) {
      const value = row[name];
      view[name] = value instanceof Date ? value.toISOString() : value;
      if (reference?.name) {
        const id = row[name] as string | null;
        view[reference.name] = (id === null ? undefined : found.find(reference.to, id)?.title) ?? '';
      }
    }
    return view as View;
  }

  /** @param set the references that are newly set. @returns every one to nothing, and to what is not offered any more. */
  invalidReferences(set: Partial<Row>, found: FoundReferences): Violation[] {
    return this.references.flatMap((reference) => {
      const { field, error, to, closedBy } = reference;
      const id = (set as Readonly<Record<string, string | null | undefined>>)[field];
      if (!error || !id) return [];
      const target = found.find(to, id);
      if (!target) return [{ definition: error, field, message: notFoundMessage(field, reference) }];
      if (!closedBy || target.closed_at === null) return [];
      return [{ definition: error, field, message: closedMessage(field, reference) }];
    });
  }

  private assertValid(record: Row, changed: Partial<Row>): void {
    throwIfAny(this.options.validate?.(record, changed) ?? []);
  }
}
