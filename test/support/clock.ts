import { Clock } from '../../src/kernel/clock';

/** Runs with the real one until it is moved. */
export class MovableClock extends Clock {
  private offset = 0;
  private frozenAt: number | undefined;

  override now(): Date {
    return new Date((this.frozenAt ?? Date.now()) + this.offset);
  }

  /** Stands still until it is reset, but for moves. */
  freeze(): void {
    this.frozenAt = Date.now();
  }

  /** @param milliseconds forward, or backward when negative. */
  move(milliseconds: number): void {
    this.offset += milliseconds;
  }

  reset(): void {
    this.offset = 0;
    this.frozenAt = undefined;
  }
}

export const seconds = (count: number): number => count * 1_000;
export const minutes = (count: number): number => seconds(count * 60);
export const days = (count: number): number => minutes(count * 24 * 60);
