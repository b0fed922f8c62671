import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { AccountId } from './account-id';
import { CursorCodec } from './cursor';

const codec = new CursorCodec(['a secret of the tests']);
const newAccount = () => randomUUID() as unknown as AccountId;
const account = newAccount();
const position = { at: 1_767_225_600_123, id: '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70' };

describe('a cursor', () => {
  it('brings back every position', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), fc.uuid(), (at, id) => {
        expect(codec.decode('contacts', account, codec.encode('contacts', account, { at, id }))).toEqual({ at, id });
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
  });

  it('outlives a rotation of the secret by one step', () => {
    const cursor = codec.encode('contacts', account, position);
    expect(new CursorCodec(['new', 'a secret of the tests']).decode('contacts', account, cursor)).toEqual(position);
    expect(new CursorCodec(['newest', 'new']).decode('contacts', account, cursor)).toBeNull();
  });
});
