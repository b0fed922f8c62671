import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { ReadValues } from '../../kernel/custom-field-values';
import { DomainError, type ErrorDefinition, type ErrorDetail } from '../../kernel/domain-error';
import { maxDryRunRows, Transactions } from '../../platform/database/transactions';
import { takenValue, UniqueValues, uniqueValuesIn } from '../../platform/records/unique-values';
import type { CustomField } from './custom-field.entity';
import { customFieldsErrors } from './custom-fields.errors';
import { CustomFieldsRepository } from './custom-fields.repository';
import { UniqueFieldsRepository } from './unique-fields.repository';

/** Maximum number of unique fields of a kind of record. */
export const maxUniqueFields = 5;
/** Maximum number of values of a field that becomes unique, which then takes some ten seconds. */
const maxValues = 1_000_000;
/** Maximum numbers of values that several records have, and of the records of each, in an answer. */
const maxToldValues = 10;
const maxToldIds = 100;

/** Fields of which no two records have the same value. */
@Injectable()
export class UniqueFields {
  constructor(
    private readonly repository: UniqueFieldsRepository,
    private readonly fields: CustomFieldsRepository,
    private readonly values: UniqueValues,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Locks the definitions of a kind, before one of them is locked, as whoever makes one does.
   *
   * @returns the number of unique fields of the kind of this one.
   */
  async lockAndCount(accountId: AccountId, id: string): Promise<number> {
    const field = await this.fields.find(accountId, id);
    return field ? (await this.fields.lockAndCount(accountId, field.entity_type)).unique_count : 0;
  }

  /**
   * @param count the number of other unique fields of this kind of record, which nobody changes until the end of the
   * transaction.
   * @throws DomainError if the field cannot be unique.
   */
  assertMayBe({ field_type }: Pick<CustomField, 'field_type'>, count: number): void {
    if (field_type === 'boolean' || field_type === 'enum') throw refusal('is for texts, numbers and dates only');
    if (count < maxUniqueFields) return;
    throw refusal(`is for ${maxUniqueFields} custom fields of an entity type, and there are as many already`);
  }

  /**
   * Makes a field unique, or ends it. Nobody writes values of the field until the end of the transaction, because its
   * definition is locked.
   *
   * @throws DomainError if several records have the same value, or there are too many values.
   */
  async change(field: CustomField, unique: boolean): Promise<void> {
    await this.transactions.allowLongStatements();
    const count = await this.fields.countValues(field, undefined, maxValues + 1);
    if (unique && count > maxValues) throw refusal(`is for fields that at most ${maxValues} records have`);
    if (unique) await this.assertNoneShared(field);
    if (this.transactions.isDryRun && count > maxDryRunRows) return;
    if (unique) await this.repository.keepValues(field);
    else await this.repository.freeValues(field);
  }

  /**
   * @param id of the record that gets the values; undefined: a new one.
   * @throws DomainError if another record has one of these values.
   */
  async assertFree(
    accountId: AccountId,
    definitions: readonly Pick<CustomField, 'id' | 'unique'>[],
    values: ReadValues | null,
    id: string | undefined,
    error: ErrorDefinition,
  ): Promise<void> {
    const unique = new Set(definitions.flatMap((each) => (each.unique ? [each.id] : [])));
    const found = await this.values.lookUp(accountId, uniqueValuesIn(values ?? {}, unique));
    const details = found.flatMap((each) =>
      each.holder === null || each.holder === id ? [] : [takenValue(each, each.holder)],
    );
    if (details[0]) throw new DomainError(error, { message: details[0].message, details });
  }

  private async assertNoneShared(field: CustomField): Promise<void> {
    const shared = await this.repository.findShared(field, maxToldValues, maxToldIds);
    const details = shared.map(({ value, count, ids }): ErrorDetail => {
      const message = `unique cannot be true: ${count} records have the value ${JSON.stringify(value)}`;
      return { field: 'unique', message, ids };
    });
    if (details[0]) throw new DomainError(customFieldsErrors.invalid_request, { message: details[0].message, details });
  }
}

function refusal(reason: string): DomainError {
  const message = `unique ${reason}`;
  return new DomainError(customFieldsErrors.invalid_request, { message, details: [{ field: 'unique', message }] });
}
