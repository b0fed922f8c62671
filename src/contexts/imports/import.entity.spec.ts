import type { AccountId } from '../../kernel/account-id';
import {
  assertMayBe,
  assertTakesFile,
  type Confirmed,
  hasFailedTooOften,
  type Import,
  importStatuses,
  importSteps,
  type InspectedShape,
} from './import.entity';
import { defaultOptions } from './rows/import-options';

const now = new Date('2026-01-31T09:30:00Z');
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000);
const shape = { headers: ['A'] } as unknown as InspectedShape;

/** One that has been through everything that its changes do not say. */
function job(changes: Partial<Import>): Import {
  return {
    ...importSteps.begin(hours(-2)),
    id: 'job',
    account_id: 'account' as AccountId,
    created_by: 'user',
    app_id: null,
    model_type: 'contacts',
    file_name: 'people.csv',
    content_type: '',
    upload_id: 'upload',
    ...changes,
  };
}

const steps = ['previewed', 'confirmed', 'cancelled', 'undone'] as const;

function allowedSteps(changes: Partial<Import>): string[] {
  return steps.filter((step) => {
    try {
      assertMayBe(step, job({ undo_until: hours(1), ...changes }), now);
      return true;
    } catch {
      return false;
    }
  });
}

const refusalOf = (step: (typeof steps)[number], changes: Partial<Import>) => () =>
  assertMayBe(step, job(changes), now);

describe('the steps of an import', () => {
  it.each<[Import['status'], string[]]>([
    ['pending_upload', ['previewed', 'cancelled']],
    ['uploaded', ['previewed', 'confirmed', 'cancelled']],
    ['queued', ['cancelled']],
    ['processing', ['cancelled']],
    ['completed', ['undone']],
    ['failed', ['undone']],
    ['cancelled', ['undone']],
    ['undone', []],
  ])('%s: %j', (status, allowed) => {
    expect(allowedSteps({ status })).toEqual(allowed);
  });

  it('are told for every state', () => {
    expect(importStatuses).toHaveLength(8);
  });

  it('a dry run is confirmed again, and leaves nothing to undo', () => {
    const tried = job({ status: 'processing', dry_run: true });
    const ended = { ...tried, ...importSteps.complete(tried, now) };
    expect(ended).toMatchObject({ status: 'completed', expires_at: hours(24), undo_until: null });
    expect(allowedSteps(ended)).toEqual(['confirmed']);
  });

  it('an undoing is not cancelled; one that failed is begun again', () => {
    expect(allowedSteps({ status: 'processing', task: 'undo' })).toEqual([]);
    expect(allowedSteps({ status: 'failed', task: 'undo' })).toEqual(['undone']);
  });

  it('what did nothing is not undone', () => {
    expect(allowedSteps({ status: 'cancelled', undo_until: null })).toEqual([]);
  });

  it('say why not', () => {
    expect(refusalOf('confirmed', { status: 'queued' })).toThrow('An import that is queued cannot be confirmed.');
    expect(refusalOf('undone', { status: 'completed', dry_run: true })).toThrow(
      'An import that is completed (a dry run) cannot be undone.',
    );
    expect(refusalOf('cancelled', { status: 'queued', task: 'undo' })).toThrow(
      'An import that is being undone cannot be cancelled.',
    );
    expect(refusalOf('undone', { status: 'undone', task: 'undo', undo_until: now })).toThrow(
      'An import that is undone cannot be undone.',
    );
  });

  it('end with their time', () => {
    for (const step of ['previewed', 'confirmed'] as const) {
      expect(refusalOf(step, { status: 'uploaded', expires_at: new Date(now.getTime() + 1) })).not.toThrow();
      expect(refusalOf(step, { status: 'uploaded', expires_at: now })).toThrow('24 hours to be confirmed');
    }
    expect(refusalOf('undone', { status: 'completed', undo_until: new Date(now.getTime() + 1) })).not.toThrow();
    expect(refusalOf('undone', { status: 'completed', undo_until: now })).toThrow('within 7 days');
  });

  it('a preview wants a file, which only a new import takes', () => {
    expect(refusalOf('previewed', { upload_id: null })).toThrow('No file was uploaded yet');
    for (const status of importStatuses) {
      const take = () => assertTakesFile(job({ status }));
      if (status === 'pending_upload') expect(take).not.toThrow();
      else expect(take).toThrow(`The import is ${status}: it takes no file any more.`);
    }
  });
});

