import type { AccountId } from '../../kernel/account-id';
import type { CustomFieldValues, SentCustomFieldValues } from '../../kernel/custom-field-values';
import type { ErrorDefinition } from '../../kernel/domain-error';
import type { CustomisedEntity } from '../../kernel/record-kinds';

/** The port through which records ask whether values of custom fields are good; the context `custom-fields` answers. */
export abstract class CustomFieldRules {
  /**
   * @param refusal what wrong values raise, in the namespace of the record.
   * @returns the values of a new record.
   */
  abstract valuesOfNew(
    accountId: AccountId,
    entityType: CustomisedEntity,
    sent: SentCustomFieldValues | undefined,
    refusal: ErrorDefinition,
  ): Promise<CustomFieldValues>;

  /**
   * How values change a record: call it before the record is locked, since whoever removes a definition locks that first.
   *
   * @returns what makes the new values from those that the record has.
   */
  abstract changeOfValues(
    accountId: AccountId,
    entityType: CustomisedEntity,
    sent: SentCustomFieldValues | undefined,
    refusal: ErrorDefinition,
  ): Promise<(kept: CustomFieldValues) => CustomFieldValues>;
}
