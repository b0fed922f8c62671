import { type ModelType, modelTypes } from '../../kernel/record-kinds';
import { codePoints, Enum, Field, isPlainText, Text } from '../../platform/fields/fields';
import { BoolFilter, Cursor, EnumFilter, Limit } from '../../platform/fields/query-fields';
import { Bool } from '../../platform/fields/record-fields';
import type { SheetChoice } from '../../platform/tables/conversion';
import { type Delimiter, delimiters } from '../../platform/tables/table-layout';
import { type Encoding, encodings } from '../../platform/tables/text-encoding';
import { importsErrors } from './imports.errors';
import { type LineOutcome, lineOutcomes } from './rows/row-fates';

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
/** Excel allows 31 characters, other programs more. */
const maxSheetName = 255;
/** A workbook has at most so many entries. */
const maxSheetNumber = 1_000;

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
  @Enum({
    members: encodings,
    optional: true,
    description: 'How the file is encoded; without this it is guessed from its letters.',
    example: 'utf-8',
  })
  encoding?: Encoding;

  @Field({
    optional: true,
    description: 'What stands between the cells; without this it is found out.',
    example: ',',
    rules: [
      {
        name: 'isDelimiter',
        holds: (value) => delimiters.includes(value as Delimiter),
        message: `must be one of ${delimiters.map((each) => JSON.stringify(each)).join(', ')}`,
      },
    ],
    schema: { type: 'string', enum: [...delimiters] },
  })
  delimiter?: Delimiter;

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

  @Field({
    optional: true,
    description:
      'Of a workbook the name of the sheet to read, or its number among those that are not hidden, from 1. Without this it is the ' +
      'first of these that has something in it.',
    example: 1,
    read: (value) => (typeof value === 'string' ? value.trim() : value),
    rules: [
      {
        name: 'isSheet',
        holds: (value) =>
          isPlainText(value)
            ? value !== '' && codePoints(value, maxSheetName) <= maxSheetName
            : Number.isInteger(value) && Number(value) >= 1 && Number(value) <= maxSheetNumber,
        message: `must be the name of a sheet, or a number from 1 to ${maxSheetNumber}`,
      },
    ],
    schema: {
      anyOf: [
        // Swagger UI fills in the example as the first of these.
        { type: 'integer', minimum: 1, maximum: maxSheetNumber },
        { type: 'string', minLength: 1, maxLength: maxSheetName },
      ],
    },
  })
  sheet?: SheetChoice;
}

export class ListImportsInput {
  @Limit()
  limit?: number;

  @Cursor()
  cursor?: string;
}

export class ListImportRowsInput extends ListImportsInput {
  @EnumFilter({
    members: lineOutcomes,
    description: 'Only rows of which this became; repeat the parameter for several.',
    example: ['skipped'],
  })
  outcome?: readonly LineOutcome[];

  @BoolFilter({
    description: 'Whether to list only rows that were not refused, and about which there is something to tell.',
    example: false,
  })
  warnings?: boolean;
}
