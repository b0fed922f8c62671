import { type ImportableEntity, type ModelType, modelTypes, matchedBy, recordKinds } from '../../kernel/record-kinds';
import { Enum, Field, Text } from '../../platform/fields/fields';
import { Cursor, Limit } from '../../platform/fields/query-fields';
import { isObject, Bool } from '../../platform/fields/record-fields';
import { importsErrors } from './imports.errors';
import { type DuplicatePolicy, duplicatePolicies } from './rows/duplicate-policy';

const isBlank = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

export class CreateImportInput {
  @Field({
    description: 'What the rows of the file are.',
    example: 'contacts',
    rules: [
      {
        name: 'isModelTypeSent',
        holds: (value) => !isBlank(value),
        message: 'is required',
        definition: importsErrors.model_type_required,
      },
      {
        name: 'isModelType',
        holds: (value) => isBlank(value) || modelTypes.includes(value as ModelType),
        message: `must be one of ${modelTypes.join(', ')}`,
        definition: importsErrors.invalid_model_type,
      },
    ],
    schema: { type: 'string', enum: [...modelTypes] },
  })
  model_type!: ModelType;

  @Text({
    max: 500,
    required: importsErrors.file_name_required,
    description: 'What the file is called; for people.',
    example: 'contacts.csv',
  })
  file_name!: string;

  @Text({ max: 500, description: 'What the file says it is; not relied upon.', example: 'text/csv' })
  content_type?: string;
}

/** Lines below are not looked at to find the header. */
const maxHeaderRow = 200;

/** The query of an upload URL. */
export class UploadInput {
  @Field({
    description: 'When the address ends to be good, in seconds since the Unix epoch.',
    rules: [
      {
        name: 'isSecond',
        holds: (value) => typeof value === 'string' && /^\d{1,12}$/.test(value),
        message: 'must be that of the upload_url',
      },
    ],
    schema: { type: 'string' },
  })
  expires!: string;

  @Field({
    description: 'That the server made it.',
    rules: [
      {
        name: 'isSignature',
        holds: (value) => typeof value === 'string' && /^[\w-]{1,100}$/.test(value),
        message: 'must be that of the upload_url',
      },
    ],
    schema: { type: 'string' },
  })
  signature!: string;
}

export class CompleteUploadInput {
  @Bool({
    description:
      'Whether the file has a header; without this it is found out. The columns of a file without one are called `Column 1` and so on.',
    example: true,
  })
  has_header?: boolean;

  @Field({
    optional: true,
    description:
      'The number of the line with the header, as spreadsheets count: blank lines too. Without this it is found out.',
    example: 1,
    rules: [
      {
        name: 'isHeaderRow',
        holds: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= maxHeaderRow,
        message: `must be an integer from 1 to ${maxHeaderRow}`,
      },
      {
        name: 'isWithHeader',
        holds: (_, { has_header }) => has_header !== false,
        message: 'is the line of a header, and has_header is false',
      },
    ],
    schema: { type: 'integer', minimum: 1, maximum: maxHeaderRow },
  })
  header_row?: number;
}

const maxColumns = 1_000;

const recognition = Object.entries(matchedBy)
  .map(([entity, keys]) => `${recordKinds[entity as ImportableEntity].plural} by their ${keys}`)
  .join(', ');

export class ConfirmImportInput {
  @Field({
    description:
      'Which column goes where: an object from headers to fields, both from the preview. What is left out, or null, is not imported.',
    example: { 'First Name': 'first_name', 'E-mail': 'email' },
    read: (value) => value,
    rules: [
      {
        name: 'isColumnMapping',
        holds: (value) =>
          isObject(value) &&
          Object.keys(value).length <= maxColumns &&
          Object.values(value).every((field) => field === null || typeof field === 'string'),
        message: 'must be an object from headers to names of fields',
      },
    ],
    schema: { type: 'object', additionalProperties: { type: ['string', 'null'] } as never },
  })
  column_mapping!: Readonly<Record<string, string | null>>;

  @Enum({
    members: duplicatePolicies,
    optional: true,
    fallback: 'skip',
    description:
      'What becomes of a row about a record that is there already, or came earlier in the file: ' +
      recognition.replace('by', 'are recognised by') +
      '.',
    example: 'skip',
  })
  on_duplicate?: DuplicatePolicy;

  @Bool({
    fallback: false,
    description: 'Whether to count and to check everything, and to change nothing.',
    example: false,
  })
  dry_run?: boolean;
}

export class ListImportsInput {
  @Limit()
  limit?: number;

  @Cursor()
  cursor?: string;
}
