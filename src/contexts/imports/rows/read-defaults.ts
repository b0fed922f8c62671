import { detailsOfParts, type ErrorDetail, type FailedPart, InvalidInputError } from '../../../kernel/domain-error';
import type { ReadInput } from '../../../platform/records/many-records';
import type { CellFormat } from '../../../platform/tables/cell-values';
import { customPrefix, type ImportField } from './import-fields';
import type { DefaultValue } from './import-options';

/** Defaults of a confirmation, read like cells. */
export interface ReadDefaults {
  /** In the values of the API, by field. What is read into other fields stands under these. */
  readonly defaults: Readonly<Record<string, DefaultValue>>;
  /** As they were sent. */
  readonly sent: Readonly<Record<string, DefaultValue>>;
  /** What each of these is part of. */
  readonly input: object;
  readonly custom_fields: Readonly<Record<string, unknown>>;
  readonly named: Readonly<Record<string, string>>;
}

/** What the values of a confirmation depend on. */
interface DefaultsContext {
  readonly fields: readonly ImportField[];
  /** The fields to which columns are mapped. */
  readonly mapped: ReadonlySet<string>;
  /** The fields that identify rows. */
  readonly identifying: readonly string[];
  /** How dates and numbers are written. */
  readonly format: CellFormat;
  /** Applies the rules of the API. */
  readonly read: (sent: object) => ReadInput;
}

/** @throws InvalidInputError that names every default that no row could have. */
export function readDefaults(sent: Readonly<Record<string, unknown>>, context: DefaultsContext): ReadDefaults {
  const { fields, mapped, identifying, format, read } = context;
  const known = new Map(fields.map((field) => [field.value, field]));
  const refused: FailedPart[] = [];
  const input: Record<string, unknown> = {};
  const custom_fields: Record<string, unknown> = {};
  const named: Record<string, string> = {};
  for (const [name, value] of Object.entries(sent)) {
    const refuse = (message: string) => refused.push({ path: `.${name}`, message });
    const field = known.get(name);
    if (!field) {
      refuse('is no field');
      continue;
    }
    if (field.target === 'identity' || name === 'external_id' || identifying.includes(name)) {
      refuse('identifies the rows, so it cannot be the same for all of them');
      continue;
    }
    const twin = [...field.alternatives, ...field.splitsInto].find(
      (other) => mapped.has(other) || Object.hasOwn(sent, other),
    );
    if (twin !== undefined) {
      refuse(`says the same as ${twin}`);
      continue;
    }
    const reading = readValue(field, value, format);
    if ('fault' in reading) refuse(reading.fault);
    else if (field.target === 'custom') Object.assign(custom_fields, reading.values);
    else if (field.target === 'name') named[name] = String(value).trim();
    else Object.assign(input, reading.values);
  }
  const details = [...detailsOfParts('defaults', refused), ...detailsOf(read, input)];
  if (details.length > 0) throw new InvalidInputError(details);
  const ofCustomFields = Object.entries(custom_fields).map(([id, value]) => [customPrefix + id, value] as const);
  const defaults = { ...input, ...named, ...Object.fromEntries(ofCustomFields) } as ReadDefaults['defaults'];
  return { defaults, sent: sent as ReadDefaults['sent'], input, custom_fields, named };
}

function readValue(field: ImportField, value: unknown, format: CellFormat): ReturnType<ImportField['read']> {
  if (field.value === 'tags' && Array.isArray(value)) return { values: { tags: value as unknown[] } };
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    return {
      fault: field.value === 'tags' ? 'must be a text or an array of texts' : 'must be a text, a number or a boolean',
    };
  if (typeof value === 'number') return readNumeral(field, value);
  const cell = String(value).trim();
  return cell === '' ? { fault: 'must not be empty' } : field.read(cell, format);
}

const threeDecimals = /^-?\d{1,3}\.\d{3}$/;

/** A number of JSON has one meaning. Readers of cells take 1.234 for thousands here and there, but never 1.2340. */
function readNumeral(field: ImportField, value: number): ReturnType<ImportField['read']> {
  const format: CellFormat = { date_order: null, decimal: 'point', own_decimal: 'point' };
  const numeral = String(value);
  const reading = field.read(numeral, format);
  const isText = 'values' in reading && Object.values(reading.values).includes(numeral);
  return threeDecimals.test(numeral) && !isText ? field.read(`${numeral}0`, format) : reading;
}

/** What the rules of the API say of the values together, without what a record lacks. */
function detailsOf(read: DefaultsContext['read'], input: object): ErrorDetail[] {
  try {
    read(input);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.details
      .filter(({ field }) => Object.hasOwn(input, /^\w*/.exec(field)![0]))
      .map(({ field, message }) => ({ field: `defaults.${field}`, message: `defaults.${message}` }));
  }
}
