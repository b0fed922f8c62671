import type { Type } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import type { ErrorDetail } from '../../../kernel/domain-error';
import { CountValue, EnumValue } from '../../fields/view-fields';

const outcomes = ['created', 'updated', 'unchanged', 'deleted'] as const;
export type Outcome = (typeof outcomes)[number];

/** The id and the version of a record, or all of it. A dry run has no ids of what it would make. */
export interface AnsweredRecord {
  readonly id: string | null;
  readonly version: number;
}

export interface ItemError {
  readonly code: string;
  readonly message: string;
  readonly details?: readonly ErrorDetail[];
}

export type ItemView =
  | { readonly index: number; readonly ok: true; readonly outcome: Outcome; readonly record: AnsweredRecord }
  | { readonly index: number; readonly ok: false; readonly error: ItemError };

export interface BulkView {
  readonly results: readonly ItemView[];
  readonly created_count: number;
  readonly updated_count: number;
  readonly unchanged_count: number;
  readonly deleted_count: number;
  readonly failed_count: number;
  readonly records_cut?: true;
}

export interface UpsertView<View> {
  readonly outcome: Exclude<Outcome, 'deleted'>;
  readonly record: View;
}

/** Named by the context: `export class UpsertedContactView extends upsertViewOf(ContactView) {}`. */
export function upsertViewOf<View extends object>(view: Type<View>): Type<UpsertView<View>> {
  class Shown {
    @EnumValue(outcomes.slice(0, 3), 'created', 'What became of it.')
    outcome!: Exclude<Outcome, 'deleted'>;

    @ApiProperty({ allOf: [{ $ref: getSchemaPath(view) }], description: 'The record as it is now.' })
    record!: View;
  }
  ApiExtraModels(view)(Shown);
  return Shown;
}

const idAndVersion = {
  type: 'object',
  required: ['id', 'version'],
  additionalProperties: false,
  properties: {
    id: { type: ['string', 'null'], format: 'uuid', description: 'Null: a dry run would make it.' },
    version: { type: 'integer', minimum: 1 },
  },
};

const itemError = {
  type: 'object',
  required: ['code', 'message'],
  additionalProperties: false,
  properties: {
    code: { type: 'string', description: 'That of a call of its own.' },
    message: { type: 'string' },
    details: { type: 'array', items: { $ref: '#/components/schemas/ErrorDetail' } },
  },
};

/** Named by the context, like `upsertViewOf`. */
export function bulkViewOf<View extends object>(view: Type<View>): Type<BulkView> {
  const item = {
    type: 'object',
    required: ['index', 'ok'],
    additionalProperties: false,
    properties: {
      index: { type: 'integer', minimum: 0, description: 'The place of the item in the request.' },
      ok: { type: 'boolean' },
      outcome: { type: 'string', enum: [...outcomes], description: 'Of an item that took effect.' },
      record: { anyOf: [idAndVersion, { $ref: getSchemaPath(view) }], description: 'Of an item that took effect.' },
      error: { ...itemError, description: 'Why the item failed.' },
    },
  };
  class Shown {
    @ApiProperty({ type: 'array', items: item as never, example: [] })
    results!: readonly ItemView[];

    @CountValue('Items that made a record.', 1)
    created_count!: number;

    @CountValue('Items that changed a record.')
    updated_count!: number;

    @CountValue('Items that found everything as they want it.')
    unchanged_count!: number;

    @CountValue('Items that deleted a record.')
    deleted_count!: number;

    @CountValue('Items that failed.')
    failed_count!: number;

    @ApiProperty({
      ...{ type: 'boolean', required: false, enum: [true], example: true },
      description: 'There are more than 8 MiB of records; of the later ones there are id and version.',
    })
    records_cut?: true;
  }
  ApiExtraModels(view)(Shown);
  return Shown;
}
