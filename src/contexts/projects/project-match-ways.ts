import { byExternalId, type MatchWays } from '../../platform/records/match-ways';

/** How upserts find a project. */
export const projectMatchWays: MatchWays = byExternalId;
