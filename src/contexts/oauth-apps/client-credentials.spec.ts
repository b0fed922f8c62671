import { isSecretOf, newClientId, newClientSecret } from './client-credentials';

it('ids and secrets have the form of docs/contract.md, section 3.12, and none comes twice', () => {
  const ids = Array.from({ length: 1_000 }, newClientId);
  const secrets = Array.from({ length: 1_000 }, newClientSecret);
  for (const id of ids) expect(id).toMatch(/^dw_ci_[0-9A-Za-z]{12}$/);
  for (const { client_secret, client_secret_prefix } of secrets) {
    expect(client_secret).toMatch(/^dw_cs_[0-9A-Za-z]{43}$/);
    expect(client_secret_prefix).toBe(client_secret.slice(0, 10));
  }
  expect(new Set(ids).size).toBe(1_000);
  expect(new Set(secrets.map(({ client_secret }) => client_secret)).size).toBe(1_000);
});

it('uses every one of the 62 characters', () => {
  const seen = new Set(Array.from({ length: 200 }, () => newClientSecret().client_secret.slice(6)).join(''));
  expect(seen.size).toBe(62);
});

it('knows a secret by its hash, and nobody has none', () => {
  const { client_secret, client_secret_hash } = newClientSecret();
  expect(client_secret_hash.includes(client_secret)).toBe(false);
  expect(isSecretOf(client_secret_hash, client_secret)).toBe(true);
  for (const wrong of [client_secret.slice(0, -1), `${client_secret} `, '', newClientSecret().client_secret]) {
    expect(isSecretOf(client_secret_hash, wrong)).toBe(false);
  }
  expect(isSecretOf(null, 'the secret of nobody')).toBe(false);
});
