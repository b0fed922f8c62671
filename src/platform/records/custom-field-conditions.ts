import { storedForms } from '../../kernel/composed';
import type { Position } from '../../kernel/cursor';
import type { CustomFieldCondition, CustomFieldFilter, CustomFieldValue } from '../../kernel/custom-field-values';
import type { Where } from '../database/where';

const operators = { eq: '=', gte: '>=', lte: '<=' } as const;

/** A page of a list that has no other filter than custom fields. */
export interface PageHint {
  readonly created_after: Date | undefined;
  readonly after: Position | null;
  readonly limit: number;
}

/**
 * Adds conditions on custom fields to a list of records, newest first (docs/decisions/0015-custom-fields.md).
 *
 * @param page set if there is no other filter. The page is then cut from the index of the values, which has the order
 * of the list. A walk through the records could read a million rows before it meets one.
 */
export function addCustomFieldConditions(
  where: Where,
  filter: CustomFieldFilter | undefined,
  page: PageHint | null,
): void {
  if (!filter) return;
  const { ids, conditions } = filter;
  if (ids !== null) where.andSelective(ids, 'id = any(?::uuid[])', ids);
  const [first, ...others] = conditions;
  if (ids !== null || page === null || !first) {
    for (const condition of conditions) where.andSelective(condition, `id in (${selectMatchingIds(where, condition)})`);
    return;
  }
  const { created_after, after, limit } = page;
  const rows = [
    selectMatchingIds(where, first),
    ...others.map((condition) => `record_id in (${selectMatchingIds(where, condition)})`),
    ...(created_after ? [`created_at > ${where.value(created_after)}`] : []),
    ...(after
      ? [`(created_at, record_id) < (${where.value(new Date(after.at))}, ${where.value(after.id)}::uuid)`]
      : []),
  ].join(' and ');
  where.andSelective(first, `id in (${rows} order by created_at desc, record_id desc limit ${where.value(limit)})`);
}

/** Selects the records of the account that meet a condition. */
export function selectMatchingIds(where: Where, { definition_id, ...bounds }: CustomFieldCondition): string {
  const values = Object.entries(bounds) as [keyof typeof operators, CustomFieldValue][];
  return `select record_id from custom_field_values where account_id = ${where.account}
    and definition_id = ${where.value(definition_id)}::uuid
    ${values.map(([name, value]) => `and ${compared(where, name, value)}`).join(' ')}`;
}

/** Stored texts may be older than the rule to compose letters. */
function compared(where: Where, name: keyof typeof operators, value: CustomFieldValue): string {
  const forms = typeof value === 'string' ? storedForms(value) : [value];
  const [one, other] = forms.map((form) => `${where.value(JSON.stringify(form))}::jsonb`);
  return other === undefined ? `value ${operators[name]} ${one!}` : `value in (${one!}, ${other})`;
}
