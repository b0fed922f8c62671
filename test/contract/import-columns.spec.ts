import { companyColumns } from '../../src/contexts/companies/companies.import';
import { contactColumns } from '../../src/contexts/contacts/contacts.import';
import { knownHeaders, suggestMapping } from '../../src/contexts/imports/rows/suggest-mapping';
import { sourceColumns } from '../../src/contexts/sources/sources.import';
import type { ModelType } from '../../src/kernel/record-kinds';

/** What the contexts say of their columns and what imports make of it, together: neither may import the other. */
const offered = { contacts: contactColumns, companies: companyColumns, sources: sourceColumns };

function suggested(modelType: ModelType, line: string, customFields: { value: string; label: string }[] = []): object {
  return Object.fromEntries(suggestMapping(offered[modelType], line.split(','), customFields));
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
])('knows the columns of %s', (_, modelType, line, mapping) => {
  expect(suggested(modelType, line)).toEqual(mapping);
});

it('takes a full name only where there is no other', () => {
  expect(suggested('contacts', 'Name,Email')).toEqual({ Name: 'full_name', Email: 'email' });
  expect(suggested('contacts', 'full_name,First Name')).toEqual({ 'First Name': 'first_name' });
});

it('takes ids and cents for that only by their exact names', () => {
  expect(suggested('contacts', 'Company ID,Source Id')).toEqual({});
  expect(suggested('contacts', 'company_id,source_id')).toEqual({ company_id: 'company_id', source_id: 'source_id' });
  expect(suggested('contacts', 'company_id,Company')).toEqual({ Company: 'company_name' });
  expect(suggested('companies', 'annual_revenue,Revenue')).toEqual({ annual_revenue: 'annual_revenue' });
  expect(suggested('companies', 'Annual revenue (cents)')).toEqual({ 'Annual revenue (cents)': 'annual_revenue' });
  expect(suggested('companies', 'Umsatz')).toEqual({ Umsatz: 'annual_revenue_amount' });
});

it('a custom field comes before another word for a built-in one, not before its name', () => {
  const fields = [
    { value: 'custom_fields.1', label: 'Position' },
    { value: 'custom_fields.2', label: 'E-Mail' },
    { value: 'custom_fields.3', label: '' },
  ];
  expect(suggested('contacts', 'position,email,custom_fields.3,__proto__', fields)).toEqual({
    position: 'custom_fields.1',
    email: 'email',
    'custom_fields.3': 'custom_fields.3',
  });
});

it('never takes the column of errors', () => {
  expect(suggested('contacts', 'import_error', [{ value: 'custom_fields.1', label: 'Import error' }])).toEqual({});
});

it('knows headers of any records', () => {
  const isKnownHeader = knownHeaders(Object.values(offered));
  for (const header of ['E-mail 1 - Value', 'BillingCity', 'Nachname', ' website ', 'company_id', 'annual_revenue'])
    expect([header, isKnownHeader(header)]).toEqual([header, true]);
  for (const header of ['', 'Grace', '__proto__', 'constructor', '# ', 'email '.repeat(20)])
    expect([header, isKnownHeader(header)]).toEqual([header, false]);
});
