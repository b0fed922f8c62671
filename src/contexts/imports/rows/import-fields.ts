import type { CustomisedEntity, ModelType } from '../../../kernel/record-kinds';
import type { CustomFieldView } from '../../custom-fields/custom-fields.service';
import {
  type CellReading,
  readBoolean,
  readCentsOfAmount,
  readDate,
  readInteger,
  readNumber,
  readTags,
  splitName,
} from '../../../platform/tables/cell-values';

/** Where the value of a cell goes: into a field of the record, into a custom field, or into the name of another record. */
type Target = 'field' | 'custom' | 'company' | 'source';

export interface ImportField {
  /** How a mapping names it. */
  readonly value: string;
  readonly label: string;
  readonly target: Target;
  /** The value as the API takes it in JSON, by the names of the fields that it fills. */
  readonly read: (cell: string) => { readonly values: Readonly<Record<string, unknown>> } | { readonly fault: string };
}

const labels = {
  first_name: 'First name',
  last_name: 'Last name',
  full_name: 'Full name (is split into first and last name)',
  name: 'Name',
  email: 'E-mail',
  phone: 'Phone',
  job_title: 'Job title',
  domain: 'Domain',
  industry: 'Industry',
  website: 'Website',
  linkedin_url: 'LinkedIn page',
  address: 'Street and number',
  city: 'City',
  state: 'State or region',
  zip_code: 'Postal code',
  country: 'Country',
  notes: 'Notes',
  employee_count: 'Number of employees',
  annual_revenue: 'Annual revenue in cents',
  annual_revenue_amount: 'Annual revenue in whole currency units, such as 1250000.50',
  company_name: 'Company by its name (found, or created)',
  source_name: 'Source by its name (found, or created)',
  company_id: 'Company by its id',
  source_id: 'Source by its id',
  tags: 'Tags, separated by commas',
} as const;
type Name = keyof typeof labels;

const address = ['address', 'city', 'state', 'zip_code', 'country', 'notes'] as const;
const fieldsOfModels: Readonly<Record<ModelType, readonly Name[]>> = {
  contacts: [
    ...(['first_name', 'last_name', 'full_name', 'email', 'phone', 'job_title'] as const),
    ...address,
    ...(['company_name', 'source_name', 'company_id', 'source_id', 'tags'] as const),
  ],
  companies: [
    ...(['name', 'domain', 'industry', 'website', 'linkedin_url', 'phone'] as const),
    ...address,
    ...(['employee_count', 'annual_revenue', 'annual_revenue_amount', 'tags'] as const),
  ],
  sources: ['name'],
};

/** Fields that say the same in two ways: only one of each may be mapped. */
export const alternatives: readonly (readonly string[])[] = [
  ['full_name', 'first_name'],
  ['full_name', 'last_name'],
  ['company_name', 'company_id'],
  ['source_name', 'source_id'],
  ['annual_revenue', 'annual_revenue_amount'],
];

export const customisedEntity: Readonly<Record<ModelType, CustomisedEntity | null>> = {
  contacts: 'contact',
  companies: 'company',
  sources: null,
};

/** These go into the database before the rules of companies and sources see them. */
const readName: ImportField['read'] = (cell) =>
  cell.includes('\0') ? { fault: 'must be a text without NUL' } : { values: { name: cell } };

const readers: Readonly<Partial<Record<Name, ImportField['read']>>> = {
  company_name: readName,
  source_name: readName,
  full_name: (cell) => ({ values: { ...splitName(cell) } }),
  tags: (cell) => ({ values: { tags: readTags(cell) } }),
  employee_count: named('employee_count', readInteger),
  annual_revenue: named('annual_revenue', readInteger),
  annual_revenue_amount: named('annual_revenue', readCentsOfAmount),
};
const targets: Readonly<Partial<Record<Name, Target>>> = { company_name: 'company', source_name: 'source' };

const customReaders: Readonly<Record<string, (cell: string) => CellReading>> = {
  text: (value) => ({ value }),
  enum: (value) => ({ value }),
  number: readNumber,
  date: readDate,
  boolean: readBoolean,
};

export const customPrefix = 'custom_fields.';

/** @param definitions the account's custom fields of these records. @returns what a column can be mapped to. */
export function importFieldsOf(modelType: ModelType, definitions: readonly CustomFieldView[]): ImportField[] {
  return [
    ...fieldsOfModels[modelType].map((value): ImportField => ({
      value,
      label: labels[value],
      target: targets[value] ?? 'field',
      read: readers[value] ?? ((cell) => ({ values: { [value]: cell } })),
    })),
    ...definitions.map(({ id, label, field_type }): ImportField => ({
      value: `${customPrefix}${id}`,
      label,
      target: 'custom',
      read: named(id, customReaders[field_type]!),
    })),
  ];
}

function named(name: string, read: (cell: string) => CellReading): ImportField['read'] {
  return (cell) => {
    const reading = read(cell);
    return 'fault' in reading ? reading : { values: { [name]: reading.value } };
  };
}
