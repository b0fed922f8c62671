import type { Type } from '@nestjs/common';
import type { SentCustomFieldValues } from '../../kernel/custom-field-values';
import type { RecordKind } from '../../kernel/record-kinds';
import { exampleIds, IdValue, TextValue } from '../fields/view-fields';
import { type DeclaredField, declaredFieldsOf, shownFieldsOf } from './declared-fields';
import { externalReferenceInput, externalReferenceOf } from './external-references';
import type { RecordRow } from './record-row';
import { referenceTargets } from './reference-targets';

/**
 * The classes that Nest wants for bodies and answers, made of an entity's declaration. A context gives each a name:
 * `export class ContactView extends viewOf('contact', Contact, ['company_name']) {}`. Without a name of its own, the document
 * could not show it.
 */

/** The fields of an entity that callers may set; columns of which only the database knows are `protected`. */
type Writable<Row> = Omit<Row, keyof RecordRow>;
type AsSent<Field, Value> = Field extends 'custom_fields'
  ? SentCustomFieldValues
  : Value extends readonly string[]
    ? string[]
    : Value;
type Sent<Row> = { -readonly [Field in keyof Writable<Row>]: AsSent<Field, Writable<Row>[Field]> };

export type CreateInput<Row, Required extends keyof Writable<Row>> = Partial<Sent<Row>> & Pick<Sent<Row>, Required>;
export type UpdateInput<Row> = Partial<Sent<Row>>;
type Shown<Value> = Value extends Date ? string : Value;
export type RecordView<Row, Name extends string> = {
  readonly [Field in keyof Omit<Row, 'field_versions'>]: Shown<Row[Field]>;
} & Readonly<Record<Name, string>>;

/** @param required the fields that a create must have; they are checked against the declaration. */
export function createInputOf<Row extends RecordRow, Required extends string & keyof Writable<Row>>(
  entity: Type<Row>,
  required: readonly Required[],
): Type<CreateInput<Row, Required>> {
  const fields = declaredFieldsOf(entity);
  const declared = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  agree(`required fields of ${entity.name}`, required, declared);
  return classWith(fields.flatMap((field) => [[field.name, field.create] as const, ...externalOf(field)]));
}

export function updateInputOf<Row extends RecordRow>(entity: Type<Row>): Type<UpdateInput<Row>> {
  const fields = declaredFieldsOf(entity);
  return classWith(fields.flatMap((field) => [[field.name, field.update] as const, ...externalOf(field)]));
}

/** @param names the fields with the titles of the records referred to; they are checked against the declaration. */
export function viewOf<Row extends RecordRow, Name extends string>(
  kind: RecordKind,
  entity: Type<Row>,
  names: readonly Name[],
): Type<RecordView<Row, Name>> {
  const fields = declaredFieldsOf(entity);
  agree(
    `names in answers of ${entity.name}`,
    names,
    fields.flatMap(({ reference }) => reference?.name ?? []),
  );
  return classWith(
    shownFieldsOf(fields).flatMap((field) => [
      [field.name, field.name === 'id' ? IdValue(exampleIds[kind]) : field.value] as const,
      ...nameOf(field),
    ]),
  );
}

function externalOf({ name, reference }: DeclaredField): (readonly [string, PropertyDecorator])[] {
  const external = reference && externalReferenceOf(name, reference);
  return external ? [[external.name, externalReferenceInput(external, reference)]] : [];
}

function nameOf({ name: field, reference }: DeclaredField): (readonly [string, PropertyDecorator])[] {
  if (!reference?.name) return [];
  const { exampleTitle, titleDescription } = referenceTargets[reference.to];
  const description = titleDescription
    ? `${titleDescription}; follows from \`${field}\`, empty without one.`
    : `Follows from \`${field}\`; empty without one.`;
  return [[reference.name, TextValue(exampleTitle, { description })]];
}

function classWith<T>(properties: readonly (readonly [string, PropertyDecorator | undefined])[]): Type<T> {
  const made = class {};
  for (const [name, decorate] of properties) decorate?.(made.prototype, name);
  return made as Type<T>;
}

function agree(what: string, listed: readonly string[], declared: readonly string[]): void {
  if (listed.join() === declared.join()) return;
  throw new Error(`The ${what} are ${declared.join(', ') || 'none'}, not ${listed.join(', ') || 'none'}.`);
}