describe('what a step makes of an import', () => {
  it('a new one waits 24 hours, and so does one that was previewed', () => {
    expect(importSteps.begin(now)).toMatchObject({ status: 'pending_upload', task: 'import', expires_at: hours(24) });
    const found = { upload_id: 'table', original_id: 'upload', shape, total_rows: 3 };
    expect(importSteps.preview(job({}), found, now)).toEqual({
      ...found,
      status: 'uploaded',
      expires_at: hours(24),
    });
  });

  it('confirming keeps the file, forgets what was counted, and makes older attempts void', () => {
    const tried = job({
      ...{
        status: 'completed',
        dry_run: true,
        shape,
        total_rows: 3,
        processed_rows: 3,
        created_count: 2,
        warning_count: 1,
      },
      ...{ failed_count: 1, attempt: 4, failures: 2, started_at: hours(-1), finished_at: hours(-1) },
    });
    const choice: Confirmed = {
      column_mapping: [['A', 'email']],
      on_duplicate: 'update',
      match_by: 'phone',
      options: { ...defaultOptions, tags_mode: 'replace' },
      dry_run: false,
    };
    expect({ ...tried, ...importSteps.confirm(tried, choice, now) }).toEqual({
      ...job({ ...choice, shape, total_rows: 3 }),
      status: 'queued',
      attempt: 5,
      queued_at: now,
      expires_at: null,
    });
    expect(() => importSteps.confirm(job({ status: 'queued' }), choice, now)).toThrow('cannot be confirmed');
  });

  it('cancelling lets go of the file; what was begun can be undone for 7 days', () => {
    const freed = {
      status: 'cancelled',
      finished_at: now,
      expires_at: null,
      lease_until: null,
      upload_id: null,
      original_id: null,
    };
    expect(importSteps.cancel(job({}), now)).toEqual({ ...freed, undo_until: null });
    const begun = { status: 'processing', started_at: hours(-1) } as const;
    expect(importSteps.cancel(job(begun), now)).toEqual({ ...freed, undo_until: hours(7 * 24) });
    expect(importSteps.cancel(job({ ...begun, dry_run: true }), now)).toEqual({ ...freed, undo_until: null });
    expect(() => importSteps.cancel(job({ status: 'completed' }), now)).toThrow('cannot be cancelled');
  });

  it('undoing counts its batches once, however often it is begun', () => {
    const done = job({ status: 'completed', undo_until: hours(1), failures: 3, finished_at: hours(-1) });
    const first = { ...done, ...importSteps.undo(done, 5, now) };
    expect(first).toMatchObject({ task: 'undo', status: 'queued', failures: 0, undo_total: 5, undo_left: 5 });
    expect(first).toMatchObject({ queued_at: now, finished_at: null });
    const failed = { ...first, ...importSteps.giveUp(first, now) };
    expect(failed).toMatchObject({ status: 'failed', undo_until: hours(1) });
    expect(importSteps.undo(failed, 2, now)).toMatchObject({ undo_total: 5, undo_left: 2, error: null });
    expect(() => importSteps.undo(job({ status: 'queued' }), 1, now)).toThrow('cannot be undone');
  });

  it('ends', () => {
    const end = { error: null, finished_at: now, expires_at: null };
    expect(importSteps.complete(job({}), now)).toEqual({ ...end, status: 'completed', undo_until: hours(7 * 24) });
    expect(importSteps.completeUndo(now)).toEqual({ ...end, status: 'undone', undo_until: now });
    expect(importSteps.giveUp(job({ dry_run: true }), now)).toMatchObject({ status: 'failed', undo_until: null });
    const given = importSteps.giveUp(job({}), now);
    expect(given).toMatchObject({ status: 'failed', undo_until: hours(7 * 24) });
    expect(given.error).toContain('15 times');
    expect([15, 16].map((failures) => hasFailedTooOften(job({ failures })))).toEqual([false, true]);
  });

  it('expiring cancels what nobody confirmed, and leaves a dry run its result', () => {
    expect(importSteps.expire({ status: 'completed' }, now)).toEqual({
      expires_at: null,
      upload_id: null,
      original_id: null,
    });
    const expired = importSteps.expire({ status: 'uploaded' }, now);
    expect(expired).toMatchObject({
      status: 'cancelled',
      finished_at: now,
      expires_at: null,
      upload_id: null,
      original_id: null,
    });
    expect(expired.error).toContain('within 24 hours');
  });
});
