import type { RecordKind } from '../../kernel/record-kinds';
import { externalIdsOf, type FoundExternalIds } from './external-ids';

/** Notes which record has which external id, while changes of many records of a kind are decided in turn. */
export class ExternalIdHolders {
  private readonly holders = new Map<string, string>();
  private readonly held = new Map<string, string>();

  /** @param inputs those of which external ids may be taken. @param found who has them at first. */
  constructor(kind: RecordKind, inputs: readonly object[], found: FoundExternalIds) {
    for (const { external_id } of externalIdsOf(kind, inputs)) {
      const id = found.idOf(kind, external_id);
      if (id !== undefined) this.hold(id, external_id);
    }
  }

  /** @returns the record that has it. */
  holderOf(externalId: string): string | undefined {
    return this.holders.get(externalId);
  }

  /** Gives a record this one. Null takes away the one that it has; undefined changes nothing. */
  give(id: string, externalId: string | null | undefined): void {
    if (externalId === undefined) return;
    const before = this.held.get(id);
    if (before !== undefined) this.holders.delete(before);
    this.held.delete(id);
    if (externalId !== null) this.hold(id, externalId);
  }

  private hold(id: string, externalId: string): void {
    this.holders.set(externalId, id);
    this.held.set(id, externalId);
  }
}
