import type { ErrorDetail } from '../../../kernel/domain-error';
import type { RecordKind } from '../../../kernel/record-kinds';
import { externalIdsOf, type FoundExternalIds, takeExternalReferences } from '../../../platform/records/external-ids';
import type { WantedExternalId } from '../../../platform/records/external-ids';
import type { RecordDefinition } from '../../../platform/records/record-definition';
import type { RecordRow } from '../../../platform/records/record-row';

/** @returns the external ids that rows have, of their own records and of those that they refer to. */
export function wantedExternalIds(
  { kind, externalReferences }: RecordDefinition<RecordRow, object>,
  inputs: readonly object[],
): WantedExternalId[] {
  const referred = new Map(
    inputs.flatMap((input) =>
      takeExternalReferences(externalReferences, input).external.wanted.map(
        (each) => [`${each.kind} ${each.external_id}`, each] as const,
      ),
    ),
  );
  return [...externalIdsOf(kind, inputs), ...referred.values()];
}

interface Identified {
  readonly external_id?: string | null;
}

/** Which record has which external id, among those that the rows of a batch have: at first, and after each row. */
export class ExternalIdHolders {
  private readonly holders = new Map<string, string>();
  private readonly held = new Map<string, string>();

  constructor(
    private readonly kind: RecordKind,
    inputs: readonly object[],
    found: FoundExternalIds,
  ) {
    for (const { external_id } of externalIdsOf(kind, inputs)) {
      const id = found.idOf(kind, external_id);
      if (id !== undefined) this.hold(id, external_id);
    }
  }

  /** @param id of the record that the row means; undefined: a new one. @returns why it cannot have the external id. */
  faultsOf(input: object, id: string | undefined): ErrorDetail[] {
    const { external_id } = input as Identified;
    const holder = external_id ? this.holders.get(external_id) : undefined;
    if (holder === undefined || holder === id) return [];
    return [{ field: 'external_id', message: `external_id is that of another ${this.kind}` }];
  }

  /** The row is applied. */
  give(id: string, input: object): void {
    const { external_id } = input as Identified;
    if (external_id === undefined) return;
    const before = this.held.get(id);
    if (before !== undefined) this.holders.delete(before);
    this.held.delete(id);
    if (external_id !== null) this.hold(id, external_id);
  }

  private hold(id: string, externalId: string): void {
    this.holders.set(externalId, id);
    this.held.set(id, externalId);
  }
}
