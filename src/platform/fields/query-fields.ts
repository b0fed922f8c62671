import { defaultPageLimit, maxPageLimit } from '../../kernel/page';
import { composed } from '../../kernel/composed';
import type { ErrorDefinition } from '../../kernel/domain-error';
import type { SentCondition } from '../../kernel/custom-field-values';
import { everyItem, Field, type FieldOptions, isText } from './fields';
import type { KeyedPair } from './keyed-values';
import { parseTimestamp } from '../../kernel/timestamp';
import { isTag, lowerCase, maxExternalIdLength, maxTags, tagsSchema, trimmedOnce } from './record-fields';
import { isUuid } from '../../kernel/uuid';
import { exampleIds } from './view-fields';

/** Kinds of fields that only query strings have. An array is written by repeating the parameter. */

/** `limit` of a list. */
export function Limit(): PropertyDecorator {
  return Field({
    description: 'How many items the page has at most.',
    example: defaultPageLimit,
    optional: true,
    read: (value) => (typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : value),
    rules: [
      {
        name: 'isLimit',
        holds: (value) => typeof value === 'number' && value >= 1 && value <= maxPageLimit,
        message: `must be one integer from 1 to ${maxPageLimit}`,
      },
    ],
    schema: { type: 'integer', minimum: 1, maximum: maxPageLimit, default: defaultPageLimit },
  });
}

/** `cursor` of a list, or a parameter like it. Taken exactly as sent, because an altered cursor must be refused. */
export function Cursor({
  description = '`next_cursor` of the page before, unchanged. Left out: the first page.',
}: Partial<FieldOptions> = {}): PropertyDecorator {
  return Field({
    description,
    optional: true,
    rules: [isText(500, true)],
    schema: { type: 'string', maxLength: 500 },
  });
}

/** A boolean in a query string. */
export function BoolFilter(options: FieldOptions): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    read: (value) => (value === 'true' ? true : value === 'false' ? false : value),
    rules: [{ name: 'isFlag', holds: (value) => typeof value === 'boolean', message: 'must be true or false' }],
    schema: { type: 'boolean', default: false },
  });
}

/** A time in a query string or body (RFC 3339, any offset), read into a Date. Optional by default. */
export function Timestamp({ optional = true, ...options }: FieldOptions): PropertyDecorator {
  return Field({
    ...options,
    optional,
    read: (value) => (typeof value === 'string' ? (parseTimestamp(value) ?? value) : value),
    rules: [
      {
        name: 'isMoment',
        holds: (value) => value instanceof Date,
        message: 'must be a time such as 2026-01-31T09:30:00Z (RFC 3339; in a query string write + as %2B)',
      },
    ],
    schema: { type: 'string', format: 'date-time' },
  });
}

/** A search term, trimmed, with composed letters. A blank one counts as absent. */
export function SearchTerm({ max = 500, ...options }: FieldOptions & { readonly max?: number }): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    read: (value) => (typeof value === 'string' ? composed(value) || undefined : value),
    rules: [isText(max, true)],
    schema: { type: 'string', maxLength: max },
  });
}

/** Tags of which a record must have all. */
export function TagsFilter(): PropertyDecorator {
  return Field({
    description: 'Only records that have all of these tags; repeat the parameter.',
    example: ['vip'],
    optional: true,
    read: (value) => trimmedOnce(asArray(value)),
    rules: [everyItem(`must be at most ${maxTags} tags`, maxTags, isTag)],
    schema: tagsSchema,
  });
}

interface IdOptions extends FieldOptions {
  /** The error for a malformed id; by default `<namespace>.invalid_request`. */
  readonly definition?: ErrorDefinition;
}

/** A filter by the id of a referenced record. */
export function ReferenceFilter({ definition, ...options }: IdOptions): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    read: lowerCase,
    rules: [{ name: 'isId', holds: isUuid, message: 'must be one UUID', definition }],
    schema: { type: 'string', format: 'uuid' },
  });
}

const maxIds = 100;

