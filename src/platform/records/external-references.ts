import { hasExternalId, type RecordKind } from '../../kernel/record-kinds';
import type { Rule } from '../fields/fields';
import { ExternalId } from '../fields/record-fields';
import type { ReferenceDeclaration } from './reference-targets';

/** A field of bodies with the external id of the record to which another field refers. */
export interface ExternalReference {
  /** `company_external_id`. */
  readonly name: string;
  /** `company_id`. */
  readonly field: string;
  readonly to: RecordKind;
}

/** @returns the field of bodies beside a reference; null if callers cannot set it, or such records have no external ids. */
export function externalReferenceOf(field: string, { to, error }: ReferenceDeclaration): ExternalReference | null {
  if (!error || !hasExternalId(to)) return null;
  return { name: field.replace(/_id$/, '_external_id'), field, to };
}

/** @returns the decorator for bodies. */
export function externalReferenceInput(
  { field, to }: ExternalReference,
  { error }: ReferenceDeclaration,
): PropertyDecorator {
  const isAlone: Rule = {
    name: 'isAlone',
    holds: (value, input) => value === undefined || input[field] === undefined,
    message: `and ${field} say the same; send one of them`,
  };
  return ExternalId({
    description: `The \`external_id\` of a ${to}, in place of \`${field}\`; null: none.`,
    example: `${to}-4711`,
    rules: [isAlone],
    ...(error && !error.code.endsWith('.invalid_request') ? { definition: error } : {}),
  });
}

export function unknownExternalIdMessage(name: string, to: string): string {
  return `${name} is the external id of no ${to}`;
}
