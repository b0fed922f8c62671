import { setImmediate } from 'node:timers/promises';

/** Characters that are looked at in some milliseconds. */
const maxWork = 20_000;

/** Work that would block the event loop is done in turns. */
export class Turn {
  private work = 0;

  /** @returns whether others come next, before this work is done. */
  isOver(work: number): boolean {
    this.work += work;
    return this.work > maxWork;
  }

  async next(): Promise<void> {
    this.work = 0;
    await setImmediate();
  }
}
