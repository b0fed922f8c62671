import type { AccountId } from '../../kernel/account-id';
import type { Author } from '../../kernel/caller';
import type { FoundReferences } from '../../platform/records/record-definition';
import { contactRecord } from './contact.record';

const author: Author = { kind: 'user', account_id: 'an account' as AccountId, user_id: 'ada' };
const [made, later] = [new Date('2026-01-31T09:30:00Z'), new Date('2026-02-01T09:30:00Z')];
const records = { 'company acme': 'Acme GmbH', 'source fair': 'Trade fair', 'source old': 'Old list' };
const found: FoundReferences = {
  find: (to, id) => {
    const title = Object.entries(records).find(([key]) => key === `${to} ${id}`)?.[1];
    return title === undefined ? undefined : { title, closed_at: id === 'old' ? made : null };
  },
};
const grace = contactRecord.create(
  author,
  'grace',
  { first_name: 'Grace', company_id: 'acme', source_id: 'old' },
  made,
);

it('a new contact has an initial value in every field that nobody set', () => {
  expect(grace).toEqual({
    ...{ id: 'grace', account_id: 'an account', created_by: 'ada', created_at: made, updated_at: made },
    ...{ version: 1, field_versions: {}, external_id: null },
    ...{ first_name: 'Grace', last_name: '', email: '', phone: '', job_title: '', address: '', city: '', state: '' },
    ...{ zip_code: '', country: '', notes: '', company_id: 'acme', source_id: 'old', tags: [], custom_fields: {} },
  });
});

it('an app creates contacts that nobody created', () => {
  const app: Author = { kind: 'app', account_id: author.account_id, app_id: 'sync' };
  expect(contactRecord.create(app, 'grace', { first_name: 'Grace' }, made).created_by).toBeNull();
});

it('what callers may not set, they do not set', () => {
  const sent = { first_name: 'Grace', id: 'mine', account_id: 'another account' as AccountId, created_by: 'grace' };
  expect(contactRecord.create(author, 'grace', sent, later)).toMatchObject({
    id: 'grace',
    account_id: 'an account',
    created_by: 'ada',
  });
});

it('the answer has titles behind their references, and times as texts', () => {
  expect(Object.keys(contactRecord.view(grace, found)).join(' ')).toBe(
    'id account_id created_by external_id first_name last_name email phone job_title address city state zip_code country notes ' +
      'company_id company_name source_id source_name tags custom_fields created_at updated_at version',
  );
  expect(contactRecord.view(grace, found)).toMatchObject({
    ...{ company_name: 'Acme GmbH', source_name: 'Old list', created_at: '2026-01-31T09:30:00.000Z' },
  });
  expect(contactRecord.view({ ...grace, source_id: null }, found)).toMatchObject({ source_id: null, source_name: '' });
});

describe('a change', () => {
  it('of nothing is none', () => {
    expect(contactRecord.change(grace, { first_name: 'Grace', tags: [] }, later)).toBeNull();
    expect(contactRecord.change(grace, {}, later)).toBeNull();
  });

  it('tells what is different, and when', () => {
    const change = contactRecord.change(grace, { first_name: 'Grace', last_name: 'Hopper' }, later);
    expect(change?.difference).toEqual({ last_name: 'Hopper' });
    expect(change?.after).toEqual({
      ...{ ...grace, last_name: 'Hopper', updated_at: later },
      ...{ version: 2, field_versions: { last_name: 2 } },
    });
  });
});

describe('references', () => {
  const refused = (set: object) => contactRecord.invalidReferences(set, found).map(({ message }) => message);

  it('to nothing are refused, all of them', () => {
    expect(refused({ company_id: 'nobody', source_id: 'nowhere' })).toEqual([
      'company_id is the id of no company',
      'source_id is the id of no source',
    ]);
  });

  it('to an archived source are refused when they are newly set', () => {
    expect(refused({ source_id: 'old' })).toEqual(['source_id is the id of an archived source']);
    expect(refused({ last_name: 'Hopper' })).toEqual([]);
  });

  it('to what there is are good, and so are none', () => {
    expect(refused({ company_id: 'acme', source_id: 'fair' })).toEqual([]);
    expect(refused({ company_id: null, source_id: null })).toEqual([]);
  });
});
