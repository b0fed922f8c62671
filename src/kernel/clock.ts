/** The only source of the present time for rules. Tests replace it, so that timeouts and expiries need no waiting. */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
