/**
 * The kinds of records and their properties. Whatever applies to all records comes from this table: events, custom
 * fields, external ids, imports, ids in operations.
 */
export const recordKinds = {
  contact: { plural: 'contacts', hasEvents: true, hasCustomFields: true, hasExternalId: true, isImportable: true },
  company: { plural: 'companies', hasEvents: true, hasCustomFields: true, hasExternalId: true, isImportable: true },
  project: { plural: 'projects', hasEvents: true, hasCustomFields: true, hasExternalId: true, isImportable: false },
  activity: { plural: 'activities', hasEvents: true, hasCustomFields: false, hasExternalId: true, isImportable: false },
  source: { plural: 'sources', hasEvents: false, hasCustomFields: false, hasExternalId: false, isImportable: true },
} as const;

export type RecordKind = keyof typeof recordKinds;

type Trait = 'hasEvents' | 'hasCustomFields' | 'hasExternalId' | 'isImportable';
type KindWith<T extends Trait> = {
  [Kind in RecordKind]: (typeof recordKinds)[Kind][T] extends true ? Kind : never;
}[RecordKind];

/** Kinds whose changes make events. */
export const eventEntities = kindsWith('hasEvents');
export type EventEntity = KindWith<'hasEvents'>;

/** Kinds that have custom fields. */
export const customFieldEntities = kindsWith('hasCustomFields');
export type CustomFieldEntity = KindWith<'hasCustomFields'>;

/** Kinds that imports can make. */
export type ImportableEntity = KindWith<'isImportable'>;

export function isImportable(name: string): name is ImportableEntity {
  return (kindsWith('isImportable') as readonly string[]).includes(name);
}

/** Whether the name is that of a kind whose records have ids of other systems. */
export function hasExternalId(name: string): name is KindWith<'hasExternalId'> {
  return (kindsWith('hasExternalId') as readonly string[]).includes(name);
}

/** How imports match a row to an existing record, in the words of the documents. */
export const matchedBy: Readonly<Record<ImportableEntity, string>> = {
  contact: 'e-mail address',
  company: 'domain, else their name',
  source: 'name',
};

/** The name of a kind in imports: its plural. */
export type ModelType = (typeof recordKinds)[ImportableEntity]['plural'];
export const modelTypes: readonly ModelType[] = kindsWith('isImportable').map((kind) => recordKinds[kind].plural);

function kindsWith<T extends Trait>(trait: T): readonly KindWith<T>[] {
  const kinds = Object.keys(recordKinds) as RecordKind[];
  return kinds.filter((kind): kind is KindWith<T> => recordKinds[kind][trait]);
}
