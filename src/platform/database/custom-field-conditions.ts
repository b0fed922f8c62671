import type { CustomFieldCondition, CustomFieldValue } from '../../kernel/custom-field-values';
import type { Where } from './where';

const operators = { eq: '=', gte: '>=', lte: '<=' } as const;

/**
 * Adds conditions on custom fields to those of a list whose `$1` is the account. They are looked up in
 * `custom_field_values`, which the database keeps in step with the records (docs/decisions/0015-custom-fields.md).
 */
export function andCustomFields(where: Where, conditions: readonly CustomFieldCondition[]): Where {
  for (const { definition_id, ...bounds } of conditions) {
    const given = Object.entries(bounds) as [keyof typeof operators, CustomFieldValue][];
    const values = given.map(([, value]) => JSON.stringify(value));
    where.filter(
      given,
      `id in (select record_id from custom_field_values where account_id = $1 and definition_id = ?::uuid and ${given
        .map(([name]) => `value ${operators[name]} ?::jsonb`)
        .join(' and ')})`,
      definition_id,
      ...values,
    );
  }
  return where;
}
