import type { Type } from '@nestjs/common';
import { DomainError, type ErrorDefinition, InvalidInputError } from '../../../kernel/domain-error';
import { isUuid } from '../../../kernel/uuid';
import { type FieldReader, fieldReadersOf } from '../../fields/field-readers';
import { tryInput } from '../../fields/input.pipe';
import { isObject } from '../../fields/record-fields';
import type { RecordDefinition } from '../record-definition';
import { fieldMatchedBy } from '../matcher';
import type { RecordRow } from '../record-row';
import { BulkItemInput } from './bulk.dto';
import { textIn } from './upsert-ways';

export type Fields = Readonly<Record<string, unknown>>;
type Definition = RecordDefinition<RecordRow, object>;

/** Input, or why it is refused. */
export type ReadData = { readonly input: Fields } | { readonly fault: DomainError };

/** What an item asks for. `data` has been read by the rules of bodies. */
export type BulkItem =
  | { readonly action: 'create'; readonly input: Fields }
  | { readonly action: 'update'; readonly id: string; readonly ifVersion: number | undefined; readonly input: Fields }
  | { readonly action: 'delete'; readonly id: string; readonly ifVersion: number | undefined }
  | UpsertItem;

export interface UpsertItem {
  readonly action: 'upsert';
  readonly matchBy: string;
  /** The value to match by, as it will be stored. */
  readonly value: string;
  /** For a new record. */
  readonly create: ReadData;
  /** For the record that is found. */
  readonly update: ReadData;
  /** Fields that cannot change; the record that is found must have these values. */
  readonly fixed: Fields;
}

/** @throws DomainError for what is wrong with the item by itself. */
export function readItem(record: Definition, sent: unknown): BulkItem {
  return refusedBy(record, () => {
    if (!isObject(sent)) {
      throw new InvalidInputError([{ field: '', message: 'an item must be an object' }]);
    }
    const { action, id, match_by, if_version, data } = readAs(record, BulkItemInput, sent);
    const wants = wanted[action];
    const given = { id, match_by, if_version, data };
    const unwanted = Object.entries(given).filter(([name, value]) => isGiven(value) && !wants.includes(name));
    if (unwanted.length > 0) {
      throw new InvalidInputError(unwanted.map(([field]) => fault(field, `is not taken by "${action}"`)));
    }
    if (wants.includes('id') && !isUuid(id)) {
      throw new InvalidInputError([fault('id', 'must be the id of a record')], record.errors.invalid_id);
    }
    if (wants.includes('data') && !isObject(data)) throw new InvalidInputError([fault('data', 'must be an object')]);
    const ifVersion = if_version;
    switch (action) {
      case 'create':
        return { action, input: readAs(record, record.inputs.create, data) as Fields };
      case 'update':
        return {
          action,
          id: String(id).toLowerCase(),
          ifVersion,
          input: readAs(record, record.inputs.update, data) as Fields,
        };
      case 'delete':
        return { action, id: String(id).toLowerCase(), ifVersion };
      case 'upsert':
        return readUpsert(record, match_by, data as Fields);
    }
  });
}

const wanted: Readonly<Record<BulkItemInput['action'], readonly string[]>> = {
  create: ['data'],
  update: ['id', 'if_version', 'data'],
  upsert: ['match_by', 'data'],
  delete: ['id', 'if_version'],
};

/** @throws InvalidInputError if it cannot be known which record is meant. */
export function readUpsert(record: Definition, matchBy: string | undefined, data: Fields): UpsertItem {
  const ways = Object.keys(record.matchBy);
  const definitionId = fieldMatchedBy(matchBy ?? null);
  const isCustom = record.customFields !== null && definitionId !== null && isUuid(definitionId);
  if (matchBy === undefined || !(isCustom || ways.includes(matchBy))) {
    const known = [...ways, ...(record.customFields ? ['custom_fields.<id> of a unique one'] : [])].join(' or ');
    throw new InvalidInputError([fault('match_by', `must be ${known}`)]);
  }
  const create = tried(() => readAs(record, record.inputs.create, data));
  const updatable = fieldReadersOf(record.inputs.update);
  const isFixed = (name: string) => !updatable.has(name) && fieldReadersOf(record.inputs.create).has(name);
  const fixed = 'input' in create ? only(create.input, isFixed) : only(data, isFixed);
  const update =
    'input' in create
      ? { input: only(create.input, (name) => !isFixed(name)) }
      : tried(() =>
          readAs(
            record,
            record.inputs.update,
            only(data, (name) => !isFixed(name)),
          ),
        );
  const way = isCustom ? matchBy.toLowerCase() : matchBy;
  const value = isCustom ? textIn(data, way) : ownValue(updatable.get(way)!, data[way], update);
  // Whether the custom field is unique is known later, and judged before its value.
  if (value === '' && !isCustom) throw new InvalidInputError([fault(way, neededMessage)]);
  return { action: 'upsert', matchBy: way, value, create, update, fixed };
}

/** Follows the name of a field in a sentence. */
export const neededMessage = 'is needed to match by';

/** @returns the value to match by; `""` without one. @throws DomainError if it is none of the field. */
function ownValue({ read, isGood }: FieldReader, sent: unknown, update: ReadData): string {
  const value = read(sent);
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' && isGood(value, {})) return value;
  throw 'fault' in update ? update.fault : new Error('A value is good for a PATCH and not for the field.');
}

/** Turns input that is refused into an error of the record's namespace. */
export function refusedBy<T>({ errors }: Definition, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof InvalidInputError ? asDomainError(errors.invalid_request, error) : error;
  }
}

function tried(read: () => object): ReadData {
  try {
    return { input: read() as Fields };
  } catch (error) {
    if (error instanceof DomainError) return { fault: error };
    throw error;
  }
}

/** A refusal of which the reasons are looked for when they are told: of a thousand refused items few are explained. */
class UnexplainedError extends DomainError {
  constructor(
    definition: ErrorDefinition,
    readonly explain: () => DomainError,
  ) {
    super(definition);
  }
}

/** @returns the error with its reasons. */
export function explained(error: DomainError): DomainError {
  return error instanceof UnexplainedError ? error.explain() : error;
}

/** @returns the error without the ids of records that there will not be. */
export function withoutIds({ definition, message, details }: DomainError, gone: ReadonlySet<string>): DomainError {
  const kept = details?.map(({ id, ids, ...rest }) => ({
    ...rest,
    ...(id === undefined || gone.has(id) ? {} : { id }),
    ...(ids ? { ids: ids.filter((each) => !gone.has(each)) } : {}),
  }));
  return new DomainError(definition, { message, ...(kept ? { details: kept } : {}) });
}

/** @throws DomainError without its reasons; `explained` finds them. */
function readAs<T extends object>({ errors }: Definition, type: Type<T>, sent: unknown): T {
  const read = tryInput(type, sent, 'body');
  if ('input' in read) return read.input;
  const explain = () => asDomainError(errors.invalid_request, read.explain());
  throw new UnexplainedError(read.definition ?? errors.invalid_request, explain);
}

function asDomainError(usual: ErrorDefinition, { definition, message, details }: InvalidInputError): DomainError {
  return new DomainError(definition ?? usual, { message, details });
}

function only(fields: Fields, isWanted: (name: string) => boolean): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isWanted(name)));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function fault(field: string, message: string) {
  return { field, message: `${field} ${message}` };
}
