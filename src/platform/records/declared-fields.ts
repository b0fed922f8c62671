import { Column, type ColumnOptions, type ColumnType } from 'typeorm';
import type { ErrorDefinition } from '../../kernel/domain-error';
import type { ImportableField } from './importable-field';
import type { ReferenceDeclaration } from './reference-targets';

/** What a property of a record's entity is, told once. `field-kinds.ts` has a decorator for each kind of field. */
export interface FieldDeclaration {
  readonly column: ColumnOptions & { readonly type: ColumnType };
  /** What a new record has when the caller leaves the field out; a function gets the time of the change. */
  readonly initial?: unknown;
  /** How the body of a create takes it. Without one, callers cannot set it. */
  readonly create?: PropertyDecorator;
  /** How the body of a PATCH takes it. Without one, it is fixed. */
  readonly update?: PropertyDecorator;
  /** How an answer shows it in the document. */
  readonly value: PropertyDecorator;
  /** Whether a create must have it. */
  readonly isRequired?: boolean;
  readonly reference?: ReferenceDeclaration;
  /** What a column of a file can be mapped to, to fill it; without any, imports leave it alone. */
  readonly importable?: (name: string) => readonly ImportableField[];
  /** Of values of custom fields: what wrong ones raise. */
  readonly valuesError?: ErrorDefinition;
}

export interface DeclaredField extends FieldDeclaration {
  readonly name: string;
}

type Declarations = ReadonlyMap<string, FieldDeclaration>;

const key = 'tideline:record-fields';

/**
 * Declares a public field of a record: its column, its inputs, its view. A column that callers must never see has TypeORM's
 * `@Column` instead. A class that extends another one has its fields too; one that it declares again keeps its place.
 */
export function RecordField(declaration: FieldDeclaration): PropertyDecorator {
  return (prototype, property) => {
    Column(declaration.column)(prototype, property);
    const before = (Reflect.getMetadata(key, prototype) ?? new Map()) as Declarations;
    Reflect.defineMetadata(key, new Map(before).set(String(property), declaration), prototype);
  };
}

/** @returns the fields of a record's entity, in the order in which inputs are checked and answers show them. */
export function declaredFieldsOf(entity: { readonly prototype: object }): DeclaredField[] {
  const declarations = (Reflect.getMetadata(key, entity.prototype) ?? new Map()) as Declarations;
  const fields = [...declarations].map(([name, declaration]) => ({ name, ...declaration }));
  const isTime = ({ name }: DeclaredField) => name === 'created_at' || name === 'updated_at';
  return [...fields.filter((field) => !isTime(field)), ...fields.filter(isTime)];
}
