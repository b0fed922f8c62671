import type { RecordKind } from '../../kernel/record-kinds';
import { newId } from '../database/ids';
import type { ExternalReference } from './external-references';

/** An external id that is looked up. */
export interface WantedExternalId {
  readonly kind: RecordKind;
  readonly external_id: string;
}

/** Records by their external ids. */
export interface FoundExternalIds {
  idOf(kind: RecordKind, externalId: string): string | undefined;
}

/** Fields with external ids, by the fields with ids in whose place they were sent. */
export type SentInPlace = ReadonlyMap<string, string>;

const none: SentInPlace = new Map();

/** References that were sent by external ids. */
export interface ExternalReferences {
  readonly wanted: readonly WantedExternalId[];
  readonly inPlace: SentInPlace;
  /**
   * @returns the fields with ids. An unknown external id gets an id of no record, so that it is judged in the order in
   * which a wrong id would be.
   */
  idsIn(found: FoundExternalIds): Readonly<Record<string, string | null>>;
}

/** @returns what was sent without references by external ids, and these. */
export function takeExternalReferences<Sent extends object>(
  externalReferences: readonly ExternalReference[],
  sent: Sent,
): { readonly fields: Sent; readonly external: ExternalReferences } {
  const given = sent as Readonly<Record<string, string | null | undefined>>;
  const used = externalReferences.filter(({ name }) => given[name] !== undefined);
  if (used.length === 0) return { fields: sent, external: { wanted: [], inPlace: none, idsIn: () => ({}) } };
  const fields: Record<string, unknown> = { ...given };
  for (const { name } of used) delete fields[name];
  const external: ExternalReferences = {
    wanted: used.flatMap(({ name, to }) => (given[name] ? [{ kind: to, external_id: given[name] }] : [])),
    inPlace: new Map(used.map(({ name, field }) => [field, name])),
    idsIn: (found) =>
      Object.fromEntries(
        used.map(({ name, field, to }) => [field, given[name] ? (found.idOf(to, given[name]) ?? newId()) : null]),
      ),
  };
  return { fields: fields as Sent, external };
}

/** @returns what was sent with ids in place of external ids. */
export function withIds<Sent extends object>(
  references: readonly ExternalReference[],
  sent: Sent,
  found: FoundExternalIds,
): { readonly fields: Sent; readonly inPlace: SentInPlace } {
  const { fields, external } = takeExternalReferences(references, sent);
  const { inPlace } = external;
  return { fields: inPlace.size === 0 ? fields : { ...fields, ...external.idsIn(found) }, inPlace };
}

/** @returns the external ids that records get. */
export function externalIdsOf(kind: RecordKind, rows: readonly object[]): WantedExternalId[] {
  const ids = (rows as readonly { readonly external_id?: string | null }[]).flatMap(({ external_id }) =>
    external_id ? [external_id] : [],
  );
  return [...new Set(ids)].map((external_id) => ({ kind, external_id }));
}

/** @returns the external ids that records get, and those of the records that they refer to. */
export function wantedExternalIds(
  {
    kind,
    externalReferences,
  }: { readonly kind: RecordKind; readonly externalReferences: readonly ExternalReference[] },
  inputs: readonly object[],
): WantedExternalId[] {
  const referred = inputs.flatMap((input) => takeExternalReferences(externalReferences, input).external.wanted);
  const all = [...externalIdsOf(kind, inputs), ...referred];
  return [...new Map(all.map((each) => [`${each.kind} ${each.external_id}`, each])).values()];
}

export function externalIdTakenMessage(kind: RecordKind): string {
  return `external_id is that of another ${kind}`;
}

interface Given {
  readonly id: string;
  /** The fields that the record gets. */
  readonly set: object;
}

/**
 * @param all the changes of a statement, which may hand an external id from one record to another.
 * @returns for each record that would get the external id of another one: by its id, who has it.
 */
export function takenExternalIds(
  kind: RecordKind,
  all: readonly Given[],
  found: FoundExternalIds,
): ReadonlyMap<string, string> {
  const taken = new Map<string, string>();
  const isGiven = ({ set }: Given) => (set as { external_id?: unknown }).external_id !== undefined;
  const changed = new Set(all.filter(isGiven).map(({ id }) => id));
  const holders = new Map<string, string>();
  for (const { id, set } of all) {
    const { external_id } = set as { readonly external_id?: string | null };
    if (!external_id) continue;
    const present = found.idOf(kind, external_id);
    const holder = holders.get(external_id) ?? (present !== undefined && changed.has(present) ? undefined : present);
    if (holder !== undefined && holder !== id) taken.set(id, holder);
    else holders.set(external_id, id);
  }
  return taken;
}
