import { commonErrors, declareErrors } from '../../kernel/domain-error';
import { assertNoConflict, assertVersion, changedFieldsOf, fieldVersionsAfter } from './record-versions';

const { edit_conflict } = declareErrors('record_versions_spec', {
  edit_conflict: { ...commonErrors.invalid_request, description: 'Somebody else was faster.' },
});

const fields = (...paths: string[]) => paths.map((path) => ({ path, before: 'there' }));
/** @returns the fields in conflict, with their present values. */
function conflictsOf(check: () => void): (readonly [string, unknown])[] {
  try {
    check();
    return [];
  } catch (error) {
    expect(error).toMatchObject({ definition: edit_conflict });
    return (error as { details: { field: string; current: unknown }[] }).details.map(
      ({ field, current }) => [field, current] as const,
    );
  }
}

describe('the changed fields', () => {
  it('are those of the difference; each value of a custom field is one of its own', () => {
    const before = { name: 'Acme', tags: ['a'], custom_fields: { kept: 1, other: 'x', gone: true } };
    const difference = { name: 'Globex', custom_fields: { kept: 1, other: 'y', made: 2 } };
    expect(changedFieldsOf(before, difference)).toEqual([
      { path: 'name', before: 'Acme' },
      { path: 'custom_fields.other', before: 'x' },
      { path: 'custom_fields.gone', before: true },
      { path: 'custom_fields.made', before: null },
    ]);
  });
});

describe('a change that is based on an earlier version', () => {
  const record = { version: 5, field_versions: { name: 4, phone: 3, 'custom_fields.a': 5 } };
  const conflicts = (version: number | undefined, ...paths: string[]) =>
    conflictsOf(() => assertNoConflict(record, fields(...paths), version, edit_conflict));

  it('conflicts in the fields that were changed after that version', () => {
    expect(conflicts(3, 'name', 'phone', 'custom_fields.a', 'city')).toEqual([
      ['name', 'there'],
      ['custom_fields.a', 'there'],
    ]);
    expect(conflicts(4, 'name', 'phone')).toEqual([]);
  });

  it('of the present version, or without one, conflicts with nothing', () => {
    expect([conflicts(5, 'name'), conflicts(undefined, 'name')]).toEqual([[], []]);
  });

  it('of a version that is yet to come conflicts, whatever it changes', () => {
    expect([conflicts(6, 'city'), conflicts(6)]).toEqual([[['version', 5]], [['version', 5]]]);
  });

  it('shows times in the form of answers', () => {
    const before = new Date('2026-01-31T09:30:00Z');
    const changed = [{ path: 'name', before }];
    expect(conflictsOf(() => assertNoConflict(record, changed, 1, edit_conflict))).toEqual([
      ['name', '2026-01-31T09:30:00.000Z'],
    ]);
  });

  it('conflicts in any field that changed before its own version was kept', () => {
    const forgotten = { version: 9, field_versions: { '*': 7, name: 9 } };
    const found = (version: number) =>
      conflictsOf(() => assertNoConflict(forgotten, fields('name', 'city'), version, edit_conflict)).map(
        ([field]) => field,
      );
    expect([found(6), found(7), found(9)]).toEqual([['name', 'city'], ['name'], []]);
  });
});

it('a deletion wants the very version', () => {
  const found = (version?: number) =>
    conflictsOf(() => assertVersion({ version: 3, field_versions: {} }, version, edit_conflict));
  expect([found(), found(3), found(2), found(4)]).toEqual([[], [], [['version', 3]], [['version', 3]]]);
});

describe('the versions of fields', () => {
  it('are kept of each field that was ever changed', () => {
    const first = fieldVersionsAfter({}, fields('name', 'city'), 2);
    expect(fieldVersionsAfter(first, fields('city', 'tags'), 3)).toEqual({ name: 2, city: 3, tags: 3 });
  });

  it('are bounded: the oldest share a version, and it is that of the latest among them', () => {
    let versions = {};
    for (let version = 2; version <= 402; version++) {
      versions = fieldVersionsAfter(versions, fields(`custom_fields.${version}`), version);
    }
    const kept = Array.from({ length: 200 }, (_, index) => [`custom_fields.${index + 203}`, index + 203] as const);
    expect(versions).toEqual({ '*': 202, ...Object.fromEntries(kept) });
    for (let version = 403; version <= 5_000; version++) {
      versions = fieldVersionsAfter(versions, fields(`custom_fields.${version}`), version);
      expect(Object.keys(versions).length).toBeLessThanOrEqual(400);
    }
  });
});
