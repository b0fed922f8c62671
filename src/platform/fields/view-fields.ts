import { ApiProperty } from '@nestjs/swagger';

/** The vocabulary of views: the place of a field of an answer in the OpenAPI document. */

interface Shown {
  readonly description?: string;
}

export const TextValue = (example: string, { description }: Shown = {}): PropertyDecorator =>
  ApiProperty({ type: 'string', example, ...(description ? { description } : {}) });

/** A text that may be null. */
export const NullableTextValue = (example: string | null, description: string): PropertyDecorator =>
  ApiProperty({ type: 'string', nullable: true, example, description });

export const IntegerValue = (example: number | null, description: string): PropertyDecorator =>
  ApiProperty({ type: 'integer', nullable: true, example, description });

/** A count that starts at 0. */
export const CountValue = (description: string, example = 0): PropertyDecorator =>
  ApiProperty({ type: 'integer', minimum: 0, description, example });

/** A count that starts at 1. */
export const VersionValue = (example: number, description: string): PropertyDecorator =>
  ApiProperty({ type: 'integer', minimum: 1, example, description });

export const IdValue = (example: string): PropertyDecorator => ApiProperty({ type: 'string', format: 'uuid', example });

/** An id that may be null. */
export const ReferenceValue = (example: string | null, description: string): PropertyDecorator =>
  ApiProperty({ type: 'string', nullable: true, format: 'uuid', example, description });

export const BoolValue = (example: boolean, description: string): PropertyDecorator =>
  ApiProperty({ type: 'boolean', example, description });

/** A day that may be null. */
export const DateValue = (example: string, description: string): PropertyDecorator =>
  ApiProperty({ type: 'string', nullable: true, format: 'date', example, description });

export const EnumValue = (members: readonly string[], example: string, description?: string): PropertyDecorator =>
  ApiProperty({ type: 'string', enum: [...members], example, ...(description ? { description } : {}) });

export const TimestampValue = (description?: string): PropertyDecorator =>
  ApiProperty({
    type: 'string',
    format: 'date-time',
    example: '2026-01-31T09:30:00.000Z',
    ...(description ? { description } : {}),
  });

/** A time that may be null. */
export const NullableTimestampValue = (description: string): PropertyDecorator =>
  ApiProperty({ type: 'string', nullable: true, format: 'date-time', example: null, description });

export const TagsValue = (description: string): PropertyDecorator =>
  ApiProperty({ type: 'array', items: { type: 'string' }, example: ['vip', 'eu'], description });

export const CustomFieldsValue = (description: string): PropertyDecorator =>
  ApiProperty({
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean'] } as never,
    example: {},
    description,
  });

/** Ids that the examples of all views share. */
export const exampleIds = {
  account: '0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4',
  user: '0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5',
  source: '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70',
  company: '0190a6c0-5b1f-7a4b-8e52-3f7b2d4e6f81',
  oauth_app: '0190a6c0-5b21-7c6d-8e74-5b9d4f60a8b3',
  contact: '0190a6c0-5b20-7b5c-9d63-4a8c3e5f7a92',
  custom_field: '0190a6c0-5b22-7d7e-8f85-6cae5071b9c4',
  project: '0190a6c0-5b23-7e8f-9a96-7dbf6182cad5',
  event: '0190a6c0-5b25-7a01-8cb8-9fd0839ef7ac',
  webhook: '0190a6c0-5b26-7b12-9dc9-a0e1940af8bd',
  delivery: '0190a6c0-5b27-7c23-8eda-b1f2a51b09ce',
  import: '0190a6c0-5b28-7d34-8feb-c2a3b62c1adf',
  activity: '0190a6c0-5b24-7f90-8ba7-8ecf7293dbe6',
} as const;

export const authorDescription = 'The user who made it; null: an app.';
