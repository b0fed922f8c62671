import { Webhook as Verifier } from 'standardwebhooks';
import { newSecret, secretPrefixOf, signedHeaders } from './signature';

const body = '{"id":"1","data":{"name":"Gräce 🦉"}}';
const now = new Date();

it('secrets are 32 random bytes, and a little of them is shown', () => {
  const secrets = Array.from({ length: 100 }, newSecret);
  for (const secret of secrets) {
    expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
    expect(secretPrefixOf(secret)).toBe(secret.slice(0, 10));
  }
  expect(new Set(secrets).size).toBe(100);
});

it('what is signed is verified by the library of the standard, and nothing else is', () => {
  const [secret, other] = [newSecret(), newSecret()];
  const headers = signedHeaders('msg_1', now, body, [secret]);
  expect(new Verifier(secret).verify(body, headers)).toEqual(JSON.parse(body));
  expect(() => new Verifier(other).verify(body, headers)).toThrow();
  expect(() => new Verifier(secret).verify(body.replace('1', '2'), headers)).toThrow();
  const changes: Record<string, string>[] = [
    { 'webhook-id': 'msg_2' },
    { 'webhook-timestamp': String(Math.floor(now.getTime() / 1_000) + 1) },
  ];
  for (const changed of changes) {
    expect(() => new Verifier(secret).verify(body, { ...headers, ...changed })).toThrow();
  }
});

it('two secrets sign side by side', () => {
  const secrets = [newSecret(), newSecret()];
  const headers = signedHeaders('msg_1', now, body, secrets);
  expect(headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
  for (const secret of secrets) expect(() => new Verifier(secret).verify(body, headers)).not.toThrow();
});
