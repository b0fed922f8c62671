import { findingsOf } from '../../src/contexts/imports/rows/column-findings';
import { knownColumnsOf } from '../../src/contexts/imports/rows/column-names';
import { mappingOf, suggestMapping } from '../../src/contexts/imports/rows/suggest-mapping';
import type { ModelType } from '../../src/kernel/record-kinds';
import { columnLanguages } from '../../src/platform/records/column-names';
import { csv } from '../support/imports';
import { importedTable, isKnownHeader, offered } from '../support/imported-table';

/** What the contexts say of their columns and what imports make of it, together: neither may import the other. */
async function suggested(
  modelType: ModelType,
  line: string,
  customFields: { value: string; label: string }[] = [],
): Promise<object> {
  const kind = offered[modelType];
  const findings = await findingsOf(line.split(','), [], knownColumnsOf(kind), false);
  return Object.fromEntries(mappingOf(suggestMapping(kind, findings, customFields, true)));
}

/** The suggestion for a file: its first line has the headers, cells are divided by bars. */
async function suggestedFor(kind: ModelType, ...lines: readonly string[]): Promise<object> {
  const rows = lines.map((line) => line.split('|'));
  return (await importedTable(Buffer.from(csv(rows)), { kind, table: { header_row: 1 } })).preview.suggested_mapping;
}

