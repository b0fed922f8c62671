import { type ActivityType, activityTypes, metadataExamples, metadataFaults, readMetadata } from './activity-metadata';

const fields = (type: ActivityType, metadata: object) =>
  [...metadataFaults(type, { ...metadata })].map(({ path }) => `metadata${path}`);

describe.each(activityTypes)('metadata of a %s', (type) => {
  it('may be empty, or as in the example', () => {
    expect(fields(type, {})).toEqual([]);
    expect(fields(type, metadataExamples[type])).toEqual([]);
  });

  it('have no other keys, not even those that every object has', () => {
    expect(fields(type, { colour: 'red', toString: 'x', hasOwnProperty: 1 })).toEqual([
      'metadata.colour',
      'metadata.toString',
      'metadata.hasOwnProperty',
    ]);
  });
});

it.each<[ActivityType, object]>([
  ['call', { direction: 'sent' }],
  ['call', { direction: null }],
  ['call', { outcome: ['busy'] }],
  ['call', { duration_seconds: -1 }],
  ['call', { duration_seconds: 1.5 }],
  ['call', { duration_seconds: 2 ** 53 }],
  ['call', { duration_seconds: '5' }],
  ['call', { notes: 'x'.repeat(20_001) }],
  ['email', { subject: 'x'.repeat(501) }],
  ['email', { body: 'a\0' }],
  ['email', { source: 'BCC' }],
  ['meeting', { location: '\ud800' }],
  ['meeting', { outcome: 'busy' }],
  ['meeting', { duration_seconds: 5 }],
])('%s refuses %j', (type, metadata) => {
  expect(fields(type, metadata)).toEqual([`metadata.${Object.keys(metadata)[0]}`]);
});

it('are read trimmed, without -0, and empty for null', () => {
  expect(readMetadata({ notes: ' a ', duration_seconds: -0 })).toEqual({ notes: 'a', duration_seconds: 0 });
  expect(readMetadata(null)).toEqual({});
  expect(readMetadata([' a '])).toEqual([' a ']);
});
