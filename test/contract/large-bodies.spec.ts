import { randomUUID } from 'node:crypto';
import { request as send } from 'node:http';
import { Body, Controller, Module, Post } from '@nestjs/common';
import type { Caller } from '../../src/kernel/caller';
import { Field } from '../../src/platform/fields/fields';
import { LargeBody } from '../../src/platform/http/large-body';
import { CurrentCaller } from '../../src/platform/http/request';
import { IdempotentWrites } from '../../src/platform/idempotency/idempotent-write';
import { useApi } from '../support/api';
import { mebibyte } from '../support/bad-json';
import type { SignedIn } from '../support/client';
import { call, outcomeOf, type RawAnswer } from '../support/raw';

class ManyInput {
  @Field({ description: 'Of any number.', rules: [], schema: { type: 'array', items: {} } })
  items!: unknown[];
}

/** What the handler does; a test may hold it up. */
let handle: (caller: Caller) => Promise<void>;
beforeEach(() => {
  handle = () => Promise.resolve();
});

@Controller('probe')
@IdempotentWrites()
class ProbeController {
  @Post('large')
  @LargeBody('items')
  async large(@CurrentCaller() caller: Caller, @Body() { items }: ManyInput): Promise<object> {
    await handle(caller);
    return { count: items.length, last: items.at(-1) };
  }

  @Post('usual')
  usual(@Body() { items }: ManyInput): Promise<object> {
    return Promise.resolve({ count: items.length });
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const { program, ada } = useApi({
  wrap: (root) => ({ module: ProbeModule, imports: [root] }),
  accountFor: 'all tests',
});

const largest = 8 * mebibyte;
/** A body of a thousand items and of so many bytes. */
function bodyOf(bytes: number, last = 'last'): string {
  const item = JSON.stringify({ text: 'x'.repeat(Math.floor(bytes / 1_000) - 30) });
  const text = `{"items":[${`${item},`.repeat(999)}"${last}"]}`;
  return text + ' '.repeat(bytes - text.length);
}
const tokenOf = ({ access_token }: Pick<SignedIn, 'access_token'>) => ({ authorization: `Bearer ${access_token}` });
const post = (body: string | Buffer, headers: Record<string, string> = tokenOf(ada), path = 'large') =>
  call(program.url, 'POST', `/api/v1/probe/${path}`, {
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  });
const inChunks = (body: string, headers: Record<string, string>) =>
  call(program.url, 'POST', '/api/v1/probe/large', {
    headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked', ...headers },
    chunks: body.match(/[^]{1,65536}/g)!,
  });
const told = (answer: RawAnswer) => {
  const { result, error } = JSON.parse(answer.text) as { result?: object; error?: { message: string } };
  return [outcomeOf(answer), result ?? error?.message];
};
const fair = ['200', { count: 1_000, last: 'last' }];
const tooLarge = ['400 api.invalid_request', 'The body is larger than 8 MiB.'];

describe('a route with @LargeBody', () => {
  it('takes 8 MiB and not one byte more, with a length and in chunks', async () => {
    expect(told(await post(bodyOf(largest)))).toEqual(fair);
    expect(told(await inChunks(bodyOf(largest), tokenOf(ada)))).toEqual(fair);
    expect(told(await post(bodyOf(largest + 1)))).toEqual(tooLarge);
    expect(told(await inChunks(bodyOf(largest + 1), tokenOf(ada)))).toEqual(tooLarge);
  });

  it('answers a large body that is malformed as a small one', async () => {
    for (const bytes of [1_000, 2 * mebibyte]) {
      const broken = bodyOf(Math.max(bytes, 40_000)).replace('"last"', '"last",');
      expect(told(await post(broken))).toEqual(['400 api.invalid_request', 'The body is not valid JSON.']);
    }
  });

  it('reads no more than 1 MiB of strangers: they need a token first', async () => {
    for (const [headers, outcome] of [
      [{}, '401 auth.required'],
      [{ authorization: 'Bearer x' }, '401 auth.invalid_token'],
    ] as const) {
      expect(outcomeOf(await post(bodyOf(mebibyte + 1), headers))).toBe(outcome);
      expect(outcomeOf(await inChunks(bodyOf(mebibyte + 1), headers))).toBe(outcome);
      expect(outcomeOf(await post(bodyOf(mebibyte), headers))).toBe(outcome);
      // These are refused for what they are, as everywhere.
      expect(told(await post(bodyOf(largest + 1), headers))).toEqual(tooLarge);
      expect(outcomeOf(await post('{"items":', headers))).toBe('400 api.invalid_request');
    }
  });

  it('repeats the answer to the same bytes for an Idempotency-Key, and refuses others', async () => {
    const headers = { ...tokenOf(ada), 'Idempotency-Key': randomUUID() };
    expect(told(await post(bodyOf(2 * mebibyte), headers))).toEqual(fair);
    const again = await post(bodyOf(2 * mebibyte), headers);
    expect([...told(again), again.headers['idempotency-replayed']]).toEqual([...fair, 'true']);
    expect(outcomeOf(await post(bodyOf(2 * mebibyte, 'lost'), headers))).toBe('400 idempotency.key_reused');
  });
});

it('a route without it takes 1 MiB', async () => {
  expect(told(await post(bodyOf(mebibyte), tokenOf(ada), 'usual'))).toEqual(['200', { count: 1_000 }]);
  expect(told(await post(bodyOf(mebibyte + 1), tokenOf(ada), 'usual'))).toEqual([
    '400 api.invalid_request',
    'The body is larger than 1 MiB.',
  ]);
});

describe('large bodies of an account', () => {
  it('are held two at a time, until they are answered, beside those of other accounts', async () => {
    const bob = await program.register();
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    const entered: string[] = [];
    handle = ({ account_id }) => {
      entered.push(account_id);
      return account_id === bob.user.account_id ? Promise.resolve() : released;
    };
    const ofAda = () => entered.filter((each) => each === ada.user.account_id).length;
    const mine = [1, 2, 3].map(() => post(bodyOf(2 * mebibyte)));
    // A small one needs no place.
    const small = post(bodyOf(mebibyte));
    while (ofAda() < 3) expect(told(await post(bodyOf(2 * mebibyte), tokenOf(bob)))).toEqual(fair);
    expect(told(await post(bodyOf(2 * mebibyte), tokenOf(bob)))).toEqual(fair);
    expect(ofAda()).toBe(3);
    release();
    for (const answer of await Promise.all([...mine, small])) expect(told(answer)).toEqual(fair);
    expect(ofAda()).toBe(4);
  });

  it('give their turns back when the client hangs up', async () => {
    const { hostname, port } = new URL(program.url);
    for (let count = 0; count < 4; count++) {
      const headers = { ...tokenOf(ada), 'Content-Type': 'application/json', 'Content-Length': String(2 * mebibyte) };
      const outgoing = send({ hostname, port, method: 'POST', path: '/api/v1/probe/large', headers, agent: false });
      await new Promise<void>((resolve) => {
        outgoing.on('error', () => undefined).on('close', resolve);
        outgoing.write('{"items":[', () => outgoing.destroy());
      });
    }
    expect(told(await post(bodyOf(2 * mebibyte)))).toEqual(fair);
  });
});
