import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import '../../src/app.module';
import { errorCatalogue } from '../../src/kernel/domain-error';
import { namespaceOf } from '../../src/platform/http/namespaces';
import { statusOf } from '../../src/platform/http/statuses';
import { operations } from '../support/document';

interface ReferenceCode {
  readonly code: string;
  readonly status: number;
  readonly description: string;
}

const reference = JSON.parse(readFileSync(join(__dirname, 'error-codes.json'), 'utf8')) as ReferenceCode[];
/** Codes beyond those of error-codes.json. */
const added = [
  'auth.forbidden',
  'auth.account_locked',
  'users.invalid_request',
  'users.invalid_id',
  'users.not_found',
  'users.last_owner',
  'users.internal',
  'account.invalid_request',
  'account.internal',
  'contacts.edit_conflict',
  'companies.edit_conflict',
  'projects.edit_conflict',
  'activities.edit_conflict',
  'contacts.external_id_taken',
  'companies.external_id_taken',
  'projects.external_id_taken',
  'activities.external_id_taken',
  'sources.edit_conflict',
  'events.invalid_request',
  'events.cursor_expired',
  'events.internal',
  'rate_limit.exceeded',
  ...['contacts', 'companies', 'projects', 'activities', 'sources'].map((kind) => `${kind}.ambiguous_match`),
  'idempotency.invalid_key',
  'idempotency.key_reused',
  'api.not_found',
  'api.invalid_request',
  'api.internal',
];

const namespace = (code: string) => code.split('.')[0]!;
const existing = new Set(operations.map(({ path }) => namespaceOf(path)));

describe('the error catalogue', () => {
  it('the copy of the reference is whole', () => {
    expect(reference).toHaveLength(72);
  });

  it.each(reference.filter(({ code }) => existing.has(namespace(code))))(
    '$code answers $status',
    ({ code, status }) => {
      const definition = errorCatalogue.get(code);
      expect(definition).toBeDefined();
      expect(statusOf[definition!.kind]).toBe(status);
    },
  );

  it('has no code beyond error-codes.json and this list', () => {
    const known = new Set([...reference.map(({ code }) => code), ...added]);
    expect([...errorCatalogue.keys()].filter((code) => !known.has(code))).toEqual([]);
  });

  it.each([...errorCatalogue.values()])(
    '$code says what it means and what to do',
    ({ description, action, kind, retryable }) => {
      for (const sentence of [description, action]) expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(retryable).toBe(kind === 'internal' || kind === 'too_many');
    },
  );
});
