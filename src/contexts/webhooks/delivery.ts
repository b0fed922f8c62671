import type { AccountId } from '../../kernel/account-id';
import { eventTypes } from '../../kernel/event-recorder';
import type { Failure } from './sender';

export const deliveryStatuses = ['pending', 'succeeded', 'failed', 'cancelled'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** The event of a test. A user asks for it to see whether it arrives; it tells of no change. */
export const testType = 'webhook.test';
export const sentTypes = [...eventTypes, testType] as const;

export interface Attempt {
  readonly at: string;
  readonly status: number | null;
  readonly failure: Failure | null;
  readonly duration_ms: number;
  readonly response_start: string;
}

/** An event on its way to an endpoint. */
export interface Delivery {
  readonly id: string;
  readonly account_id: AccountId;
  readonly endpoint_id: string;
  readonly event_id: string;
  readonly event: string;
  readonly status: DeliveryStatus;
  readonly attempt_count: number;
  readonly attempts: readonly Attempt[];
  readonly next_attempt_at: Date | null;
  readonly created_at: Date;
}

/** A delivery whose attempt has begun, with what the attempt needs. Null stands for a row that is gone. */
export interface StartedAttempt extends Pick<
  Delivery,
  'id' | 'account_id' | 'endpoint_id' | 'event_id' | 'event' | 'attempt_count' | 'created_at'
> {
  readonly attempt: number;
  /** Also null if the endpoint is inactive, or if its URL has changed since the delivery was made. */
  readonly url: string | null;
  readonly secret: Buffer;
  readonly previous_secret: Buffer | null;
  readonly previous_secret_until: Date | null;
  readonly timeouts: number | null;
  readonly missed_since: Date | null;
  readonly entity_id: string | null;
  readonly data: object | null;
  readonly previous: object | null;
  readonly happened_at: Date | null;
}
