import type { AccountId } from '../../kernel/account-id';
import type { CustomFieldValues, SentCustomFieldValues, ValuesValidator } from '../../kernel/custom-field-values';
import type { ErrorDefinition } from '../../kernel/domain-error';
import type { CustomFieldEntity } from '../../kernel/record-kinds';

/** The port through which records ask whether values of custom fields are good; the context `custom-fields` answers. */
export abstract class CustomFieldRules {
  /**
   * @param refusal what wrong values raise, in the namespace of the record.
   * @returns the values of a new record.
   */
  abstract initialValues(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    sent: SentCustomFieldValues | undefined,
    error: ErrorDefinition,
  ): Promise<CustomFieldValues>;

  /**
   * How values change a record: call it before the record is locked, since whoever removes a definition locks that first.
   *
   * @returns what makes the new values from those that the record has.
   */
  abstract patchValues(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    sent: SentCustomFieldValues | undefined,
    error: ErrorDefinition,
  ): Promise<(kept: CustomFieldValues) => CustomFieldValues>;

  /**
   * Judges values for many records of one kind in the open transaction, in which their definitions stay as they are.
   *
   * @param ids of the definitions whose values will be sent; all that are required are known besides.
   */
  abstract loadValidator(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    ids: readonly string[],
  ): Promise<ValuesValidator>;

  /** The definitions of one kind of record, in order. */
  abstract definitionsOf(accountId: AccountId, entityType: CustomFieldEntity): Promise<readonly DefinedField[]>;
}

/** A field that an account adds to its records. */
export interface DefinedField {
  readonly id: string;
  readonly label: string;
  readonly field_type: string;
}
