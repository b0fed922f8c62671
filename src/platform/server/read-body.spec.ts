import { PassThrough } from 'node:stream';
import { type Allowance, readBody } from './read-body';

const excess = () => new Error('too large');

/** Reads what a test writes. */
function reading(length: number, allowance: Omit<Allowance, 'excess'>) {
  const body = new PassThrough();
  const read = new Promise<string>((resolve) => {
    readBody(body, length, { ...allowance, excess }, (error, bytes) => resolve(error?.message ?? bytes.toString()));
  });
  return { body, read };
}

describe('readBody', () => {
  it('gives a body of as many bytes as are allowed, and the error of one with more', async () => {
    const fair = reading(NaN, { maxBytes: 5 });
    for (const piece of ['a', 'bcd', 'e']) fair.body.write(piece);
    fair.body.end();
    expect(await fair.read).toBe('abcde');
    const large = reading(NaN, { maxBytes: 4 });
    large.body.write('abcde');
    expect(await large.read).toBe('too large');
    expect(await reading(5, { maxBytes: 4 }).read).toBe('too large');
  });

  it('waits for a body for a limited time, if there is a limit', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    try {
      const slow = reading(5, { maxBytes: 5, timeoutMs: 60_000 });
      jest.advanceTimersByTime(60_000);
      expect(await slow.read).toBe('The body did not arrive within 60 seconds: send a smaller one.');
      const patient = reading(5, { maxBytes: 5 });
      jest.advanceTimersByTime(60_000_000);
      patient.body.end('abcde');
      expect(await patient.read).toBe('abcde');
      const inTime = reading(5, { maxBytes: 5, timeoutMs: 60_000 });
      inTime.body.end('abcde');
      expect(await inTime.read).toBe('abcde');
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});
