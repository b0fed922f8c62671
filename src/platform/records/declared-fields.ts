import { Column, type ColumnOptions, type ColumnType } from 'typeorm';
import type { ErrorDefinition } from '../../kernel/domain-error';
import type { ImportableField } from './importable-field';
import type { ReferenceDeclaration } from './reference-targets';

/** The declaration of a property of a record's entity. `field-kinds.ts` has a decorator for each kind of field. */
export interface FieldDeclaration {
  readonly column: ColumnOptions & { readonly type: ColumnType };
  /** The value on a new record if the caller leaves the field out; a function gets the time of the change. */
  readonly initial?: unknown;
  /** The decorator for the body of a create. Without one, callers cannot set the field. */
  readonly create?: PropertyDecorator;
  /** The decorator for the body of a PATCH. Without one, the field cannot change. */
  readonly update?: PropertyDecorator;
  /** The decorator for answers. Without one, answers do not show the field. */
  readonly value?: PropertyDecorator;
  /** Whether a create requires the field. */
  readonly isRequired?: boolean;
  readonly reference?: ReferenceDeclaration;
  /** The columns of files that fill the field. Without any, imports do not set it. */
  readonly importable?: (name: string) => readonly ImportableField[];
  /** On values of custom fields: the error for wrong ones. */
  readonly valuesError?: ErrorDefinition;
  /** On the id of another system: the error for one that another record has. */
  readonly takenError?: ErrorDefinition;
}

export interface DeclaredField extends FieldDeclaration {
  readonly name: string;
}

/** Fields that say when and how often the record was changed. They come last in answers. */
const changeFields = ['created_at', 'updated_at', 'version', 'field_versions'];

type Declarations = ReadonlyMap<string, FieldDeclaration>;

const key = 'tideline:record-fields';

/**
 * Declares a field of a record that the program reads and writes: its column, inputs and view. A column of which only the
 * database knows has TypeORM's `@Column` instead. A subclass inherits fields; one that it declares again keeps its place.
 */
export function RecordField(declaration: FieldDeclaration): PropertyDecorator {
  return (prototype, property) => {
    Column(declaration.column)(prototype, property);
    const before = (Reflect.getMetadata(key, prototype) ?? new Map()) as Declarations;
    Reflect.defineMetadata(key, new Map(before).set(String(property), declaration), prototype);
  };
}

/** @returns the fields of a record's entity, in the order of checks and answers. */
export function declaredFieldsOf(entity: { readonly prototype: object }): DeclaredField[] {
  const declarations = (Reflect.getMetadata(key, entity.prototype) ?? new Map()) as Declarations;
  const fields = [...declarations].map(([name, declaration]) => ({ name, ...declaration }));
  const isOfChanges = ({ name }: DeclaredField) => changeFields.includes(name);
  return [...fields.filter((field) => !isOfChanges(field)), ...fields.filter(isOfChanges)];
}

/** @returns the fields that answers show. */
export function shownFieldsOf(fields: readonly DeclaredField[]): DeclaredField[] {
  return fields.filter(({ value }) => value !== undefined);
}
