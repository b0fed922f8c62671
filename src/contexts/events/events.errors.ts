import { commonErrors, declareErrors } from '../../kernel/domain-error';

export const eventsErrors = declareErrors('events', {
  ...commonErrors,
  cursor_expired: {
    kind: 'invalid',
    description: 'The cursor is older than the events that are kept.',
    action: 'Read the records anew with their lists, then read the feed without `after`.',
    retryable: false,
  },
});
