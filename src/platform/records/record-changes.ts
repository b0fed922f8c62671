import { Injectable } from '@nestjs/common';
import type { ChangedRecord, NewRecord, RecordChange, Restoration } from './many-records';
import { type Author, authorOf } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { type CustomFieldValues, mergeValues } from '../../kernel/custom-field-values';
import { previousOf } from '../../kernel/difference';
import { DomainError } from '../../kernel/domain-error';
import { EventRecorder, type ChangeType } from '../../kernel/event-recorder';
import { type EventEntity, recordKinds } from '../../kernel/record-kinds';
import { LookAgain } from '../database/constraints';
import { newId } from '../database/ids';
import { Transactions } from '../database/transactions';
import { DomainEvents } from '../outbox/domain-events';
import { BulkState } from './bulk/bulk-state';
import { BulkWriter } from './bulk/bulk-writer';
import { CustomFieldRules } from './custom-field-rules';
import type { FoundTargets, RecordDefinition } from './record-definition';
import type { RecordRow } from './record-row';
import { RecordStore } from './record-store';
import { type SentInPlace, takeExternalReferences } from './external-ids';
import { changedRecord, type Change, restoredFields } from './restorations';
import { customFieldsOf, initialCustomFields, patchOf, type Sent } from './sent-fields';

/**
 * The one way to change records, one or many. It compares, and only differences are validated, written and told by an
 * event, in one transaction. A single change is a bulk of one.
 */
@Injectable()
export class RecordChanges {
  constructor(
    private readonly store: RecordStore,
    private readonly transactions: Transactions,
    private readonly customFields: CustomFieldRules,
    private readonly writer: BulkWriter,
    private readonly domainEvents: DomainEvents,
    private readonly events: EventRecorder,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError if a rule, a custom field or a reference is wrong. */
  async create<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    author: Author,
    sent: Sent<Row>,
  ): Promise<View> {
    const { account_id } = author;
    const { fields: own, external } = takeExternalReferences(record.externalReferences, sent as Partial<Row>);
    return this.transactions.run(async () => {
      const named = await this.store.findByExternalIds(record, account_id, external.wanted);
      const fields = { ...own, ...external.idsIn(named) };
      const referring = { ...fields, created_by: authorOf(author) };
      const [values, found] = await this.transactions.pipelined(
        initialCustomFields(this.customFields, record, account_id, sent.custom_fields),
        this.store.findReferences(record, account_id, [referring], [fields]),
      );
      const made = record.create(author, newId(), { ...fields, ...values }, this.clock.now());
      const [view] = await this.insert(record, author, [made], found, external.inPlace);
      return view!;
    });
  }

