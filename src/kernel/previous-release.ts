import type { Clock } from './clock';

/** The release before this one, whose instances may run beside this one during a rolling upgrade. */
export class PreviousRelease {
  constructor(
    private readonly until: Date,
    private readonly clock: Clock,
  ) {}

  /** Whether what is written now must be in a form that the previous release reads. */
  mayRun(): boolean {
    return this.clock.now() < this.until;
  }
}
