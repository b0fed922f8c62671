import { ApiProperty } from '@nestjs/swagger';
import { type MetadataSchema, metadataSchemas } from './activity-metadata';

const schemaOf = (type: keyof typeof metadataSchemas) =>
  ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: metadataSchemas[type],
    description: 'A JSON Schema.',
  });

/** The JSON Schema (2020-12) of each type's metadata. */
export class ActivitySchemasView {
  @schemaOf('call')
  call!: MetadataSchema;

  @schemaOf('email')
  email!: MetadataSchema;

  @schemaOf('meeting')
  meeting!: MetadataSchema;
}
