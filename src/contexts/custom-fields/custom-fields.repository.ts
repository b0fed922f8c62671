import { Injectable } from '@nestjs/common';
import type { Repository } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { CustomFieldCondition } from '../../kernel/custom-field-values';
import type { Position } from '../../kernel/cursor';
import { type CustomFieldEntity, recordKinds } from '../../kernel/record-kinds';
import { selectMatchingIds } from '../../platform/records/custom-field-conditions';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { CustomField } from './custom-field.entity';

/** Named one by one: a prepared `select *` fails on running instances after a migration adds a column. */
const columns =
  'id, account_id, entity_type, label, field_type, options, required, "unique", display_order, created_at';

/** Maximum number of records per clean-up statement, which then takes some ten seconds. */
const cleanupBatch = 100_000;
/** Up to this number of records, looking them up by id is faster than a walk through the list. */
const idListLimit = 5_000;

/**
 * The statements on `custom_fields`. Only this repository changes the column `custom_fields` of records without their
 * contexts.
 */
@Injectable()
export class CustomFieldsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Returns one row more than the limit if there are more. */
  async list(
    accountId: AccountId,
    entityType: CustomFieldEntity | undefined,
    after: Position | null,
    limit: number,
  ): Promise<CustomField[]> {
    const where = Where.of(accountId)
      .andIf(entityType, 'entity_type = ?', entityType)
      .andIf(
        after,
        '(display_order, created_at, id) > (?, ?, ?::uuid)',
        after?.rank,
        after && new Date(after.at),
        after?.id,
      );
    return this.transactions.rows<CustomField>(
      where.name('custom-fields-list'),
      `select ${columns} from custom_fields where ${where.text} order by display_order, created_at, id limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find(accountId: AccountId, id: string): Promise<CustomField | null> {
    return this.fields.findOneBy({ account_id: accountId, id });
  }

  /** Locks the definition, so that nobody writes values of it until the end of the transaction. */
  async findForUpdate(accountId: AccountId, id: string): Promise<CustomField | null> {
    const [field] = await this.transactions.rows<CustomField>(
      'custom-fields-by-id-for-update',
      `select ${columns} from custom_fields where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return field ?? null;
  }

  async findByIds(accountId: AccountId, entityType: CustomFieldEntity, ids: readonly string[]): Promise<CustomField[]> {
    return this.transactions.rows<CustomField>(
      'custom-fields-some',
      `select ${columns} from custom_fields where account_id = $1 and entity_type = $2 and id = any($3::uuid[])`,
      [accountId, entityType, ids],
    );
  }

  /** Finds these definitions and all required ones, and locks them until the end of the transaction. */
  async findToWrite(
    accountId: AccountId,
    entityType: CustomFieldEntity,
    ids: readonly string[],
  ): Promise<CustomField[]> {
    return this.transactions.rows<CustomField>(
      'custom-fields-to-write',
      `select ${columns} from custom_fields
       where account_id = $1 and entity_type = $2 and (required or id = any($3::uuid[]))
       order by display_order, created_at, id for key share`,
      [accountId, entityType, ids],
    );
  }

  /** @returns the numbers of definitions, and of unique ones. Other callers wait until the end of the transaction. */
  async lockAndCount(
    accountId: AccountId,
    entityType: CustomFieldEntity,
  ): Promise<{ readonly count: number; readonly unique_count: number }> {
    await this.transactions.rows('custom-fields-lock', 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `custom_fields ${accountId} ${entityType}`,
    ]);
    const [counted] = await this.transactions.rows<{ count: number; unique_count: number }>(
      'custom-fields-count',
      `select count(*), count(*) filter (where "unique") as unique_count from custom_fields
       where account_id = $1 and entity_type = $2`,
      [accountId, entityType],
    );
    return counted!;
  }

  /** Whether another field of the entity type has the label, in any case and form. */
  async hasLabel({ account_id, entity_type, id, label }: CustomField): Promise<boolean> {
    const rows = await this.transactions.rows(
      'custom-fields-with-label',
      `select from custom_fields where account_id = $1 and entity_type = $2 and id <> $3
       and lower(normalize(label, nfc)) = lower($4) limit 1`,
      [account_id, entity_type, id, label],
    );
    return rows.length > 0;
  }

  async insert(field: CustomField): Promise<void> {
    await this.fields.insert(field);
  }

  async update(accountId: AccountId, id: string, changes: Partial<CustomField>): Promise<void> {
    await this.fields.update({ account_id: accountId, id }, changes);
  }

  async delete(accountId: AccountId, id: string): Promise<void> {
    await this.fields.delete({ account_id: accountId, id });
  }

  /** @returns the number of values of a field, or of these of its values, up to the limit. */
  async countValues(field: CustomField, values: readonly string[] | undefined, limit: number): Promise<number> {
    const where = valuesOf(field, values);
    // The order is that of the index. Without it a field that most records have would be sought in the whole table.
    const order = values ? '' : 'order by value';
    const [counted] = await this.transactions.rows<{ count: number }>(
      undefined,
      `select count(*) from (
         select from custom_field_values where ${where.text} ${order} limit ${where.value(limit)}
       ) as found`,
      where.values,
    );
    return counted!.count;
  }

  /**
   * Removes all values of a field, or only these, from records: a part of the records in each statement, so that none
   * exceeds its timeout. No value passes through the program.
   */
  async removeValues(field: CustomField, values?: readonly string[]): Promise<void> {
    const where = valuesOf(field, values);
    const limit = where.value(cleanupBatch);
    await this.transactions.rows(
      'custom-fields-trigger-stands-aside',
      `select set_config('tideline.custom_field_values', 'removed', true)`,
      [],
    );
    for (let cleaned = cleanupBatch; cleaned === cleanupBatch;) {
      // Arrays force the order of work whatever the statistics say. Right after an import these know nothing of the
      // records, and a join could scan all values once for each of them.
      const [counted] = await this.transactions.rows<{ cleaned: number }>(
        undefined,
        `with carriers as (select record_id from custom_field_values where ${where.text} limit ${limit}),
         taken as (
           update ${recordKinds[field.entity_type].plural} set custom_fields = custom_fields - $2::text
           where account_id = $1 and id = any (array(select record_id from carriers)) returning 1
         ),
         removed as (
           delete from custom_field_values
           where account_id = $1 and definition_id = $2::uuid and record_id = any (array(select record_id from carriers))
           returning 1
         )
         select count(*) as cleaned from carriers`,
        where.values,
      );
      cleaned = counted!.cleaned;
    }
    await this.transactions.rows(
      'custom-fields-trigger-works',
      `select set_config('tideline.custom_field_values', '', true)`,
      [],
    );
  }

  /** @returns the ids of the records that meet a condition, or null if there are many. */
  async findIfFew(accountId: AccountId, condition: CustomFieldCondition): Promise<string[] | null> {
    const where = Where.of(accountId);
    const rows = await this.transactions.rows<{ record_id: string }>(
      undefined,
      `${selectMatchingIds(where, condition)} limit ${idListLimit + 1}`,
      where.values,
    );
    return rows.length > idListLimit ? null : rows.map(({ record_id }) => record_id);
  }

  private get fields(): Repository<CustomField> {
    return this.transactions.repository(CustomField);
  }
}

function valuesOf({ account_id, id }: CustomField, values?: readonly string[]): Where {
  return Where.of(account_id)
    .and('definition_id = ?::uuid', id)
    .andIf(
      values,
      'value = any(?::jsonb[])',
      values?.map((value) => JSON.stringify(value)),
    );
}
