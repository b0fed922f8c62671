import { Webhook as Verifier } from 'standardwebhooks';
import type { Client } from './client';
import type { Received } from './receiver';

export interface Item {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly id: string; readonly job_title: string };
}
interface Page {
  readonly items: Item[];
  readonly next_cursor: string;
}

/** No answer came, or none that can be read: whether the change was made, nobody knows. */
export function isCutOff(error: unknown): boolean {
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes((error as { code: string }).code);
}

/** Writers who keep account of what they were told to have done, to compare it with the change feed. */
export class Ledger {
  /** What was answered with success, by contact: its numbers, in order. */
  readonly acknowledged = new Map<string, string[]>();
  /** How many changes that is. */
  changes = 0;
  /** Failures that were answered: status and code, and how often. */
  readonly refused = new Map<string, number>();

  constructor(private readonly client: Client) {}

  /**
   * One writer: makes a contact and changes it nine times, and so on.
   *
   * @param goesOn asked before each change.
   * @param isBack resolves when it makes sense to go on after a change of which nobody knows whether it was made.
   */
  async write(goesOn: () => boolean, isBack: () => Promise<void>): Promise<void> {
    let contact: string | undefined;
    for (let count = 0; goesOn(); count++) {
      const job_title = String(count);
      try {
        const made =
          contact === undefined || count % 10 === 0
            ? await this.client.post<{ id: string }>('/contacts', { first_name: 'Grace', job_title })
            : await this.client.patch<{ id: string }>(`/contacts/${contact}`, { job_title });
        if (made.status === 200) {
          contact = made.result.id;
          this.acknowledged.set(contact, [...(this.acknowledged.get(contact) ?? []), job_title]);
          this.changes++;
          continue;
        }
        const failure = `${made.status} ${made.error.code}`;
        this.refused.set(failure, (this.refused.get(failure) ?? 0) + 1);
      } catch (error) {
        if (!isCutOff(error)) throw error;
      }
      // The next changes are those of another contact.
      contact = undefined;
      await isBack();
    }
  }

  /** Every change that was answered is in the feed, once and in order; behind those of a contact there may be one whose answer was lost. */
  expectIn(feed: readonly Item[]): void {
    expect(new Set(feed.map(({ id }) => id)).size).toBe(feed.length);
    const told = new Map<string, string[]>();
    for (const { event, data } of feed) {
      const before = told.get(data.id);
      expect(event).toBe(before ? 'contact.updated' : 'contact.created');
      told.set(data.id, [...(before ?? []), data.job_title]);
    }
    for (const [contact, titles] of this.acknowledged) {
      expect(told.get(contact)?.slice(0, titles.length)).toEqual(titles);
      expect(told.get(contact)!.length - titles.length).toBeLessThanOrEqual(1);
    }
  }
}

/** The change feed of an account, from its beginning to its end. */
export async function wholeFeed(client: Client): Promise<Item[]> {
  const whole: Item[] = [];
  for (let after = '', isMore = true; isMore;) {
    const page = (await client.get<Page>(`/events?limit=100&after=${after}`)).result;
    whole.push(...page.items);
    after = page.next_cursor;
    isMore = page.items.length > 0;
  }
  return whole;
}

/**
 * Each event of the feed arrived, signed and always the same, and nothing else.
 *
 * @returns how many requests were repetitions.
 */
export function expectArrived(feed: readonly Item[], requests: readonly Received[], secret: string): number {
  const bodies = new Map<string, Set<string>>();
  // The verifier refuses what is older than five minutes, and a run takes longer.
  const now = jest.spyOn(Date, 'now');
  try {
    for (const { raw, headers, at } of requests) {
      now.mockReturnValue(at.getTime());
      const { id } = new Verifier(secret).verify(raw, headers as Record<string, string>) as Item;
      expect(headers['webhook-id']).toBe(id);
      bodies.set(id, (bodies.get(id) ?? new Set()).add(raw));
    }
  } finally {
    now.mockRestore();
  }
  expect([...bodies.keys()].sort()).toEqual(feed.map(({ id }) => id).sort());
  expect([...bodies.values()].filter(({ size }) => size !== 1)).toEqual([]);
  return requests.length - bodies.size;
}
