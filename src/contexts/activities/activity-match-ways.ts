import { byExternalId, type MatchWays } from '../../platform/records/match-ways';

/** How upserts find an activity. */
export const activityMatchWays: MatchWays = byExternalId;
