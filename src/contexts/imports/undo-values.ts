import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { CustomFieldValues, ValuesValidator } from '../../kernel/custom-field-values';
import { CustomFieldRules } from '../../platform/records/custom-field-rules';
import type { Restoration } from '../../platform/records/many-records';
import type { RecordDefinition } from '../../platform/records/record-definition';
import type { RecordRow } from '../../platform/records/record-row';
import { UniqueValues, uniqueValuesIn } from '../../platform/records/unique-values';

/** Which values of custom fields an undo may bring back. */
@Injectable()
export class UndoValues {
  constructor(
    private readonly customFields: CustomFieldRules,
    private readonly values: UniqueValues,
  ) {}

  /**
   * Locks the definitions, before any record; a caller who removes a definition uses the same order.
   *
   * @returns undefined if there is no value to bring back.
   */
  async load(
    accountId: AccountId,
    { customFields }: RecordDefinition<RecordRow, object>,
    befores: readonly Restoration['before'][],
  ): Promise<ValuesValidator | undefined> {
    const ids = new Set(befores.flatMap((before) => Object.keys(valuesOf(before) ?? {})));
    if (ids.size === 0 || !customFields) return undefined;
    return this.customFields.loadValidator(accountId, customFields.entityType, [...ids]);
  }

  /**
   * Leaves out values of fields and options that were removed since, and unique ones that other records have by now.
   *
   * @param leaving the records that the undo deletes. @returns the ids of records that lose a unique value so.
   */
  async restorable(
    accountId: AccountId,
    validate: ValuesValidator | undefined,
    restorations: readonly Restoration[],
    leaving: readonly string[],
  ): Promise<{ readonly restorations: readonly Restoration[]; readonly taken: readonly string[] }> {
    if (!validate) return { restorations, taken: [] };
    const valid = restorations.map(({ id, before }) => {
      const values = valuesOf(before);
      return { id, before: values ? { ...before, custom_fields: validate(values, false).values } : before };
    });
    const taken = await this.findTaken(accountId, validate.unique, valid, leaving);
    const free = valid.map(({ id, before }) => {
      const lost = taken.get(id) ?? [];
      if (lost.length === 0) return { id, before };
      const kept = Object.entries(valuesOf(before)!).filter(([definitionId]) => !lost.includes(definitionId));
      return { id, before: { ...before, custom_fields: Object.fromEntries(kept) } };
    });
    return { restorations: free, taken: [...taken.keys()] };
  }

  /** @returns the definitions of the values that others have, by the record that had them. */
  private async findTaken(
    accountId: AccountId,
    unique: ReadonlySet<string>,
    restorations: readonly Restoration[],
    leaving: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const wanted = restorations.flatMap(({ id, before }) =>
      uniqueValuesIn(valuesOf(before) ?? {}, unique).map((each) => ({ id, ...each })),
    );
    const lookedUp = await this.values.lookUp(accountId, wanted);
    // Those that get their earlier values too give away the present ones.
    const giving = new Set([...leaving, ...restorations.flatMap(({ id, before }) => (valuesOf(before) ? [id] : []))]);
    const taken = new Map<string, string[]>();
    for (const [index, { definition_id, holder }] of lookedUp.entries()) {
      if (holder === null || giving.has(holder)) continue;
      const { id } = wanted[index]!;
      taken.set(id, [...(taken.get(id) ?? []), definition_id]);
    }
    return taken;
  }
}

function valuesOf(before: Restoration['before']): CustomFieldValues | undefined {
  return before.custom_fields as CustomFieldValues | undefined;
}