it.each<[string, ModelType, string, object]>([
  [
    'Google Contacts',
    'contacts',
    'First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,File As,Organization Name,Organization Title,' +
      'Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,' +
      'Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,' +
      'Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country',
    {
      'First Name': 'first_name',
      'Last Name': 'last_name',
      'File As': 'full_name',
      'Organization Name': 'company_name',
      'Organization Title': 'job_title',
      Notes: 'notes',
      Labels: 'tags',
      'E-mail 1 - Value': 'email',
      'Phone 1 - Value': 'phone',
      'Address 1 - Street': 'address',
      'Address 1 - City': 'city',
      'Address 1 - Region': 'state',
      'Address 1 - Postal Code': 'zip_code',
      'Address 1 - Country': 'country',
    },
  ],
  [
    'Google Contacts, the old way',
    'contacts',
    'Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Organization 1 - Name,Organization 1 - Title',
    {
      'Given Name': 'first_name',
      'Family Name': 'last_name',
      'Group Membership': 'tags',
      Name: 'full_name',
      'E-mail 1 - Value': 'email',
      'Organization 1 - Name': 'company_name',
      'Organization 1 - Title': 'job_title',
    },
  ],
  [
    'Outlook',
    'contacts',
    'Title,First Name,Last Name,Company,Job Title,Business Street,Business Street 2,Business City,Business State,' +
      'Business Postal Code,Business Country/Region,Home Street,Home City,Mobile Phone,Business Phone,Categories,E-mail Address,Notes',
    {
      'First Name': 'first_name',
      'Last Name': 'last_name',
      Company: 'company_name',
      'Job Title': 'job_title',
      'Business Street': 'address',
      'Business Street 2': 'address',
      'Business City': 'city',
      'Business State': 'state',
      'Business Postal Code': 'zip_code',
      'Business Country/Region': 'country',
      'Business Phone': 'phone',
      Categories: 'tags',
      'E-mail Address': 'email',
      Notes: 'notes',
    },
  ],
  [
    'Thunderbird',
    'contacts',
    'First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Work Phone,Home Phone,Home ZipCode,Work Address,' +
      'Work City,Work State,Work ZipCode,Work Country,Job Title,Organization,Notes',
    {
      'First Name': 'first_name',
      'Last Name': 'last_name',
      'Display Name': 'full_name',
      'Primary Email': 'email',
      'Work Phone': 'phone',
      'Work Address': 'address',
      'Work City': 'city',
      'Work State': 'state',
      'Work ZipCode': 'zip_code',
      'Work Country': 'country',
      'Job Title': 'job_title',
      Organization: 'company_name',
      Notes: 'notes',
    },
  ],
  [
    'LinkedIn',
    'contacts',
    'First Name,Last Name,URL,Email Address,Company,Position,Connected On',
    {
      'First Name': 'first_name',
      'Last Name': 'last_name',
      'Email Address': 'email',
      Company: 'company_name',
      Position: 'job_title',
    },
  ],
  [
    'HubSpot',
    'companies',
    'Record ID,Company name,Company owner,Phone Number,City,State/Region,Postal Code,Country/Region,Industry,Website URL,' +
      'Company Domain Name,Number of Employees,Annual Revenue,LinkedIn Company Page,Description',
    {
      'Company name': 'name',
      'Phone Number': 'phone',
      City: 'city',
      'State/Region': 'state',
      'Postal Code': 'zip_code',
      'Country/Region': 'country',
      Industry: 'industry',
      'Website URL': 'website',
      'Company Domain Name': 'domain',
      'Number of Employees': 'employee_count',
      'Annual Revenue': 'annual_revenue_amount',
      'LinkedIn Company Page': 'linkedin_url',
      Description: 'notes',
    },
  ],
  [
    'Salesforce',
    'contacts',
    'FirstName,LastName,Title,Account Name,Mailing Street,Mailing City,Mailing State/Province,Mailing Zip/Postal Code,Lead Source,Email',
    {
      FirstName: 'first_name',
      LastName: 'last_name',
      Title: 'job_title',
      'Account Name': 'company_name',
      'Mailing Street': 'address',
      'Mailing City': 'city',
      'Mailing State/Province': 'state',
      'Mailing Zip/Postal Code': 'zip_code',
      'Lead Source': 'source_name',
      Email: 'email',
    },
  ],
  [
    'Salesforce accounts',
    'companies',
    'AccountName,BillingStreet,BillingCity,BillingPostalCode,# Employees,AnnualRevenue',
    {
      AccountName: 'name',
      BillingStreet: 'address',
      BillingCity: 'city',
      BillingPostalCode: 'zip_code',
      '# Employees': 'employee_count',
      AnnualRevenue: 'annual_revenue_amount',
    },
  ],
  [
    'Pipedrive',
    'contacts',
    'Person - Name,Person - Organization,Person - Email - Work,Person - Email - Home,Person - Phone - Work',
    {
      'Person - Name': 'full_name',
      'Person - Organization': 'company_name',
      'Person - Email - Work': 'email',
      'Person - Phone - Work': 'phone',
    },
  ],
  [
    'a German table',
    'contacts',
    'Name,Vorname,Firma,Straße,PLZ,Ort,Land,Telefon,E-Mail',
    {
      Name: 'last_name',
      Vorname: 'first_name',
      Firma: 'company_name',
      Straße: 'address',
      PLZ: 'zip_code',
      Ort: 'city',
      Land: 'country',
      Telefon: 'phone',
      'E-Mail': 'email',
    },
  ],
  [
    'a table of companies',
    'companies',
    'Index,Organization,Name,Website,Country,Description,Founded,Industry,Employees',
    {
      Name: 'name',
      Website: 'website',
      Country: 'country',
      Description: 'notes',
      Industry: 'industry',
      Employees: 'employee_count',
    },
  ],
  ['sources', 'sources', 'Id,Lead Source', { 'Lead Source': 'name' }],
])('knows the columns of %s', async (_, modelType, line, mapping) => {
  expect(await suggested(modelType, line)).toEqual(mapping);
});

it('takes a full name beside its parts, because rows may have nothing else', async () => {
  expect(await suggested('contacts', 'Name,Email')).toEqual({ Name: 'full_name', Email: 'email' });
  expect(await suggested('contacts', 'full_name,First Name,Last Name')).toEqual({
    full_name: 'full_name',
    'First Name': 'first_name',
    'Last Name': 'last_name',
  });
});

