import type { AccountId } from '../../kernel/account-id';
import type { Author } from '../../kernel/caller';
import { activityRecord } from './activity.record';
import type { Activity } from './activity.entity';

const author: Author = { kind: 'app', account_id: 'an account' as AccountId, app_id: 'sync' };
const at = new Date('2026-01-31T09:30:00Z');
const set: Partial<Activity> = { activity_type: 'call', contact_id: 'grace', company_id: null, project_id: null };
const call = activityRecord.create(author, 'a call', set, at);
const change = (sent: Partial<Activity>) => activityRecord.change(call, sent, at)?.difference;

it('a new activity happened now, unless it says otherwise', () => {
  expect(call).toMatchObject({ occurred_at: at, metadata: {}, created_by: null });
  const earlier = new Date(0);
  expect(activityRecord.create(author, 'a call', { ...set, occurred_at: earlier }, at).occurred_at).toBe(earlier);
});

it('one link remains', () => {
  expect(() => change({ contact_id: null })).toThrow('contact_id or company_id or project_id is required');
  expect(change({ contact_id: null, project_id: 'apollo' })).toEqual({ contact_id: null, project_id: 'apollo' });
  expect(() => activityRecord.create(author, 'a call', { activity_type: 'call' }, at)).toThrow('is required');
});

it('metadata are judged by the type of the record', () => {
  expect(() => change({ metadata: { subject: 'Our offer' } })).toThrow('metadata.subject is nothing that a call tells');
  expect(change({ metadata: { outcome: 'busy' } })).toEqual({ metadata: { outcome: 'busy' } });
});

it('all that is wrong with a change is told at once', () => {
  const wrong = { contact_id: null, metadata: { subject: 'Our offer', outcome: 'sold' } };
  try {
    change(wrong);
    throw new Error('It was accepted.');
  } catch (error) {
    expect(error).toMatchObject({
      definition: { code: 'activities.entity_required' },
      details: [{ field: 'contact_id' }, { field: 'metadata.subject' }, { field: 'metadata.outcome' }],
    });
  }
});
