import type { AccountId } from '../../kernel/account-id';
import type { Author } from '../../kernel/caller';
import type { DomainError } from '../../kernel/domain-error';
import type { FoundReferences } from '../../platform/records/record-definition';
import type { Project } from './project.entity';
import { projectRecord } from './project.record';

const author: Author = { kind: 'user', account_id: 'an account' as AccountId, user_id: 'ada' };
const at = new Date('2026-01-31T09:30:00Z');
const create = (set: Partial<Project>) => projectRecord.create(author, 'apollo', { name: 'Apollo', ...set }, at);
const errorOf = (work: () => unknown): Pick<DomainError, 'definition' | 'details'> => {
  try {
    work();
  } catch (error) {
    return error as DomainError;
  }
  throw new Error('It was accepted.');
};

it('a new project is a proposal and no retainer', () => {
  expect(create({})).toMatchObject({ stage: 'proposal', is_retainer: false, value: null, end_date: null });
});

describe('the last day', () => {
  const fault = { field: 'end_date', message: 'end_date must not be before start_date' };

  it('is not before the first one, in a new project', () => {
    const error = errorOf(() => create({ start_date: '2026-02-01', end_date: '2026-01-31' }));
    expect(error).toMatchObject({ definition: { code: 'projects.invalid_request' }, details: [fault] });
    expect(create({ start_date: '2026-01-31', end_date: '2026-01-31' }).end_date).toBe('2026-01-31');
  });

  it.each<[string, Partial<Project>]>([
    ['the last day is moved', { end_date: '2026-01-31' }],
    ['the first day is moved', { start_date: '2026-07-01' }],
  ])('nor when %s', (_, sent) => {
    const project = create({ start_date: '2026-02-01', end_date: '2026-06-30' });
    expect(errorOf(() => projectRecord.change(project, sent, at)).details).toEqual([fault]);
    expect(projectRecord.change(project, { ...sent, start_date: null }, at)?.after.start_date).toBeNull();
  });
});

it('a deactivated user stays responsible, but does not become so', () => {
  const found: FoundReferences = { find: () => ({ title: 'Grace', closed_at: at }) };
  expect(projectRecord.invalidReferences({ assigned_to: 'grace' }, found)).toMatchObject([
    {
      definition: { code: 'projects.invalid_assigned_to' },
      message: 'assigned_to is the id of a user who is deactivated, or has not accepted the invitation',
    },
  ]);
  expect(projectRecord.invalidReferences({ name: 'Gemini' }, found)).toEqual([]);
});