it.each([
  ['Name,Vorname', { Name: 'last_name', Vorname: 'first_name' }],
  ['Name,Surname', { Name: 'first_name', Surname: 'last_name' }],
  ['Nom,Prénom', { Nom: 'last_name', Prénom: 'first_name' }],
  ['Nombre,Apellidos', { Nombre: 'first_name', Apellidos: 'last_name' }],
  ['Nome,Cognome', { Nome: 'first_name', Cognome: 'last_name' }],
  ['Naam,Voornaam', { Naam: 'last_name', Voornaam: 'first_name' }],
  ['Prénom,Nom,Nom complet', { Prénom: 'first_name', Nom: 'last_name', 'Nom complet': 'full_name' }],
  ['Vorname,Kontakt', { Vorname: 'first_name', Kontakt: 'full_name' }],
])('of %s the parts are found', async (line, mapping) => {
  expect(await suggested('contacts', line)).toEqual(mapping);
});

it('takes ids and cents for that only by their exact names', async () => {
  expect(await suggested('contacts', 'Company ID,Source Id')).toEqual({});
  expect(await suggested('contacts', 'company_id,source_id')).toEqual({
    company_id: 'company_id',
    source_id: 'source_id',
  });
  expect(await suggested('contacts', 'company_id,Company')).toEqual({ Company: 'company_name' });
  expect(await suggested('companies', 'annual_revenue,Revenue')).toEqual({ annual_revenue: 'annual_revenue' });
  expect(await suggested('companies', 'Annual revenue (cents)')).toEqual({
    'Annual revenue (cents)': 'annual_revenue',
  });
  expect(await suggested('companies', 'Umsatz')).toEqual({ Umsatz: 'annual_revenue_amount' });
});

it('a custom field comes before another word for a built-in one, not before its name', async () => {
  const fields = [
    { value: 'custom_fields.1', label: 'Position' },
    { value: 'custom_fields.2', label: 'E-Mail' },
    { value: 'custom_fields.3', label: '' },
  ];
  expect(await suggested('contacts', 'position,email,custom_fields.3,__proto__', fields)).toEqual({
    position: 'custom_fields.1',
    email: 'email',
    'custom_fields.3': 'custom_fields.3',
  });
});

it('never takes the column of errors', async () => {
  const fields = [{ value: 'custom_fields.1', label: 'Import error' }];
  expect(await suggested('contacts', 'import_error', fields)).toEqual({});
});

it('knows headers of any records', () => {
  for (const header of ['E-mail 1 - Value', 'BillingCity', 'Nachname', ' website ', 'company_id', 'annual_revenue'])
    expect([header, isKnownHeader(header)]).toEqual([header, true]);
  for (const header of ['', 'Grace', '__proto__', 'constructor', '# ', 'email '.repeat(20), 'mail@acme.example'])
    expect([header, isKnownHeader(header)]).toEqual([header, false]);
});

it.each(Object.entries(offered))('each field of %s has names in each language, which lead to it', (_, kind) => {
  const ids = kind.fields.flatMap(({ name, isByExactName }) => (isByExactName && name.endsWith('_id') ? [name] : []));
  const fields = kind.fields.map(({ name }) => name).filter((name) => !ids.includes(name));
  expect(Object.keys(kind.columnNames).sort()).toEqual(fields.sort());
  const known = knownColumnsOf(kind);
  const lost: string[] = [];
  for (const [field, names] of Object.entries(kind.columnNames)) {
    expect([field, Object.keys(names)]).toEqual([field, columnLanguages]);
    for (const [language, list] of Object.entries(names)) {
      // A name that two fields have in different languages belongs to the earlier field.
      const found = list.split(', ').filter((name) => known.find(name)?.field === field);
      if (found.length === 0) lost.push(`${language} ${field}`);
    }
  }
  expect(lost).toEqual([]);
});

