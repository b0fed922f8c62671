import type { ErrorDefinition } from '../../kernel/domain-error';
import { recordKinds } from '../../kernel/record-kinds';

interface ReferenceTarget {
  readonly table: string;
  /** SQL for what people call such a record. */
  readonly title: string;
  readonly exampleTitle: string;
  /** Whether imports find one by its name, and make one of a name alone. */
  readonly isFoundByName?: true;
  /** What the title is, where that is not plain. */
  readonly titleDescription?: string;
}

/** What a field of a record may refer to. */
const targets = {
  user: { table: 'users', title: 'name', exampleTitle: 'Ada Lovelace' },
  company: { table: recordKinds.company.plural, title: 'name', exampleTitle: 'Acme GmbH', isFoundByName: true },
  source: { table: recordKinds.source.plural, title: 'name', exampleTitle: 'Trade fair', isFoundByName: true },
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

/** A field that holds the id of another record. */
export interface ReferenceDeclaration {
  readonly to: ReferenceTargetName;
  /** The read-only field of the answer that shows the other record's title; `""` without a reference. */
  readonly name?: string;
  /** What the id of nothing raises; without it callers cannot set the field. */
  readonly error?: ErrorDefinition;
  /** The other record's column which, once set, keeps it from being newly referred to; it may stay where it is. */
  readonly closedBy?: 'archived_at' | 'deactivated_at';
}

export interface ReferenceField extends ReferenceDeclaration {
  readonly field: string;
}

export function notFoundMessage(field: string, { to }: ReferenceDeclaration): string {
  return `${field} is the id of no ${to}`;
}

export function closedMessage(field: string, { to, closedBy }: ReferenceDeclaration): string {
  const state = closedBy!.replace('_at', '');
  return `${field} is the id of ${/^[aeiou]/.test(state) ? 'an' : 'a'} ${state} ${to}`;
}
