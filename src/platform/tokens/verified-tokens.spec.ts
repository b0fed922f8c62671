import { randomUUID } from 'node:crypto';
import type { AccountId } from '../../kernel/account-id';
import type { VerifiedToken } from './access-token.strategy';
import { VerifiedTokens } from './verified-tokens';

const exp = 4_102_444_800;
const account_id = randomUUID() as AccountId;
const user = (session_id: string = randomUUID()): VerifiedToken => ({
  claims: {
    use: 'user',
    account_id,
    user_id: randomUUID(),
    session_id,
    pair: { id: randomUUID(), generation: 0, issued_at: new Date() },
  },
  exp,
});
const app = (app_id: string): VerifiedToken => ({ claims: { use: 'app', account_id, app_id, issued_at: 0 }, exp });

describe('the verified tokens in memory', () => {
  it('are found by exactly the header that carried them', () => {
    const tokens = new VerifiedTokens();
    const token = user();
    tokens.set('Bearer a.b.c', token);
    expect(tokens.get('Bearer a.b.c')).toBe(token);
    for (const other of ['Bearer  a.b.c', 'bearer a.b.c', 'a.b.c', '']) expect(tokens.get(other)).toBeUndefined();
  });

  it('of a session only the last one is kept', () => {
    const tokens = new VerifiedTokens();
    const other = user();
    tokens.set('Bearer other', other);
    const session = randomUUID();
    for (let count = 0; count < 20_000; count++) tokens.set(`Bearer ${count}`, user(session));
    expect(tokens.get('Bearer other')).toBe(other);
    expect(tokens.get('Bearer 19998')).toBeUndefined();
    expect(tokens.get('Bearer 19999')).toBeDefined();
  });

  it('of an app at most 64, so that its processes can have one each', () => {
    const tokens = new VerifiedTokens();
    const id = randomUUID();
    const headers = Array.from({ length: 5_000 }, (_, count) => `Bearer ${count}`);
    for (const header of headers) tokens.set(header, app(id));
    const kept = headers.filter((header) => tokens.get(header));
    expect(kept).toHaveLength(64);
    expect(kept).toContain('Bearer 4999');
  });

  it('of all, 10,000 are kept: the oldest goes', () => {
    const tokens = new VerifiedTokens();
    for (let count = 0; count <= 10_000; count++) tokens.set(`Bearer ${count}`, user());
    expect(tokens.get('Bearer 0')).toBeUndefined();
    for (const count of [1, 5_000, 10_000]) expect(tokens.get(`Bearer ${count}`)).toBeDefined();
    // A session that is known takes nobody's place.
    const known = tokens.get('Bearer 10000')!;
    tokens.set('Bearer again', known);
    expect(tokens.get('Bearer 1')).toBeDefined();
  });
});