describe('cells decide beside names', () => {
  it.each<[string, ModelType, readonly string[], object]>([
    ['a code is no postal code', 'contacts', ['Email|Code', 'a@x.example|X1', 'b@x.example|77'], { Email: 'email' }],
    [
      'a title is no job title if it is Mr.',
      'contacts',
      ['Title|Email|Position', 'Mr.|a@x.example|CEO', 'Dr|b@x.example|CTO'],
      { Email: 'email', Position: 'job_title' },
    ],
    [
      'a job title stands before a role',
      'contacts',
      ['Role|Title|Email', 'Decision maker|CEO|a@x.example', 'Champion|CTO|b@x.example'],
      { Title: 'job_title', Email: 'email' },
    ],
    [
      'a region with codes of countries is the country',
      'contacts',
      ['Email|REGION', 'a@x.example|NL', 'b@x.example|BE', 'c@x.example|DE'],
      { Email: 'email', REGION: 'country' },
    ],
    [
      'a region with codes of states is the state',
      'contacts',
      ['Email|REGION', 'a@x.example|CA', 'b@x.example|NY', 'c@x.example|DE'],
      { Email: 'email', REGION: 'state' },
    ],
    [
      'the kind of a phone is no phone',
      'contacts',
      ['Name|Phone|Phone 1 - Value', 'Ann Lee|Mobile|555-0100', 'Bo Lee|Work|555-0101', 'Cy Lee|Work|555-0102'],
      { Name: 'full_name', 'Phone 1 - Value': 'phone' },
    ],
    [
      'the fuller column is taken',
      'contacts',
      ['Email|Job title|Position', 'a@x.example||CEO', 'b@x.example||CTO', 'c@x.example|CFO|CFO'],
      { Email: 'email', Position: 'job_title' },
    ],
    [
      'empty phones are passed over, and several filled ones taken',
      'contacts',
      ['Email|Primary Phone|Business Phone|Mobile Phone', 'a@x.example||555-0100|', 'b@x.example|||555-0101'],
      { Email: 'email', 'Business Phone': 'phone', 'Mobile Phone': 'phone' },
    ],
    [
      'addresses are addresses in any language, but not those of others',
      'contacts',
      ['Nimi|Xyzzy|Owner', 'Ann Lee|ann@x.example|o@s.example', 'Bo Ek|bo@x.example|o@s.example'],
      { Nimi: 'full_name', Xyzzy: 'email' },
    ],
    [
      'phones, countries and codes are known by their cells',
      'contacts',
      ['A|B|C|D', 'a@x.example|+49 30 1234567|Germany|1012 AB', 'b@x.example|030 7654321|Österreich|1013 CD'],
      { A: 'email', B: 'phone', C: 'country', D: 'zip_code' },
    ],
    [
      'numbers of faxes, orders and cards are no phones',
      'contacts',
      ['A|Faks|Order no|Fax', 'a@x.example|+49 30 1|100200300|+49 30 1234567', 'b@x.example|x|100200301|+49 30 1'],
      { A: 'email' },
    ],
    [
      'names are known by the addresses beside them',
      'contacts',
      ['A|B|C', 'Berg|Jan|jan.berg@x.example', 'Vos|Ina|ina.vos@x.example'],
      { B: 'first_name', A: 'last_name', C: 'email' },
    ],
    [
      'whole names and companies are known by their form',
      'contacts',
      ['A|B', 'Ann Lee|Lee Ltd', 'Bo van der Berg|Berg GmbH', 'Cy Young|Young Inc.'],
      { A: 'full_name', B: 'company_name' },
    ],
    [
      'pages and hosts are known by their form',
      'companies',
      ['A|B|C|D', 'Acme Ltd|https://a.example|acme.example|https://linkedin.com/company/a'],
      { A: 'name', B: 'website', C: 'domain', D: 'linkedin_url' },
    ],
    [
      'yes and no answer other questions',
      'contacts',
      ['Email|Company|Do you know our company?', 'a@x.example|Acme|Yes', 'b@x.example|Bolt|No', 'c@x.example|Cog|No'],
      { Email: 'email', Company: 'company_name' },
    ],
  ])('%s', async (_, kind, lines, mapping) => {
    expect(await suggestedFor(kind, ...lines)).toEqual(mapping);
  });

  it('and the preview tells why', async () => {
    const file = csv([
      ['Title', 'Mail', 'Birthday', 'Xyzzy', 'Size'],
      ['Mr.', 'a@x.example', '3/15/2024', '', '1,5'],
      ['Ms.', 'N/A', '0/0/00', '', 'none'],
    ]);
    const { preview } = await importedTable(Buffer.from(file));
    expect(preview).toEqual({
      columns: [
        {
          header: 'Title',
          filled: 2,
          samples: ['Mr.', 'Ms.'],
          suggestion: null,
          reason: expect.stringContaining('something else') as string,
        },
        { header: 'Mail', filled: 1, samples: ['a@x.example'], suggestion: 'email', reason: 'Its name is known.' },
        {
          header: 'Birthday',
          filled: 1,
          samples: ['3/15/2024'],
          suggestion: null,
          reason: expect.stringContaining('Neither') as string,
        },
        { header: 'Xyzzy', filled: 0, samples: [], suggestion: null, reason: 'It is empty.' },
        {
          header: 'Size',
          filled: 1,
          samples: ['1,5'],
          suggestion: null,
          reason: expect.stringContaining('Neither') as string,
        },
      ],
      suggested_mapping: { Mail: 'email' },
      missing_required: [],
      treated_as_empty: ['N/A', '0/0/00', 'none'],
      date_order: 'mdy',
      decimal: 'comma',
    });
    const towns = await importedTable(Buffer.from(csv([['City'], ['Bonn'], ['Ulm']])));
    expect(towns.preview.missing_required).toEqual(['first_name']);
  });
});