  /**
   * @param sent fields left out stay; or what makes them from the record as it is, and the time of the change.
   * @param ifVersion the version on which the sender bases the change; undefined: whatever there is.
   * @throws DomainError when there is no such record, somebody else changed the same since, or a rule, a custom field or a
   * reference is wrong.
   */
  async update<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    author: Author,
    id: string,
    sent: Sent<Row> | ((before: Row, at: Date) => Partial<Row>),
    ifVersion?: number,
  ): Promise<View> {
    const { account_id } = author;
    return this.transactions.run(async () => {
      const { fields, external } = takeExternalReferences(record.externalReferences, sent);
      const differ =
        typeof fields === 'function' ? fields : await patchOf(this.customFields, record, account_id, id, fields);
      const [[before], found] = await this.transactions.pipelined(
        this.store.lock(record, account_id, [id]),
        this.store.findByExternalIds(record, account_id, external.wanted),
      );
      if (!before) throw new DomainError(record.errors.not_found);
      const at = this.clock.now();
      const set = { ...differ(before, at), ...external.idsIn(found) };
      const { views } = await this.write(record, author, [[before, set, ifVersion]], at, external.inPlace);
      return views[0] ?? record.view(before, await this.store.findReferences(record, account_id, [before]));
    });
  }

  /**
   * Makes and changes many records, in the caller's transaction, which is run again if one of them is gone by now.
   *
   * @param created with validated values of custom fields.
   * @param changes in their order. Several may be of one record, and of one that is made.
   * @returns what each change did; null for one that changed nothing.
   */
  async applyMany<Row extends RecordRow>(
    record: RecordDefinition<Row, object>,
    author: Author,
    created: readonly NewRecord[],
    changes: readonly RecordChange[],
  ): Promise<(ChangedRecord | null)[]> {
    const { account_id } = author;
    const now = this.clock.now();
    const fieldsOf = (input: object, custom_fields: CustomFieldValues) =>
      ({ ...input, ...(record.customFields ? { custom_fields } : {}) }) as Partial<Row>;
    const made = new Set(created.map(({ id }) => id));
    const present = await this.lockById(
      record,
      author,
      changes.filter(({ id }) => !made.has(id)),
    );
    const state = new BulkState([...present.values()]);
    for (const { id, input, custom_fields } of created) {
      state.create(record.create(author, id, fieldsOf(input, custom_fields), now));
    }
    const done = changes.map(({ id, input, derived, custom_fields }) => {
      const before = state.find(id);
      if (!before) {
        throw new LookAgain('A record is gone.', { cause: new DomainError(record.errors.not_found) });
      }
      const values = mergeValues(customFieldsOf(before), custom_fields);
      const change = record.change(before, fieldsOf({ ...input, ...derived?.(before) }, values), now);
      if (change) state.change(before, change.after);
      return change ? changedRecord({ before, ...change }) : null;
    });
    const rows = state.events.flatMap(({ before, after }) => (before ? [before, after] : [after]));
    await this.writer.write(record, author, state, await this.store.findReferences(record, account_id, rows));
    return done;
  }

  /**
   * Gives records that are still there earlier values again, in the caller's transaction. References to what is gone stay
   * empty, and so do external ids that others have by now; references to what is only not offered any more come back.
   */
  async restoreMany<Row extends RecordRow>(
    record: RecordDefinition<Row, object>,
    author: Author,
    restorations: readonly Restoration[],
  ): Promise<ChangedRecord[]> {
    const rows = await this.lockById(record, author, restorations);
    const present = restorations.filter(({ id }) => rows.has(id));
    const befores = present.map(({ before }) => before as Partial<Row>);
    const found = await this.store.findReferences(record, author.account_id, befores, befores);
    const fields = restoredFields(record, present, found);
    const pairs = present.map(({ id }, index) => [rows.get(id)!, fields[index]!] as const);
    return (await this.write(record, author, pairs, this.clock.now(), 'restored')).changed;
  }

  /**
   * Links to the record become null. Activities that would be left without a link go with it.
   *
   * @param ifVersion the version that the sender knows; undefined: whatever there is.
   * @throws DomainError if the record does not exist, or has another version.
   */
  async delete<Row extends RecordRow>(
    record: RecordDefinition<Row, object>,
    author: Author,
    id: string,
    ifVersion?: number,
  ): Promise<void> {
    await this.transactions.run(async () => {
      if (record.isReferredTo) await this.transactions.allowLongStatements();
      const rows = await this.store.lock(record, author.account_id, [id]);
      if (!rows[0]) throw new DomainError(record.errors.not_found);
      record.assertVersion(rows[0], ifVersion);
      await this.deleteLocked(record, author, rows);
    });
  }

  /** Runs in the caller's transaction. @returns the number of deleted records. */
  async deleteMany<Row extends RecordRow>(
    record: RecordDefinition<Row, object>,
    author: Author,
    ids: readonly string[],
  ): Promise<number> {
    const rows = await this.transactions.join(() => this.store.lock(record, author.account_id, ids));
    if (rows.length > 0) await this.deleteLocked(record, author, rows);
    return rows.length;
  }

  private async deleteLocked<Row extends RecordRow>(
    record: RecordDefinition<Row, object>,
    author: Author,
    rows: readonly Row[],
  ): Promise<void> {
    const { account_id } = author;
    // The event comes after all changes, so a receiver that compares versions does not drop it.
    const views = await this.viewsOf(
      record,
      author,
      rows.map((row) => ({ ...row, version: row.version + 1 })),
    );
    await this.store.delete(
      record,
      account_id,
      rows.map(({ id }) => id),
    );
    if (record.isReferredTo) await this.domainEvents.emit('record.deleted', { account_id });
    await this.recordEvents(record, author, 'deleted', rows, views);
  }

  private async insert<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    author: Author,
    rows: readonly Row[],
    found: FoundTargets,
    inPlace?: SentInPlace,
  ): Promise<View[]> {
    const changes = rows.map((row) => ({ id: row.id, set: row }));
    record.assertTargets(changes, found, inPlace);
    const views = rows.map((row) => record.view(row, found));
    // Sent in this order, without waiting for the answers in between.
    await this.transactions.pipelined(
      this.transactions.join(() => this.store.insert(record, author.account_id, rows)),
      this.recordEvents(record, author, 'created', rows, views),
    );
    return views;
  }

  private async write<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    author: Author,
    sent: readonly (readonly [before: Row, sent: Partial<Row>, ifVersion?: number | undefined])[],
    at: Date,
    inPlace?: SentInPlace | 'restored',
  ): Promise<{ readonly views: readonly View[]; readonly changed: ChangedRecord[] }> {
    const changes = sent.flatMap(([before, set, ifVersion]): Change<Row>[] => {
      const change = record.change(before, set, at, ifVersion);
      return change ? [{ before, ...change }] : [];
    });
    if (changes.length === 0) return { views: [], changed: [] };
    const both = changes.flatMap(({ before, after }) => [before, after]);
    const set = changes.map(({ before: { id }, difference }) => ({ id, set: difference }));
    const differences = inPlace === 'restored' ? [] : set.map((each) => each.set);
    const found = await this.store.findReferences(record, author.account_id, both, differences);
    if (inPlace !== 'restored') record.assertTargets(set, found, inPlace);
    const views = changes.map(({ after }) => record.view(after, found));
    const previous = changes.map(({ before }, index) =>
      previousOf(record.view(before, found) as never, views[index] as never),
    );
    await this.transactions.pipelined(
      this.store.update(record, author.account_id, changes),
      this.recordEvents(
        record,
        author,
        'updated',
        changes.map(({ after }) => after),
        views,
        previous,
      ),
    );
    return { views, changed: changes.map(changedRecord) };
  }

  private async recordEvents<Row extends RecordRow>(
    { kind }: RecordDefinition<Row, object>,
    author: Author,
    change: ChangeType,
    rows: readonly RecordRow[],
    views: readonly object[],
    previous?: readonly object[],
  ): Promise<void> {
    if (!recordKinds[kind].hasEvents) return;
    const type = `${kind as EventEntity}.${change}` as const;
    await this.events.recordMany(
      author,
      rows.map(({ id }, index) => ({
        type,
        entity_id: id,
        data: views[index]!,
        ...(previous ? { previous: previous[index]! } : {}),
      })),
    );
  }

  private async viewsOf<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    { account_id }: Author,
    rows: readonly Row[],
  ): Promise<View[]> {
    const found = await this.store.findReferences(record, account_id, rows);
    return rows.map((row) => record.view(row, found));
  }

  private async lockById<Row extends RecordRow>(
    record: RecordDefinition<Row, object>,
    { account_id }: Author,
    some: readonly { readonly id: string }[],
  ): Promise<Map<string, Row>> {
    if (some.length === 0) return new Map();
    const ids = some.map(({ id }) => id);
    const rows = await this.transactions.join(() => this.store.lock(record, account_id, ids));
    return new Map(rows.map((row) => [row.id, row]));
  }
}
