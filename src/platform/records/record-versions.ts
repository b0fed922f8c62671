import { isDeepStrictEqual } from 'node:util';
import { DomainError, type ErrorDefinition, type ErrorDetail } from '../../kernel/domain-error';

/**
 * The version in which each field of a record was last changed, by the field's path. The key `*` has that of all fields
 * without a key of their own; without it they have been as they are since version 1.
 */
export type FieldVersions = Readonly<Record<string, number>>;

/** The key for all other fields. The trigger of migration 0021 writes it, too. */
const others = '*';

/**
 * Maximum number of keys. A record has some 20 fields and at most 200 custom fields at a time; beyond that, keys are of
 * custom fields that were deleted.
 */
const maxKeys = 400;

/** A field that a change gives another value. */
export interface ChangedField {
  /** `name`, or `custom_fields.<id>`: values of custom fields are fields of their own. */
  readonly path: string;
  readonly before: unknown;
}

/** @param difference the changed fields with their new values. */
export function changedFieldsOf(before: object, difference: object): ChangedField[] {
  const row = before as Readonly<Record<string, unknown>>;
  return Object.entries(difference).flatMap(([field, value]): ChangedField[] => {
    if (field !== 'custom_fields') return [{ path: field, before: row[field] }];
    const [kept, now] = [row[field], value] as readonly Readonly<Record<string, unknown>>[];
    const ids = Object.keys({ ...kept, ...now }).filter((id) => !isDeepStrictEqual(kept![id], now![id]));
    return ids.map((id) => ({ path: `${field}.${id}`, before: kept![id] ?? null }));
  });
}

/** @param version of the record after the change. */
export function fieldVersionsAfter(
  before: FieldVersions,
  changed: readonly ChangedField[],
  version: number,
): FieldVersions {
  const after: Record<string, number> = { ...before };
  for (const { path } of changed) after[path] = version;
  return Object.keys(after).length > maxKeys ? withoutOldest(after) : after;
}

/** Forgets the older half. Those fields then count as changed when the last of them was, never as older. */
function withoutOldest(versions: FieldVersions): FieldVersions {
  const newestFirst = Object.entries(versions).sort(([, one], [, other]) => other - one);
  const half = maxKeys / 2;
  return { ...Object.fromEntries(newestFirst.slice(0, half)), [others]: newestFirst[half]![1] };
}

interface Versioned {
  readonly version: number;
  readonly field_versions: FieldVersions;
}

/**
 * @param ifVersion the version on which the sender bases the change; undefined: whatever there is.
 * @throws DomainError if a field was changed after that version, and now has another value than the change gives it.
 */
export function assertNoConflict(
  record: Versioned,
  changed: readonly ChangedField[],
  ifVersion: number | undefined,
  error: ErrorDefinition,
): void {
  if (ifVersion === undefined || ifVersion === record.version) return;
  if (ifVersion > record.version) throw otherVersion(record, ifVersion, error);
  const versions = record.field_versions;
  const conflicts = changed.flatMap(({ path, before }): ErrorDetail[] => {
    const version = versions[path] ?? versions[others] ?? 1;
    if (version <= ifVersion) return [];
    return [{ field: path, message: `${path} was changed in version ${version}`, current: shown(before) }];
  });
  if (conflicts[0]) throw new DomainError(error, { message: conflicts[0].message, details: conflicts });
}

/** @throws DomainError if the record has another version. */
export function assertVersion(record: Versioned, ifVersion: number | undefined, error: ErrorDefinition): void {
  if (ifVersion !== undefined && ifVersion !== record.version) throw otherVersion(record, ifVersion, error);
}

function otherVersion({ version }: Versioned, ifVersion: number, error: ErrorDefinition): DomainError {
  const message = `the record has version ${version}, not ${ifVersion}`;
  return new DomainError(error, { message, details: [{ field: 'version', message, current: version }] });
}

/** In the form of answers. */
function shown(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}
