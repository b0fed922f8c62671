import type { ErrorDefinition } from '../../kernel/domain-error';
import { recordKinds } from '../../kernel/record-kinds';

interface ReferenceTarget {
  readonly table: string;
  /** SQL for the title of such a record. */
  readonly title: string;
  readonly exampleTitle: string;
  /** Whether imports find one by its name, and make one of a name alone. */
  readonly isFoundByName?: true;
  /**
   * Since when the record cannot be newly referred to, as SQL; null: it can. The state says in a message what it is then.
   */
  readonly closed?: { readonly at: string; readonly state: string };
  /** Describes the title where that is not obvious. */
  readonly titleDescription?: string;
}

/** The records to which a field may refer. */
const targets = {
  user: {
    table: 'users',
    title: 'name',
    exampleTitle: 'Ada Lovelace',
    closed: {
      at: 'case when password_hash is null then invited_at else deactivated_at end',
      state: 'a user who is deactivated, or has not accepted the invitation',
    },
  },
  company: { table: recordKinds.company.plural, title: 'name', exampleTitle: 'Acme GmbH', isFoundByName: true },
  source: {
    table: recordKinds.source.plural,
    title: 'name',
    exampleTitle: 'Trade fair',
    isFoundByName: true,
    closed: { at: 'archived_at', state: 'an archived source' },
  },
  contact: {
    table: recordKinds.contact.plural,
    title: `trim(first_name || ' ' || last_name)`,
    exampleTitle: 'Grace Hopper',
    titleDescription: 'First and last name',
  },
  project: { table: recordKinds.project.plural, title: 'name', exampleTitle: '' },
} satisfies Record<string, ReferenceTarget>;

export type ReferenceTargetName = keyof typeof targets;
export const referenceTargets: Readonly<Record<ReferenceTargetName, ReferenceTarget>> = targets;

/** A field with the id of another record. */
export interface ReferenceDeclaration {
  readonly to: ReferenceTargetName;
  /** The read-only field of answers with the title of the referenced record; `""` without a reference. */
  readonly name?: string;
  /** The error for an id of no record. Without it callers cannot set the field. */
  readonly error?: ErrorDefinition;
  /** Whether a closed record cannot be newly referred to; existing references stay. */
  readonly mustBeOpen?: true;
}

/** A column with ids of records of a kind. */
export interface ReferringColumn {
  readonly table: string;
  readonly column: string;
}

const referring = new Map<string, ReferringColumn[]>();

/** Says that a column refers to records of a table, which may be deleted. Must be called while the program is loaded. */
export function noteReferringColumn(target: ReferenceTargetName, column: ReferringColumn): void {
  const { table } = referenceTargets[target];
  referring.set(table, [...(referring.get(table) ?? []), column]);
}

/** @returns the columns that refer to records of a table. */
export function referringColumns(table: string): readonly ReferringColumn[] {
  return referring.get(table) ?? [];
}

export interface ReferenceField extends ReferenceDeclaration {
  readonly field: string;
}

export function notFoundMessage(field: string, { to }: ReferenceDeclaration): string {
  return `${field} is the id of no ${to}`;
}

export function closedMessage(field: string, { to }: ReferenceDeclaration): string {
  return `${field} is the id of ${referenceTargets[to].closed!.state}`;
}
