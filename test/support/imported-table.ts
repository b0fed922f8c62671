import { companyColumns } from '../../src/contexts/companies/companies.import';
import { companyRecord } from '../../src/contexts/companies/company.record';
import { contactRecord } from '../../src/contexts/contacts/contact.record';
import { contactColumns } from '../../src/contexts/contacts/contacts.import';
import { findingsOf, partToLookAt } from '../../src/contexts/imports/rows/column-findings';
import { knownColumnsOf, knownHeaders } from '../../src/contexts/imports/rows/column-names';
import { conclude } from '../../src/contexts/imports/import-conclusions';
import { customFieldOf, importFieldOf } from '../../src/contexts/imports/rows/import-fields';
import { defaultReadingOptions, type ReadingOptions } from '../../src/contexts/imports/rows/reading-options';
import type { Fault } from '../../src/contexts/imports/rows/row-faults';
import { isOwnExport, type ReadRow, RowReader } from '../../src/contexts/imports/rows/row-reader';
import { sourceRecord } from '../../src/contexts/sources/source.record';
import { sourceColumns } from '../../src/contexts/sources/sources.import';
import type { ModelType } from '../../src/kernel/record-kinds';
import type { DefinedField } from '../../src/platform/records/custom-field-rules';
import { inspectConverted, inspectTable } from '../../src/platform/tables/table-inspection';
import { readRows, readSample, type TableChoice } from '../../src/platform/tables/table-reader';
import type { Conversion } from '../../src/platform/tables/conversion';
import { convertibleFormatOf } from '../../src/platform/tables/file-formats';
import { convertVcards } from '../../src/platform/tables/vcard-conversion';
import { convertWorkbook } from '../../src/platform/tables/xlsx-conversion';

/** What the contexts say of their columns: neither imports nor the contexts may import the other. */
export const offered = {
  contacts: { ...contactColumns, record: contactRecord },
  companies: { ...companyColumns, record: companyRecord },
  sources: { ...sourceColumns, record: sourceRecord },
};

export const isKnownHeader = knownHeaders(Object.values(offered));

export interface ImportedTable {
  readonly preview: ReturnType<typeof conclude>;
  /** What each row says, usually as a new record; null if it is refused. Of a new record empty fields are left out. */
  readonly records: readonly (Readonly<Record<string, unknown>> | null)[];
  /** What is told of each row. */
  readonly messages: readonly string[];
  readonly told: readonly (Fault & { readonly row: number })[];
  readonly total_rows: number;
}

interface Choice {
  readonly kind?: ModelType;
  readonly mapping?: Readonly<Record<string, string>>;
  readonly options?: Partial<ReadingOptions>;
  readonly customFields?: readonly Omit<DefinedField, 'unique'>[];
  readonly table?: TableChoice;
  /** Whether the rows change records; usually they become new ones. */
  readonly isChange?: boolean;
}

/** The fields by which rows are usually recognised. */
const identifying: Readonly<Record<ModelType, readonly string[]>> = {
  contacts: ['email'],
  companies: ['domain', 'name'],
  sources: ['name'],
};

const maxRows = 1_000_000;

/** Goes the way of an import without a database: reads the file, concludes from its columns, reads its rows. */
export async function importedTable(
  file: Buffer,
  { kind = 'contacts', mapping, options = {}, customFields = [], table: choice = {}, isChange = false }: Choice = {},
): Promise<ImportedTable> {
  const format = convertibleFormatOf(file);
  const conversion: Conversion | null =
    format === 'vcard' ? { format, encoding: choice.encoding ?? 'utf-8' } : format && { format, sheet: choice.sheet };
  const table = conversion ? await converted(file, conversion) : file;
  const chunks = async function* () {
    yield table;
  };
  const { columnNames, fields: offeredFields, record } = offered[kind];
  const { shape, total_rows } = conversion
    ? await inspectConverted(chunks, maxRows, isKnownHeader, { choice, converted_from: conversion })
    : await inspectTable(chunks, maxRows, isKnownHeader, choice);
  const sample = await readSample(chunks, shape, partToLookAt(shape.headers.length));
  const columns = { fields: offeredFields, columnNames };
  const findings = await findingsOf(shape.headers, sample, knownColumnsOf(columns), isOwnExport(shape.headers));
  const initial = new Map(record.fields.map(({ name, initial: value }) => [name, value]));
  const fields = [
    ...offeredFields.map((field) => importFieldOf(field, offeredFields, initial)),
    ...customFields.map(customFieldOf),
  ];
  const preview = conclude({ ...columns, record }, fields, findings, total_rows);
  const reader = new RowReader(
    shape,
    Object.entries(mapping ?? preview.suggested_mapping),
    fields,
    record,
    { ...defaultReadingOptions, ...options },
    findings,
    identifying[kind],
  );
  const records: (Readonly<Record<string, unknown>> | null)[] = [];
  const all: (Fault & { readonly row: number })[] = [];
  for await (const row of readRows(chunks, shape)) {
    const read = reader.of(row);
    const made = 'faults' in read ? read : isChange ? { ...read, lacking: [] } : (read.asNew ?? read);
    const told = 'faults' in made ? made.faults : [...made.lacking, ...made.messages];
    all.push(...told.map((fault) => ({ ...fault, row: row.number })));
    records.push('faults' in made || made.lacking.length > 0 ? null : recordOf(made, isChange));
  }
  const messages = all.map(({ row, message }) => `${row}: ${message}`);
  return { preview, records, messages, told: all, total_rows };
}

async function converted(file: Buffer, conversion: Conversion): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const write = async (piece: Buffer) => void pieces.push(piece);
  const chunks = async function* () {
    yield file;
  };
  if (conversion.format === 'vcard') await convertVcards(chunks, conversion.encoding, write);
  else
    await convertWorkbook(
      { size: file.length, chunkSize: file.length, chunk: async () => file },
      conversion.sheet,
      write,
    );
  return Buffer.concat(pieces);
}

function recordOf(
  { input, named, custom_fields }: Pick<ReadRow, 'input' | 'named' | 'custom_fields'>,
  isChange: boolean,
) {
  const all = { ...input, ...named, ...(Object.keys(custom_fields).length > 0 ? { custom_fields } : {}) };
  const isFilled = (value: unknown) => value !== undefined && (isChange || (value !== '' && value !== null));
  return Object.fromEntries(Object.entries(all).filter(([, value]) => isFilled(value)));
}
