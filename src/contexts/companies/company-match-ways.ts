import { byExternalId, type MatchWays } from '../../platform/records/match-ways';

/** How upserts find a company. */
export const companyMatchWays: MatchWays = {
  ...byExternalId,
  domain: { form: 'host', condition: "domain <> '' and match_host(domain) = wanted.spelled" },
  name: { form: 'name', condition: 'match_name(name) = wanted.spelled' },
};
