import { Injectable } from '@nestjs/common';
import type { CustomFieldEntity } from '../../kernel/record-kinds';
import type { AccountId } from '../../kernel/account-id';
import type { Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import {
  type CustomFieldCondition,
  type CustomFieldFilter,
  type CustomFieldValues,
  maxCustomFields,
  mergeValues,
  type ReadValues,
  type SentCondition,
  type SentCustomFieldValues,
  type ValuesValidator,
} from '../../kernel/custom-field-values';
import { composed, storedForms } from '../../kernel/composed';
import { differenceOf } from '../../kernel/difference';
import { DomainError, type ErrorDefinition, type ErrorDetail, InvalidInputError } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import { newId } from '../../platform/database/ids';
import { maxDryRunRows, Transactions } from '../../platform/database/transactions';
import { isUuid } from '../../kernel/uuid';
import type { CustomFieldRules, DefinedField } from '../../platform/records/custom-field-rules';
import type { CustomField } from './custom-field.entity';
import { type CustomFieldView, customFieldView } from './custom-field.view';
import {
  areOptions,
  type CreateCustomFieldInput,
  type ListCustomFieldsInput,
  noOptionsMessage,
  optionsMessage,
  type UpdateCustomFieldInput,
} from './custom-fields.dto';
import { customFieldsErrors, labelTakenError } from './custom-fields.errors';
import { CustomFieldsRepository } from './custom-fields.repository';
import { conditionsOf, readValues, storedOption } from './field-values';
import { UniqueFields } from './unique-fields';

export type { CustomFieldView };

@Injectable()
export class CustomFieldsService implements CustomFieldRules {
  constructor(
    private readonly repository: CustomFieldsRepository,
    private readonly uniqueFields: UniqueFields,
    private readonly transactions: Transactions,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  async list({ account_id }: Caller, input: ListCustomFieldsInput): Promise<Page<CustomFieldView>> {
    const { entity_type, limit = defaultPageLimit, cursor } = input;
    const list = new PagedList(this.cursors, 'custom-fields', account_id);
    const rows = await this.repository.list(account_id, entity_type, list.after(cursor), limit);
    return list.pageBy(
      rows,
      limit,
      ({ display_order, created_at, id }) => ({ rank: display_order, at: created_at.getTime(), id }),
      customFieldView,
    );
  }

  async get({ account_id }: Caller, id: string): Promise<CustomFieldView> {
    return customFieldView(orNotFound(await this.repository.find(account_id, id)));
  }

  async create({ account_id }: Caller, input: CreateCustomFieldInput): Promise<CustomFieldView> {
    const field: CustomField = {
      id: newId(),
      account_id,
      ...{ options: null, required: false, unique: false, display_order: 0 },
      ...input,
      created_at: this.clock.now(),
    };
    await this.transactions.run(async () => {
      const { count, unique_count } = await this.repository.lockAndCount(account_id, field.entity_type);
      if (count >= maxCustomFields) {
        const message = `there are ${maxCustomFields} custom fields of this entity type already, which is all there can be`;
        throw new DomainError(customFieldsErrors.invalid_request, { message });
      }
      await this.assertLabelIsFree(field);
      if (field.unique) this.uniqueFields.assertMayBe(field, unique_count);
      await this.repository.insert(field);
    });
    return customFieldView(field);
  }

  /** Removes values that are no longer an option from the records that have them. */
  async update({ account_id }: Caller, id: string, input: UpdateCustomFieldInput): Promise<CustomFieldView> {
    return this.transactions.run(async () => {
      const uniqueCount = input.unique ? await this.uniqueFields.lockAndCount(account_id, id) : 0;
      const field = orNotFound(await this.repository.findForUpdate(account_id, id));
      assertOptions(field, input.options);
      const changes = differenceOf<CustomField>(field, withStoredForms(field, input as Partial<CustomField>));
      if (Object.keys(changes).length === 0) return customFieldView(field);
      const removed = field.options?.filter((option) => changes.options && !changes.options.includes(option)) ?? [];
      if (changes.label !== undefined) await this.assertLabelIsFree({ ...field, label: changes.label });
      if (removed.length > 0 && !(await this.isTooMuchToTry(field, removed))) {
        await this.transactions.allowLongStatements();
        await this.repository.removeValues(field, removed);
      }
      if (changes.unique) this.uniqueFields.assertMayBe(field, uniqueCount);
      if (changes.unique !== undefined) await this.uniqueFields.change(field, changes.unique);
      await this.repository.update(account_id, id, changes);
      return customFieldView({ ...field, ...changes });
    });
  }

  /** Deletes the field's values with it. */
  async delete({ account_id }: Caller, id: string): Promise<void> {
    await this.transactions.run(async () => {
      const field = orNotFound(await this.repository.findForUpdate(account_id, id));
      if (await this.isTooMuchToTry(field)) return;
      await this.transactions.allowLongStatements();
      await this.repository.removeValues(field);
      await this.repository.delete(account_id, id);
    });
  }

  /**
   * The values of a new record.
   *
   * @param refusal the error for wrong values, in the namespace of the record.
   */
  async initialValues(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    sent: SentCustomFieldValues | undefined,
    error: ErrorDefinition,
  ): Promise<CustomFieldValues> {
    return mergeValues({}, await this.read(accountId, entityType, sent ?? {}, error, undefined));
  }

  /**
   * Prepares a change of values. Call it before the record is locked: a caller who removes a definition locks that
   * first.
   *
   * @returns a function from the record's values to the new values.
   */
  async patchValues(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    sent: SentCustomFieldValues | undefined,
    error: ErrorDefinition,
    id: string,
  ): Promise<(kept: CustomFieldValues) => CustomFieldValues> {
    if (sent === undefined) return (kept) => kept;
    const read = await this.read(accountId, entityType, sent, error, id);
    return (kept) => mergeValues(kept, read);
  }

  /** @returns the records that meet the custom-field filters of a list; undefined if there are no such filters. */
  async buildFilter(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    sent: readonly SentCondition[] | undefined,
    error: ErrorDefinition,
  ): Promise<CustomFieldFilter | undefined> {
    if (sent === undefined) return undefined;
    const ids = sent.map(({ definition_id }) => definition_id);
    const definitions = await this.repository.findByIds(accountId, entityType, ids);
    const { conditions, refused } = conditionsOf(definitions, sent);
    throwIfRefused(refused, error);
    // No record has a value of a field that does not exist.
    if (new Set(ids).size > definitions.length) return { ids: [], conditions: [] };
    return this.narrowByFew(accountId, conditions);
  }

  /** Looks up conditions that few records meet, by ids, and leaves the conditions that many meet. */
  private async narrowByFew(
    accountId: AccountId,
    conditions: readonly CustomFieldCondition[],
  ): Promise<CustomFieldFilter> {
    let ids: readonly string[] | null = null;
    const left: CustomFieldCondition[] = [];
    for (const condition of conditions) {
      const few = await this.repository.findIfFew(accountId, condition);
      if (few === null) left.push(condition);
      else if (ids === null) ids = few;
      else {
        const both: ReadonlySet<string> = new Set(few);
        ids = ids.filter((id) => both.has(id));
      }
    }
    // The index has the records of one value in the order of lists, but not those of a range.
    return { ids, conditions: left.sort((a, b) => Number(a.eq === undefined) - Number(b.eq === undefined)) };
  }

  /**
   * Loads a validator for the values of many records of one kind. The definitions are locked until the end of the
   * transaction.
   *
   * @param ids of the definitions whose values will be sent. All required definitions are loaded besides.
   */
  async loadValidator(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    ids: readonly string[],
  ): Promise<ValuesValidator> {
    const definitions = await this.transactions.join(() => this.repository.findToWrite(accountId, entityType, ids));
    const judge = (sent: SentCustomFieldValues, isNew: boolean) => {
      const { values, refused } = readValues(definitions, sent, isNew);
      return { values: values ?? {}, refused };
    };
    const unique = new Set(definitions.flatMap((definition) => (definition.unique ? [definition.id] : [])));
    return Object.assign(judge, { unique });
  }

  /** The definitions of one kind of record, in display order. */
  async definitionsOf(accountId: AccountId, entityType: CustomFieldEntity): Promise<CustomFieldView[]> {
    const fields = await this.repository.list(accountId, entityType, null, maxCustomFields);
    return fields.map(customFieldView);
  }

  async define(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    labels: readonly string[],
  ): Promise<readonly DefinedField[]> {
    const made = labels.map((label): CustomField => ({
      ...{ id: newId(), account_id: accountId, entity_type: entityType, label: composed(label), field_type: 'text' },
      ...{ options: null, required: false, unique: false, display_order: 0, created_at: this.clock.now() },
    }));
    for (const field of made) await this.transactions.join(() => this.repository.insert(field));
    return made;
  }

  async lockDefinitions(accountId: AccountId, entityType: CustomFieldEntity): Promise<void> {
    await this.repository.lockAndCount(accountId, entityType);
  }

  /** The index compares labels as they are stored, some of which are older than the rule to compose them. */
  private async assertLabelIsFree(field: CustomField): Promise<void> {
    if (storedForms(field.label).length > 1 && (await this.repository.hasLabel(field))) throw labelTakenError();
  }

  /** Whether this is a dry run that would remove more values than a dry run does. */
  private async isTooMuchToTry(field: CustomField, values?: readonly string[]): Promise<boolean> {
    if (!this.transactions.isDryRun) return false;
    return (await this.repository.countValues(field, values, maxDryRunRows + 1)) > maxDryRunRows;
  }

  /** @param id of the record that gets the values; undefined: a new one. */
  private async read(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    sent: SentCustomFieldValues,
    error: ErrorDefinition,
    id: string | undefined,
  ): Promise<ReadValues | null> {
    const keys = Object.keys(sent ?? {});
    // More keys than there can be definitions are refused in any case. The definitions only tell which.
    const definitions =
      keys.length > maxCustomFields
        ? await this.repository.list(accountId, entityType, null, maxCustomFields)
        : await this.transactions.join(() => this.repository.findToWrite(accountId, entityType, keys.filter(isUuid)));
    const { values, refused } = readValues(definitions, sent, id === undefined);
    throwIfRefused(refused, error);
    await this.uniqueFields.assertFree(accountId, definitions, values, id, error);
    return values;
  }
}

function orNotFound(field: CustomField | null): CustomField {
  if (!field) throw new DomainError(customFieldsErrors.not_found);
  return field;
}

/** Equal texts stay as they are stored. */
function withStoredForms(field: CustomField, { label, options, ...sent }: Partial<CustomField>): Partial<CustomField> {
  return {
    ...sent,
    ...(label === undefined ? {} : { label: composed(field.label) === label ? field.label : label }),
    ...(options
      ? { options: options.map((option) => storedOption(field.options ?? [], option) ?? option) }
      : { options }),
  };
}

function assertOptions({ field_type }: CustomField, options: unknown): void {
  if (options === undefined) return;
  const optionsError = (message: string) => [{ field: 'options', message: `options ${message}` }];
  if (field_type === 'enum') {
    if (!areOptions(options))
      throw new InvalidInputError(optionsError(optionsMessage), customFieldsErrors.options_required);
  } else if (options !== null) throw new InvalidInputError(optionsError(noOptionsMessage));
}

function throwIfRefused(refused: readonly ErrorDetail[], definition: ErrorDefinition): void {
  if (!refused[0]) return;
  throw new DomainError(definition, { message: refused[0].message, details: refused });
}
