import { composed } from '../../kernel/composed';
import { type FailedPart, maxParts } from '../../kernel/domain-error';
import { isText } from '../../platform/fields/fields';
import { isObject } from '../../platform/fields/record-fields';

export const activityTypes = ['call', 'email', 'meeting'] as const;
export type ActivityType = (typeof activityTypes)[number];

export type ActivityMetadata = Readonly<Record<string, string | number>>;

interface TextSchema {
  readonly type: 'string';
  readonly enum?: readonly string[];
  /** Maximum length of a text value, in code points. */
  readonly maxLength?: number;
  readonly description: string;
}

interface IntegerSchema {
  readonly type: 'integer';
  readonly minimum: number;
  readonly maximum: number;
  readonly description: string;
}

/** JSON Schema (2020-12) of the metadata of a type. Every key is optional; no other key is allowed. */
export interface MetadataSchema {
  readonly $schema: string;
  readonly title: string;
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly properties: Readonly<Record<string, TextSchema | IntegerSchema>>;
}

const oneOf = (description: string, ...members: readonly string[]): TextSchema => ({
  type: 'string',
  enum: members,
  description,
});
const shortText = (description: string): TextSchema => ({ type: 'string', maxLength: 500, description });
const longText = (description: string): TextSchema => ({ type: 'string', maxLength: 20_000, description });
const count = (description: string): IntegerSchema => ({
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description,
});

function schema(title: string, properties: MetadataSchema['properties']): MetadataSchema {
  const $schema = 'https://json-schema.org/draft/2020-12/schema';
  return { $schema, title, type: 'object', additionalProperties: false, properties };
}

export const metadataSchemas: Readonly<Record<ActivityType, MetadataSchema>> = {
  call: schema('Metadata of a call', {
    direction: oneOf('Who called.', 'inbound', 'outbound'),
    outcome: oneOf('What became of it.', 'connected', 'voicemail', 'no_answer', 'busy'),
    duration_seconds: count('How long it took, in seconds.'),
    notes: longText('Notes.'),
  }),
  email: schema('Metadata of an e-mail', {
    direction: oneOf('Who wrote.', 'sent', 'received'),
    subject: shortText('Subject.'),
    body: longText('Text.'),
    source: oneOf('How it came here.', 'manual', 'bcc'),
  }),
  meeting: schema('Metadata of a meeting', {
    subject: shortText('What it is about.'),
    location: shortText('Where it is.'),
    duration_minutes: count('How long it takes, in minutes.'),
    outcome: oneOf('What became of it.', 'completed', 'cancelled', 'no_show'),
    notes: longText('Notes.'),
  }),
};

export const metadataExamples: Readonly<Record<ActivityType, ActivityMetadata>> = {
  call: { direction: 'outbound', outcome: 'connected', duration_seconds: 240 },
  email: { direction: 'sent', subject: 'Our offer', source: 'manual' },
  meeting: { subject: 'Kick-off', location: 'Berlin', duration_minutes: 60, outcome: 'completed' },
};

/** For the OpenAPI document. */
export function documentedMetadata(type: ActivityType): object {
  const { title, type: kind, additionalProperties, properties } = metadataSchemas[type];
  return { title, type: kind, additionalProperties, properties, example: metadataExamples[type] };
}

/** Maximum number of keys of any type. */
const maxKeys = Math.max(...Object.values(metadataSchemas).map(({ properties }) => Object.keys(properties).length));

/** Trims and composes the texts of sent metadata and turns −0 into 0. Null empties. Metadata with too many keys stay as they are. */
export function readMetadata(value: unknown): unknown {
  if (value === null) return {};
  if (!isObject(value) || Object.keys(value).length > maxKeys) return value;
  const entries = Object.entries(value).map(([key, each]) => [
    key,
    typeof each === 'string' ? composed(each) : each === 0 ? 0 : each,
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** Gives one part for each key that is wrong for this type. */
export function* metadataFaults(type: ActivityType, metadata: Readonly<Record<string, unknown>>): Iterable<FailedPart> {
  const { properties } = metadataSchemas[type];
  const unknown = `is nothing that a ${type} tells`;
  // A body may have 15,000 keys. Those behind the first ones are only counted, so they share one part.
  const counted: FailedPart = { path: '', message: unknown };
  let count = 0;
  for (const key of Object.keys(metadata)) {
    const message = Object.hasOwn(properties, key) ? faultOf(properties[key]!, metadata[key]) : unknown;
    if (message !== null) yield ++count > maxParts ? counted : { path: `.${key}`, message };
  }
}

function faultOf(property: TextSchema | IntegerSchema, value: unknown): string | null {
  if (property.type === 'integer') {
    const { minimum, maximum } = property;
    const fits = Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
    return fits ? null : `must be an integer from ${minimum} to ${maximum}`;
  }
  if (property.enum) {
    return property.enum.includes(value as string) ? null : `must be one of ${property.enum.join(', ')}`;
  }
  const rule = isText(property.maxLength!, false);
  return rule.holds(value, {}) ? null : (rule.message as string);
}
