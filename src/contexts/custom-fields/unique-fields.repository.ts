import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions';
import type { CustomField } from './custom-field.entity';

/** A value that several records have. */
export interface SharedValue {
  readonly value: string | number;
  readonly count: number;
  /** The records that have it, the oldest first. */
  readonly ids: readonly string[];
}

/**
 * The statements that begin and end the uniqueness of a field, planned for how many values it has. Call them after its
 * definition is locked.
 */
@Injectable()
export class UniqueFieldsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** @returns the first values that several records have. @param maxIds of how many records of each. */
  async findShared({ account_id, id }: CustomField, maxValues: number, maxIds: number): Promise<SharedValue[]> {
    return this.transactions.rows<SharedValue>(
      undefined,
      `with forms as (
         select unique_form(value) as form, value, created_at, record_id from custom_field_values
         where account_id = $1 and definition_id = $2::uuid
       ),
       shared as (
         select form, count(*) as count from forms where form is not null
         group by form having count(*) > 1 order by form limit $3
       ),
       carriers as (
         select form, value, record_id, row_number() over (partition by form order by created_at, record_id) as position
         from forms where form in (select form from shared)
       )
       select count, array_agg(record_id order by position) as ids, (array_agg(value order by position))[1] as value
       from shared join carriers using (form) where position <= $4
       group by form, count order by form`,
      [account_id, id, maxValues, maxIds],
    );
  }

  /**
   * Keeps the present values. Who deletes a record that has one waits until the end of the transaction, and so finds it in
   * `unique_values` too.
   */
  async keepValues({ account_id, id }: CustomField): Promise<void> {
    await this.transactions.rows(
      undefined,
      `with present as (
         select record_id, unique_form(value) as form from custom_field_values
         where account_id = $1 and definition_id = $2::uuid for key share
       )
       insert into unique_values (account_id, definition_id, form, record_id)
       select $1, $2, form, record_id from present where form is not null`,
      [account_id, id],
    );
  }

  async freeValues({ account_id, id }: CustomField): Promise<void> {
    await this.transactions.rows(
      'unique-fields-free',
      'delete from unique_values where account_id = $1 and definition_id = $2::uuid',
      [account_id, id],
    );
  }
}
