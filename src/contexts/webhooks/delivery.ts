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
