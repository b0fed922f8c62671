import type { MatchWays } from '../../platform/records/match-ways';

/** How upserts find a source. */
export const sourceMatchWays: MatchWays = {
  name: { form: 'name', condition: 'match_name(name) = wanted.spelled' },
};
