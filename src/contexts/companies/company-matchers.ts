import type { KeyText, MatchedRow, Matcher } from '../../platform/records/matcher';
import type { CompaniesRepository } from './companies.repository';
import type { UpdateCompanyInput } from './companies.dto';

type Row = MatchedRow<UpdateCompanyInput>;

const host = ({ input: { domain = '' } }: Row): readonly KeyText[] => [{ form: 'host', text: domain }];
const name = ({ input: { name: text = '' } }: Row): readonly KeyText[] => [{ form: 'name', text }];
const title = ({ input }: Row): string => input.name ?? '';

/** @returns the ways in which rows of files are matched to companies. */
export function companyMatchers(repository: CompaniesRepository): readonly [Matcher, ...Matcher[]] {
  return [
    {
      name: null,
      fields: ['domain', 'name'],
      completesRecords: true,
      keysOf: (row: Row) => ({ primary: host(row), secondary: name(row), title: title(row) }),
      find: async (accountId, { primary, secondary }) => {
        const found = await repository.findByForms(accountId, secondary, primary);
        return found.map(({ id, host_form, name_form, name: title }) => {
          return { id, primary: host_form, secondary: name_form, title };
        });
      },
      besideMessage: () => 'is another one than that of a company with the same name, so this is another company',
    },
    {
      name: 'domain',
      fields: ['domain'],
      keysOf: (row: Row) => ({ secondary: host(row), title: title(row) }),
      find: async (accountId, { secondary }) => {
        const found = await repository.findByForms(accountId, [], secondary);
        return found.map((each) => ({ id: each.id, primary: '', secondary: each.host_form, title: each.name }));
      },
    },
    {
      name: 'name',
      fields: ['name'],
      keysOf: (row: Row) => ({ secondary: name(row), title: title(row) }),
      find: async (accountId, { secondary }) => {
        const found = await repository.findByForms(accountId, secondary, []);
        return found.map((each) => ({ id: each.id, primary: '', secondary: each.name_form, title: each.name }));
      },
    },
  ];
}
