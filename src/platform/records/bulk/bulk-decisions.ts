import type { Author } from '../../../kernel/caller';
import { mergeValues } from '../../../kernel/custom-field-values';
import { DomainError, throwIfAny } from '../../../kernel/domain-error';
import { newId } from '../../database/ids';
import type { RecordDefinition } from '../record-definition';
import type { RecordRow } from '../record-row';
import { customFieldsOf } from '../sent-fields';
import { type BulkContext, judgedValues } from './bulk-context';
import type { BulkItem, Fields, ReadData, UpsertItem } from './bulk-item';

/** What became of an item. */
export interface Decision<Row> {
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'deleted';
  /** After the item took effect; of a deletion the last state. */
  readonly row: Row;
}

/** Decides about items in their order, as if each were a call of its own. Sends no statement. */
export class BulkDecider<Row extends RecordRow> {
  constructor(
    private readonly record: RecordDefinition<Row, object>,
    private readonly author: Author,
    private readonly context: BulkContext<Row>,
    private readonly at: Date,
  ) {}

  /** @throws DomainError, and nothing is done then. */
  decide(item: BulkItem): Decision<Row> {
    switch (item.action) {
      case 'create':
        return this.create(item.input);
      case 'update':
        return this.update(this.get(item.id), item.input, item.ifVersion);
      case 'upsert':
        return this.upsert(item);
      case 'delete':
        return this.delete(this.get(item.id), item.ifVersion);
    }
  }

  private create(input: Fields): Decision<Row> {
    const { record, context } = this;
    const values = record.customFields
      ? { custom_fields: mergeValues({}, judgedValues(record, context, input, true)) }
      : {};
    const row = record.create(this.author, newId(), { ...input, ...values } as Partial<Row>, this.at);
    throwIfAny(record.invalidReferences(row, context.references));
    context.state.create(row);
    context.note(row);
    return { outcome: 'created', row };
  }

  private update(before: Row, input: Fields, ifVersion?: number): Decision<Row> {
    const { record, context } = this;
    const values =
      record.customFields && input.custom_fields !== undefined
        ? { custom_fields: mergeValues(customFieldsOf(before), judgedValues(record, context, input, false)) }
        : {};
    const change = record.change(before, { ...input, ...values } as Partial<Row>, this.at, ifVersion);
    if (!change) return { outcome: 'unchanged', row: before };
    throwIfAny(record.invalidReferences(change.difference, context.references));
    context.state.change(before, change.after);
    context.note(change.after);
    return { outcome: 'updated', row: change.after };
  }

  private upsert(item: UpsertItem): Decision<Row> {
    const { errors } = this.record;
    const { matchBy: field } = item;
    const ids = this.context.idsOf(item);
    if (ids === null) {
      const message = `${field} has not the form of what records are matched by`;
      throw new DomainError(errors.invalid_request, { message, details: [{ field, message }] });
    }
    if (ids.length > 1) {
      const told = ids.slice(0, maxTold);
      const message = `${field} is that of ${ids.length > maxTold ? `more than ${maxTold}` : ids.length} records`;
      throw new DomainError(errors.ambiguous_match, { message, details: [{ field, message, ids: told }] });
    }
    const [id] = ids;
    if (id === undefined) return this.create(inputOf(item.create));
    const before = this.get(id);
    const input = inputOf(item.update);
    const fixed = Object.keys(item.fixed).find((name) => item.fixed[name] !== before[name as keyof Row]);
    if (fixed !== undefined) {
      const message = `${fixed} of a record cannot be changed`;
      throw new DomainError(errors.invalid_request, { message, details: [{ field: fixed, message }] });
    }
    return this.update(before, input);
  }

  private delete(row: Row, ifVersion: number | undefined): Decision<Row> {
    const { record, context } = this;
    record.assertVersion(row, ifVersion);
    context.state.delete(row);
    context.forget(row.id);
    return { outcome: 'deleted', row };
  }

  /** @throws DomainError if there is no such record, or an earlier item deleted it. */
  private get(id: string): Row {
    const row = this.context.state.find(id);
    if (!row) throw new DomainError(this.record.errors.not_found);
    return row;
  }
}

/** Maximum number of ids to tell of records with the same value. */
const maxTold = 10;

function inputOf(read: ReadData): Fields {
  if ('fault' in read) throw read.fault;
  return read.input;
}
