import { byExternalId, type MatchWays } from '../../platform/records/match-ways';

/** How upserts find a contact. */
export const contactMatchWays: MatchWays = {
  ...byExternalId,
  email: {
    form: 'address',
    condition: 'email_form(email) = wanted.spelled',
    spellings: 'array[form, email_form(normalize(form, nfd))]',
  },
};
