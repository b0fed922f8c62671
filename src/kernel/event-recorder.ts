import type { Author } from './caller';
import { eventEntities, type EventEntity } from './record-kinds';

export const changeTypes = ['created', 'updated', 'deleted'] as const;
export type ChangeType = (typeof changeTypes)[number];
export type EventType = `${EventEntity}.${ChangeType}`;
export const eventTypes: readonly EventType[] = eventEntities.flatMap((entity) =>
  changeTypes.map((change) => `${entity}.${change}` as const),
);

export interface NewEvent {
  readonly type: EventType;
  readonly entity_id: string;
  /** The record as GET gives it; after a deletion its last state. */
  readonly data: object;
  /** For an update: the earlier values of the changed fields. */
  readonly previous?: object;
}

/**
 * The port through which a context tells that a record changed. It writes in the transaction of the change and refuses
 * to work outside one, so an event exists exactly if its change does.
 */
export abstract class EventRecorder {
  /** @returns the event's id. */
  async record(author: Author, event: NewEvent): Promise<string> {
    const [id] = await this.recordMany(author, [event]);
    return id!;
  }

  /** Records events in this order. @returns their ids. */
  abstract recordMany(author: Author, events: readonly NewEvent[]): Promise<string[]>;
}
