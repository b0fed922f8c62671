import type { Author } from '../../../kernel/caller';
import { mergeValues } from '../../../kernel/custom-field-values';
import { DomainError } from '../../../kernel/domain-error';
import { newId } from '../../database/ids';
import type { RecordDefinition } from '../record-definition';
import type { RecordRow } from '../record-row';
import { customFieldsOf } from '../sent-fields';
import type { BulkContext } from './bulk-context';
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
        return this.update(item.id, item.input, item.ifVersion);
      case 'upsert':
        return this.upsert(item);
      case 'delete':
        return this.delete(this.get(item.id), item.ifVersion);
    }
  }

  private create(input: Fields): Decision<Row> {
    const { record, context } = this;
    const { fields, inPlace } = context.withIds(input);
    const values = record.customFields ? context.valuesIn(input, undefined) : {};
    const own = record.customFields ? { custom_fields: mergeValues({}, values) } : {};
    const row = record.create(this.author, newId(), { ...fields, ...own } as Partial<Row>, this.at);
    record.assertTargets([{ id: row.id, set: row }], context.targets, inPlace);
    context.state.create(row);
    context.note(row, values);
    return { outcome: 'created', row };
  }

  private update(id: string, input: Fields, ifVersion?: number): Decision<Row> {
    const { record, context } = this;
    const { fields, inPlace } = context.withIds(input);
    const isSent = record.customFields !== null && input.custom_fields !== undefined;
    const values = isSent ? context.valuesIn(input, id) : {};
    const before = this.get(id);
    const own = isSent ? { custom_fields: mergeValues(customFieldsOf(before), values) } : {};
    const change = record.change(before, { ...fields, ...own } as Partial<Row>, this.at, ifVersion);
    if (!change) return { outcome: 'unchanged', row: before };
    record.assertTargets([{ id, set: change.difference }], context.targets, inPlace);
    context.state.change(before, change.after);
    context.note(change.after, values);
    return { outcome: 'updated', row: change.after };
  }

  private upsert(item: UpsertItem): Decision<Row> {
    const id = this.context.find(item);
    if (id === undefined) return this.create(inputOf(item.create));
    const before = this.get(id);
    const input = inputOf(item.update);
    const fixed = Object.keys(item.fixed).find((name) => item.fixed[name] !== before[name as keyof Row]);
    if (fixed !== undefined) {
      const message = `${fixed} of a record cannot be changed`;
      throw new DomainError(this.record.errors.invalid_request, { message, details: [{ field: fixed, message }] });
    }
    return this.update(id, input);
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

function inputOf(read: ReadData): Fields {
  if ('fault' in read) throw read.fault;
  return read.input;
}
