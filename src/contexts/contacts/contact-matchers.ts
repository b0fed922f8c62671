import { type KeyText, type MatchedRow, type Matcher, textsOfKey } from '../../platform/records/matcher';
import type { UpdateContactInput } from './contacts.dto';
import type { ContactsRepository } from './contacts.repository';
import { isSharedMailbox } from './shared-mailboxes';

type Row = MatchedRow<UpdateContactInput>;

const fullName = ({ input: { first_name = '', last_name = '' } }: Row): string => `${first_name} ${last_name}`.trim();
const title = ({ input: { first_name = '', last_name = '' } }: Row): string => `${first_name}\n${last_name}`;

/** @returns the ways in which rows of files are matched to contacts. */
export function contactMatchers(repository: ContactsRepository): readonly [Matcher, ...Matcher[]] {
  return [
    {
      name: 'email',
      fields: ['email'],
      keysOf: (row: Row) => {
        const { email = '' } = row.input;
        const address: KeyText = { form: 'address', text: email };
        // In a shared mailbox the name tells people apart. A row without a name means the oldest of them.
        const isPerson = isSharedMailbox(email) && !isNameless(fullName(row), email);
        const primary: KeyText[] = isPerson ? [address, { form: 'name', text: fullName(row) }] : [];
        return { primary, secondary: [address], title: title(row) };
      },
      find: async (accountId, { primary, secondary }) => {
        const found = await repository.findByAddresses(accountId, secondary, primary.map(textsOfKey));
        return found.map(({ id, form, name_form, title: other }) => {
          const key = isSharedMailbox(form) && !isNameless(other, form) ? `${form}\n${name_form}` : '';
          return { id, primary: key, secondary: form, title: other };
        });
      },
      metMessage: (own, other) =>
        areDifferentPeople(own, other) ? `is that of “${other}”, so the row was taken for the same contact` : null,
      besideMessage: (other) => `is a mailbox that “${other}” uses too, so this is another contact`,
    },
    {
      name: 'phone',
      fields: ['phone'],
      keysOf: (row: Row) => ({ secondary: [{ form: 'phone', text: row.input.phone ?? '' }], title: title(row) }),
      find: async (accountId, { secondary }) => {
        const found = await repository.findByPhones(accountId, secondary);
        return found.map(({ id, form, title: other }) => ({ id, primary: '', secondary: form, title: other }));
      },
      metMessage: (own, other) =>
        areDifferentPeople(own, other) ? `is that of “${other}”, so the row was taken for the same contact` : null,
    },
    {
      name: 'name_and_company',
      fields: ['first_name', 'last_name', 'full_name'],
      alsoCompared: ['company_name', 'company_id', 'company_external_id'],
      keysOf: (row: Row) => {
        const company = row.referred('company_id');
        const isKnown = company !== '' || (!!row.input.first_name && !!row.input.last_name);
        const name: KeyText = { form: 'name', text: fullName(row) };
        const secondary: KeyText[] = [name, { form: 'name', text: company, isOptional: true }];
        return { title: title(row), ...(isKnown ? { secondary } : {}) };
      },
      find: async (accountId, { secondary }) => {
        const found = await repository.findByNamesAndCompanies(accountId, secondary.map(textsOfKey));
        return found.map(({ id, form, name_form, title: other }) => ({
          ...{ id, primary: '', secondary: `${name_form}\n${form}`, title: other },
        }));
      },
    },
  ];
}

/** Whether the name is none, or was taken from the address. */
function isNameless(name: string, address: string): boolean {
  const own = name.replaceAll('\n', ' ').trim().toLowerCase();
  return own === '' || own === address.slice(0, Math.max(0, address.lastIndexOf('@'))).toLowerCase();
}

/** Whether neither name has all words of the other one. `Grace` may be `Grace Hopper`. */
function areDifferentPeople(own: string, other: string): boolean {
  const [one, two] = [wordsOf(own), wordsOf(other)];
  return one.size > 0 && two.size > 0 && !isWithin(one, two) && !isWithin(two, one);
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((word) => all.has(word));
}

function wordsOf(name: string): Set<string> {
  return new Set(
    name
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu),
  );
}