/** A filter by ids of referenced records: a record must refer to one of them. */
export function ReferencesFilter({ definition, ...options }: IdOptions): PropertyDecorator {
  const isId = { name: 'isId', holds: isUuid, message: 'must be a UUID', definition };
  return Field({
    ...options,
    optional: true,
    read: (value) => asArray(value).map(lowerCase),
    rules: [everyItem(`must be at most ${maxIds} UUIDs`, maxIds, isId)],
    schema: { type: 'array', maxItems: maxIds, items: { type: 'string', format: 'uuid' } },
  });
}

const maxMembers = 20;

/** A filter by words: a record must have one of them. */
export function EnumFilter({
  members,
  definition,
  ...options
}: FieldOptions & {
  readonly members: readonly string[];
  /** The error for any other value; by default `<namespace>.invalid_request`. */
  readonly definition?: ErrorDefinition;
}): PropertyDecorator {
  const isMember = {
    name: 'isMember',
    holds: (value: unknown) => typeof value === 'string' && members.includes(value),
    message: `must be one of ${members.join(', ')}`,
    definition,
  };
  return Field({
    ...options,
    optional: true,
    read: asArray,
    rules: [everyItem(`must be at most ${maxMembers} of ${members.join(', ')}`, maxMembers, isMember)],
    schema: { type: 'array', maxItems: maxMembers, items: { type: 'string', enum: [...members] } },
  });
}

const maxConditions = 10;
const condition = /^\[([^[\]]+)\](?:\[(gte|lte)\])?$/;

/**
 * `custom_fields[<id>]=…` and, for numbers and dates, `custom_fields[<id>][gte]=…`. Only the definitions can validate
 * the values.
 */
export function CustomFieldsFilter({ definition }: { readonly definition: ErrorDefinition }): PropertyDecorator {
  return Field({
    description:
      'Only records with these values: `custom_fields[<id>]=value`; of numbers and dates also `custom_fields[<id>][gte]=value` ' +
      `and \`[lte]\`. At most ${maxConditions}; all of them must hold.`,
    example: { [exampleIds.custom_field]: 'gold' },
    optional: true,
    keyed: true,
    read: (pairs) => (pairs as KeyedPair[]).map(([key, value]) => conditionOf(key, value) ?? { key }),
    rules: [
      {
        name: 'areConditions',
        holds: (all) => Array.isArray(all) && all.length <= maxConditions && all.every(isCondition),
        message: `takes at most ${maxConditions} conditions`,
        definition,
        parts: (all) =>
          (all as { key: string }[])
            .filter((each, _, { length }) => length <= maxConditions && !isCondition(each))
            .map(({ key }) => ({
              path: key,
              message: 'must be one custom_fields[<id>]=value, or with [gte] or [lte]',
            })),
      },
    ],
    schema: { type: 'object', additionalProperties: { type: 'string' } },
  });
}

function isCondition(sent: object): sent is SentCondition {
  return 'definition_id' in sent;
}

/** @returns null if the parameter is not a condition. */
function conditionOf(key: string, value: unknown): SentCondition | null {
  const [, id, operator = 'eq'] = condition.exec(key) ?? [];
  if (id === undefined || typeof value !== 'string' || !isUuid(id)) return null;
  return {
    definition_id: id.toLowerCase(),
    operator: operator as SentCondition['operator'],
    value: composed(value),
    key,
  };
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** The parameters of every list of records. A list adds its filters in a subclass. */
export class RecordListInput {
  @Timestamp({ description: 'Only records created after this moment.', example: '2026-01-31T09:30:00Z' })
  created_after?: Date;

  @Timestamp({ description: 'Only records changed after this moment.', example: '2026-01-31T09:30:00Z' })
  updated_after?: Date;

  @Limit()
  limit?: number;

  @Cursor()
  cursor?: string;
}

/** The parameters of every list of records with external ids. */
export class IdentifiedListInput extends RecordListInput {
  @SearchTerm({
    max: maxExternalIdLength,
    description: 'Only the record with exactly this id of another system.',
    example: 'crm-4711',
  })
  external_id?: string;
}
