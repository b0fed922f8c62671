import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { CompanyView } from '../../src/contexts/companies/company.view';
import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';

interface Organization {
  readonly Name: string;
  readonly Website: string;
  readonly Country: string;
  readonly Description: string;
  readonly Industry: string;
  readonly Employees: string;
}

/** A public example file, when it lies beside the repository; else a thousand of our own making. */
const file = join(__dirname, '../../../shared/data/organizations-1000.csv');
const organizations: readonly Organization[] = existsSync(file)
  ? parse<Organization>(readFileSync(file), { columns: true })
  : Array.from({ length: 1_000 }, (_, index) => ({
      Name: `${['Liu', 'Orr', 'Gill', 'Peña'][index % 4]}-${['Hoover', 'Armstrong', 'Lamb'][index % 3]} ${index}, Inc`,
      Website: `https://www.example-${index}.com/`,
      Country: ['Western Sahara', 'Algeria', "Cote d'Ivoire"][index % 3]!,
      Description: `Ergonomic "zero" administration ${index}`,
      Industry: ['Online Publishing', 'Import / Export', 'Apparel / Fashion', 'Wine / Spirits'][index % 4]!,
      Employees: String(index * 7),
    }));

const { client } = useApi({ accountFor: 'all tests' });
let created: CompanyView[];

beforeAll(async () => {
  created = [];
  for (let index = 0; index < organizations.length; index += 10) {
    const some = organizations.slice(index, index + 10).map(bodyOf);
    created.push(
      ...(await Promise.all(some.map(async (body) => (await client.post<CompanyView>('/companies', body)).result))),
    );
  }
});

function bodyOf(organization: Organization) {
  return {
    name: organization.Name,
    website: organization.Website,
    domain: new URL(organization.Website).hostname,
    country: organization.Country,
    notes: organization.Description,
    industry: organization.Industry,
    employee_count: Number(organization.Employees),
    tags: [organization.Country, ...organization.Industry.split('/').map((part) => part.trim())],
  };
}

async function walk(query: string): Promise<CompanyView[]> {
  const items: CompanyView[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<CompanyView> = (
      await client.get<Page<CompanyView>>(`/companies?limit=100${query}${cursor ? `&cursor=${cursor}` : ''}`)
    ).result;
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return items;
}

const idsOf = (companies: readonly CompanyView[]) => companies.map(({ id }) => id).sort();

it('a thousand companies are all there, as they were sent', async () => {
  expect(organizations).toHaveLength(1_000);
  const all = await walk('');
  expect(idsOf(all)).toEqual(idsOf(created));
  for (const [index, company] of created.entries()) {
    const { tags, ...fields } = bodyOf(organizations[index]!);
    expect(company).toMatchObject({ ...fields, tags: [...new Set(tags)] });
  }
});

it('each is found by its whole name in capitals', async () => {
  for (const company of created.filter((_, index) => index % 10 === 0)) {
    const found = await walk(`&search=${encodeURIComponent(company.name.toUpperCase())}`);
    expect(idsOf(found)).toContain(company.id);
  }
});

it('a part of a name or a domain finds exactly those that have it', async () => {
  const plain = (text: string) =>
    text
      .normalize('NFKD')
      .replaceAll(/\p{Mn}/gu, '')
      .toLowerCase();
  for (const term of ['liu', 'HOOVER', '-', ', ', 'and s', 'www.', '.com', 'pe', 'inc']) {
    const wanted = created.filter(({ name, domain }) =>
      [name, domain].some((text) =>
        term.length > 2
          ? plain(text).includes(plain(term))
          : ` ${plain(text)} ${plain(text).replaceAll(/[^\p{L}\p{N}]+/gu, ' ')}`.includes(` ${plain(term.trim())}`),
      ),
    );
    expect([term, idsOf(await walk(`&search=${encodeURIComponent(term)}`))]).toEqual([term, idsOf(wanted)]);
  }
});

it('tags find exactly those that have all of them', async () => {
  const tags = [...new Set(created.flatMap((company) => company.tags))].slice(0, 40);
  for (const tag of tags) {
    const wanted = created.filter((company) => company.tags.includes(tag));
    expect(idsOf(await walk(`&tags=${encodeURIComponent(tag)}`))).toEqual(idsOf(wanted));
  }
  const [first, second] = created.find((company) => company.tags.length > 1)!.tags as [string, string];
  const both = created.filter((company) => company.tags.includes(first) && company.tags.includes(second));
  expect(idsOf(await walk(`&tags=${encodeURIComponent(first)}&tags=${encodeURIComponent(second)}`))).toEqual(
    idsOf(both),
  );
});