describe('a wide file', () => {
  const columns = 500;
  const headers = Array.from({ length: columns }, (_, index) => (index === 7 ? 'Mail' : `Question ${index}`));
  const cells = headers.map((_, index) => (index === 7 ? 'ann.lee@a.example' : 'Ann Lee'));

  it('leaves others their turns while its columns are looked at', async () => {
    let work = 0;
    let longest = 0;
    let total = 0;
    let isOn = true;
    const count = <Value>(value: Value): Value => {
      work++;
      total++;
      return value;
    };
    const counted = new Proxy(cells, {
      get: (array, name) => count(Reflect.get(array, name) as unknown),
    });
    const known = knownColumnsOf(offered.contacts);
    const find = known.find.bind(known);
    const finding = jest.spyOn(known, 'find').mockImplementation((header) => count(find(header)));
    const tick = () => {
      longest = Math.max(longest, work);
      work = 0;
      if (isOn) setImmediate(tick);
    };
    tick();
    const rows = Array.from({ length: 20 }, () => counted);
    const findings = await findingsOf(headers, rows, known, false);
    isOn = false;
    longest = Math.max(longest, work);
    finding.mockRestore();
    expect(findings[0]!.in_address).toBe(20);
    // The names, and each cell twice.
    expect(total).toBeGreaterThan(2 * columns * 20);
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(1_500);
  });

  it('is compared with custom fields by looking at each name a few times, however many fields there are', async () => {
    const findings = await findingsOf(headers, [cells], knownColumnsOf(offered.contacts), false);
    const readsWith = (fields: number) => {
      let reads = 0;
      const counted = findings.map((column) => ({
        ...column,
        get header() {
          reads++;
          return column.header;
        },
      }));
      const own = Array.from({ length: fields }, (_, index) => ({
        value: `custom_fields.${index}`,
        label: `Label ${index}`,
      }));
      suggestMapping(offered.contacts, counted, own, true);
      return reads;
    };
    expect(readsWith(200)).toBeLessThan(readsWith(1) + 2 * columns);
  });

  it('still gives the first free column with the label of a field to it', async () => {
    const fields = ['shoe size', 'Shoe-Size', 'SHOE SIZE'].map((label, index) => ({
      value: `custom_fields.${index}`,
      label,
    }));
    expect(await suggested('contacts', 'Shoe Size,custom_fields.1,Shoe Size (2),ShoeSize', fields)).toEqual({
      'Shoe Size': 'custom_fields.0',
      'custom_fields.1': 'custom_fields.1',
      ShoeSize: 'custom_fields.2',
    });
  });
});
