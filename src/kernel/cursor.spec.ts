import { createHmac, hkdfSync, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { AccountId } from './account-id';
import { CursorCodec, type Position } from './cursor';

const secret = 'a secret of the tests';
const codecOf = (secrets: readonly string[], isUpgrading = false) =>
  new CursorCodec(secrets, { mayRun: () => isUpgrading });
const codec = codecOf([secret]);
const upgrading = codecOf([secret], true);
const newAccount = () => randomUUID() as unknown as AccountId;
const account = newAccount();
const position = { at: 1_767_225_600_123, id: '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70' };
const ranked = { ...position, rank: 4_711 };

/** The cursor that release 0.1.0 gives out. */
function signed(list: string, { at, id, rank }: Position): string {
  const payload = [at, id, ...(rank === undefined ? [] : [rank])].join('.');
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'tideline cursor', 32));
  const mac = createHmac('sha256', key).update(`${list}\n${account}\n${payload}`).digest().subarray(0, 16);
  return Buffer.concat([mac, Buffer.from(payload)]).toString('base64url');
}

describe.each([
  ['a cursor', codec],
  ['a cursor during an upgrade', upgrading],
])('%s', (_, codec) => {
  it('brings back every position', () => {
    const at = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
    const rank = fc.option(fc.maxSafeInteger(), { nil: undefined });
    fc.assert(
      fc.property(at, fc.uuid(), rank, (at, id, rank) => {
        const position = { at, id, ...(rank === undefined ? {} : { rank }) };
        expect(codec.decode('contacts', account, codec.encode('contacts', account, position))).toEqual(position);
      }),
    );
  });

  it('is of one list and one account', () => {
    const cursor = codec.encode('contacts', account, position);
    expect(codec.decode('companies', account, cursor)).toBeNull();
    expect(codec.decode('contacts', newAccount(), cursor)).toBeNull();
  });

  it('is noticed when altered anywhere, shortened or lengthened', () => {
    const cursor = codec.encode('contacts', account, position);
    for (let index = 0; index < cursor.length; index++) {
      const other = cursor[index] === 'A' ? 'B' : 'A';
      expect(codec.decode('contacts', account, cursor.slice(0, index) + other + cursor.slice(index + 1))).toBeNull();
      expect(codec.decode('contacts', account, cursor.slice(0, index))).toBeNull();
    }
    for (const more of ['A', '=', ' ', '\n', '%3D'])
      expect(codec.decode('contacts', account, cursor + more)).toBeNull();
  });

  it('whatever is given as one, decoding never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => codec.decode('contacts', account, text) === null));
    for (let length = 0; length < 100; length++) {
      expect(codec.decode('contacts', account, Buffer.alloc(length).toString('base64url'))).toBeNull();
    }
  });
});

describe('a cursor', () => {
  it('outlives a rotation of the secret by one step', () => {
    const cursor = codec.encode('contacts', account, position);
    expect(codecOf(['new', secret]).decode('contacts', account, cursor)).toEqual(position);
    expect(codecOf(['newest', 'new']).decode('contacts', account, cursor)).toBeNull();
  });

  it('tells nothing: of every position it has the same length, and no two are alike', () => {
    const cursors = [0, 9, 10, 123_456_789, Number.MAX_SAFE_INTEGER].flatMap((rank) =>
      Array.from({ length: 50 }, () => codec.encode('events', account, { ...position, rank })),
    );
    expect(new Set(cursors.map((cursor) => cursor.length))).toEqual(new Set([80]));
    expect(codec.encode('contacts', account, position)).toHaveLength(70);
    // Nor does any place of it stand still.
    for (let index = 0; index < 79; index++) {
      expect(new Set(cursors.map((cursor) => cursor[index])).size).toBeGreaterThan(1);
    }
    for (const cursor of cursors) expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('0190a6c0');
  });

  it.each([position, ranked])('of release 0.1.0 is taken: %j', (position) => {
    expect(codec.decode('events', account, signed('events', position))).toEqual(position);
    expect(codecOf(['new', secret]).decode('events', account, signed('events', position))).toEqual(position);
    expect(codec.decode('contacts', account, signed('events', position))).toBeNull();
    expect(codec.decode('events', newAccount(), signed('events', position))).toBeNull();
  });

  it('that is given out while that release may run is one that it reads', () => {
    expect(upgrading.encode('events', account, ranked)).toBe(signed('events', ranked));
    expect(upgrading.decode('events', account, codec.encode('events', account, ranked))).toEqual(ranked);
  });
});
