import type { Type } from '@nestjs/common';
import { ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { Enum, Field, Text } from '../../fields/fields';
import { Bool, Integer, isObject } from '../../fields/record-fields';
import type { MatchWays } from '../match-ways';

export const bulkActions = ['create', 'update', 'upsert', 'delete'] as const;
export type BulkAction = (typeof bulkActions)[number];

/** Maximum number of items of a request. */
export const maxItems = 1_000;

/** What a bulk answers of each record. */
export const returns = ['ids', 'records'] as const;

const data = {
  description: 'The fields of the record: the body of a create, or of a PATCH.',
  rules: [{ name: 'isObject', holds: isObject, message: 'must be an object' }],
};
const matchBy = 'How the record is found:';

/** The shape of an item. The service judges each, because one that is refused costs only itself. */
export class BulkItemInput {
  @Enum({ members: bulkActions, description: 'What is to be done.', example: 'create' })
  action!: BulkAction;

  @Field({ description: 'The record to change or to delete.', optional: true, rules: [], schema: {} })
  id?: unknown;

  @Text({ max: 200, description: 'How an upsert finds the record.', optional: true })
  match_by?: string;

  @Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    nullable: false,
    description: 'The version on which a change or a deletion is based.',
  })
  if_version?: number;

  @Field({ ...data, rules: [], optional: true, schema: {} })
  data?: unknown;
}

/** The body of an upsert. The service judges `data`, because what is needed depends on whether there is such a record. */
export interface UpsertInput {
  readonly match_by: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface BulkInput {
  readonly items: readonly unknown[];
  readonly atomic?: boolean;
  readonly return?: (typeof returns)[number];
}

/** Named by the context: `export class UpsertContactInput extends upsertInputOf(CreateContactInput, contactMatchBy, {…}) {}`. */
export function upsertInputOf(create: Type<object>, ways: MatchWays, example: object): Type<UpsertInput> {
  const names = Object.keys(ways);
  class Input {
    @Text({ max: 200, required: true, description: `${matchBy} ${names.join(', ')}.`, example: names.at(-1) })
    match_by!: string;

    @Field({
      ...data,
      description:
        'The fields of the record: the body of a create. If there is such a record, those that are sent change it.',
      example,
      schema: { allOf: [{ $ref: getSchemaPath(create) }] },
    })
    data!: Readonly<Record<string, unknown>>;
  }
  ApiExtraModels(create)(Input);
  return Input;
}

/** Named by the context, like `upsertInputOf`. */
export function bulkInputOf(
  create: Type<object>,
  update: Type<object>,
  ways: MatchWays,
  example: object,
): Type<BulkInput> {
  const names = Object.keys(ways);
  const item = {
    type: 'object',
    required: ['action'],
    additionalProperties: false,
    properties: {
      action: { type: 'string', enum: [...bulkActions], description: 'What is to be done.' },
      id: { type: 'string', format: 'uuid', description: 'update, delete: the record.' },
      match_by: { type: 'string', description: `upsert: how the record is found: ${names.join(', ')}.` },
      if_version: {
        ...{ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        description: 'update, delete: the version on which it is based.',
      },
      data: {
        anyOf: [{ $ref: getSchemaPath(create) }, { $ref: getSchemaPath(update) }],
        description: 'create, upsert: the body of a create; update: the body of a PATCH.',
      },
    },
  };
  class Input {
    @Field({
      description: 'What is to be done, in this order; later items see what earlier ones did.',
      example: [{ action: 'create', data: example }],
      rules: [
        {
          name: 'isListOfItems',
          holds: (value) => Array.isArray(value) && value.length > 0 && value.length <= maxItems,
          message: `must be an array of 1 to ${maxItems.toLocaleString('en')} items`,
        },
      ],
      schema: { type: 'array', minItems: 1, maxItems, items: item as never },
    })
    items!: readonly unknown[];

    @Bool({ description: 'Whether nothing is done if one item fails.', example: false, fallback: false })
    atomic?: boolean;

    @Bool({ description: 'Whether everything is only tried out.', example: false, fallback: false })
    dry_run?: boolean;

    @Enum({
      members: returns,
      optional: true,
      fallback: 'ids',
      description: 'What is answered of each record: its id and version, or all of it.',
      example: 'ids',
    })
    return?: (typeof returns)[number];
  }
  ApiExtraModels(create, update)(Input);
  return Input;
}
