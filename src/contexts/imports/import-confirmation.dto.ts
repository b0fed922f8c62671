import { type ImportableEntity, matchedBy, recordKinds } from '../../kernel/record-kinds';
import { codePoints, Enum, Field, isPlainText } from '../../platform/fields/fields';
import { Bool, isObject } from '../../platform/fields/record-fields';
import { type DuplicatePolicy, duplicatePolicies } from './rows/duplicate-policy';
import { type TagsMode, tagsModes } from './rows/import-options';
import { readingChoices } from './rows/reading-choices';
import type { ReadingOptions } from './rows/reading-options';

const maxColumns = 1_000;
/** Room for `custom_fields.<id>`. */
const maxMatcher = 100;

const recognition = Object.entries(matchedBy)
  .map(([entity, keys]) => `${recordKinds[entity as ImportableEntity].plural} by their ${keys}`)
  .join(', ');

/** No name of a column or a field has what PostgreSQL cannot store. */
function isObjectOfColumns(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  return names.length <= maxColumns && names.every(isPlainText);
}

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
          isObjectOfColumns(value) &&
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

  @Field({
    optional: true,
    description:
      'What identifies the record of a row, if not what is usual for its kind (null). Of contacts `id`, `email` (usual), `phone` or ' +
      '`name_and_company`; of companies `id`, `domain` or `name` (usual: the domain, else the name); of sources `id` or `name` ' +
      '(usual); of contacts and companies `custom_fields.<id>` of a unique one too. A column must be mapped to it.',
    example: 'email',
    rules: [
      {
        name: 'isMatcher',
        holds: (value) => value === null || (isPlainText(value) && codePoints(value, maxMatcher) <= maxMatcher),
        message: 'must be the name of what identifies a row, or null',
      },
    ],
    schema: { type: 'string', maxLength: maxMatcher, nullable: true },
  })
  match_by?: string | null;

  @Field({
    optional: true,
    description:
      'Values for every row, by field, for what the row leaves empty: texts as a cell has them, or values as the API has them. What ' +
      'identifies a row has no default.',
    example: { source_name: 'Trade fair', tags: ['fair'] },
    rules: [
      {
        name: 'areDefaults',
        holds: isObjectOfColumns,
        message: 'must be an object from names of fields to values',
      },
    ],
    schema: { type: 'object', additionalProperties: true },
  })
  defaults?: Readonly<Record<string, unknown>>;

  @Enum({
    members: tagsModes,
    optional: true,
    fallback: 'add',
    description: 'Whether the tags of a row are added to those of the record that it updates, or replace them.',
    example: 'add',
  })
  tags_mode?: TagsMode;

  @Enum({
    members: readingChoices.empty_cells,
    optional: true,
    fallback: 'keep',
    description: 'Whether an empty cell leaves the field of the record that its row updates as it is, or clears it.',
    example: 'keep',
  })
  empty_cells?: ReadingOptions['empty_cells'];

  @Enum({
    members: readingChoices.date_order,
    optional: true,
    fallback: 'auto',
    description: 'In which order a date such as 3/4/2026 is written; `auto`: as other cells of the column tell.',
    example: 'auto',
  })
  date_order?: ReadingOptions['date_order'];

  @Enum({
    members: readingChoices.decimal,
    optional: true,
    fallback: 'auto',
    description: 'What stands before decimals; `auto`: as other cells of the column tell.',
    example: 'auto',
  })
  decimal?: ReadingOptions['decimal'];

  @Enum({
    members: readingChoices.on_invalid_cell,
    optional: true,
    fallback: 'leave_out',
    description: 'Whether a cell that cannot be read is left out and told, or costs its row.',
    example: 'leave_out',
  })
  on_invalid_cell?: ReadingOptions['on_invalid_cell'];

  @Enum({
    members: readingChoices.when_name_missing,
    optional: true,
    fallback: 'use_other',
    description:
      'What becomes of a new contact without a first name: it gets the full name, the last name, the company or the part of the ' +
      'e-mail address before the @ instead, which is told, or its row is refused.',
    example: 'use_other',
  })
  when_name_missing?: ReadingOptions['when_name_missing'];

  @Bool({
    fallback: false,
    description:
      'Whether columns that the mapping does not name become custom fields, of texts; a column that it maps to null does not. For ' +
      'owners and admins. A dry run makes none.',
    example: false,
  })
  create_custom_fields?: boolean;
}
