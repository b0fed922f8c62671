import type { AccountId } from '../../kernel/account-id';
import type { CustomFieldValues, SentCustomFieldValues, ValuesValidator } from '../../kernel/custom-field-values';
import type { ErrorDefinition } from '../../kernel/domain-error';
import type { CustomFieldEntity } from '../../kernel/record-kinds';

/** The port through which records check values of custom fields. The context `custom-fields` implements it. */
export abstract class CustomFieldRules {
  /**
   * @param refusal the error for wrong values, in the namespace of the record.
   * @returns the values of a new record.
   */
  abstract initialValues(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    sent: SentCustomFieldValues | undefined,
    error: ErrorDefinition,
  ): Promise<CustomFieldValues>;

  /**
   * Prepares a change of values. Call it before the record is locked: a caller who removes a definition locks that
   * first.
   *
   * @param id of the record that gets the values.
   * @returns a function from the record's values to the new values.
   */
  abstract patchValues(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    sent: SentCustomFieldValues | undefined,
    error: ErrorDefinition,
    id: string,
  ): Promise<(kept: CustomFieldValues) => CustomFieldValues>;

  /**
   * Loads a validator for the values of many records of one kind. The definitions are locked until the end of the
   * transaction.
   *
   * @param ids of the definitions whose values will be sent. All required definitions are loaded besides.
   */
  abstract loadValidator(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    ids: readonly string[],
  ): Promise<ValuesValidator>;

  /** The definitions of one kind of record, in display order. */
  abstract definitionsOf(accountId: AccountId, entityType: CustomFieldEntity): Promise<readonly DefinedField[]>;

  /** Nobody else makes definitions until the end of the transaction. */
  abstract lockDefinitions(accountId: AccountId, entityType: CustomFieldEntity): Promise<void>;

  /**
   * Makes text fields, in the transaction that has locked the definitions.
   *
   * @param labels that no definition has, and for which there is room.
   */
  abstract define(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    labels: readonly string[],
  ): Promise<readonly DefinedField[]>;
}

/** A field that an account adds to its records. */
export interface DefinedField {
  readonly id: string;
  readonly label: string;
  readonly field_type: string;
  /** The options of an enum; else null. */
  readonly options: readonly string[] | null;
  /** Whether no two records have the same value. */
  readonly unique: boolean;
}

const noCustomFields: ValuesValidator = Object.assign(() => ({ values: {}, refused: [] }), {
  unique: new Set<string>(),
});

/** @returns the validator for records of a kind, which may have no custom fields. See `CustomFieldRules.loadValidator`. */
export async function validatorOf(
  rules: CustomFieldRules,
  { customFields }: { readonly customFields: { readonly entityType: CustomFieldEntity } | null },
  accountId: AccountId,
  ids: readonly string[],
): Promise<ValuesValidator> {
  return customFields ? rules.loadValidator(accountId, customFields.entityType, ids) : noCustomFields;
}
