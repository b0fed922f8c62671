import type { Trait } from './cell-traits';
import type { ColumnFindings } from './reading-options';

/** What the cells of a column must look like, so that a name is believed, or speaks for itself. */

const half = 0.5;
/** A part of the cells, because files have faulty ones, too. */
const some = 0.34;
const most = 0.8;
/** So few cells are no evidence for what they are not. */
const few = 3;

export function share({ traits, filled }: ColumnFindings, trait: Trait): number {
  return filled === 0 ? 0 : (traits[trait] ?? 0) / filled;
}

type Judge = (column: ColumnFindings) => boolean;

const isTextual: Judge = (column) =>
  share(column, 'letters') >= half &&
  share(column, 'address') < half &&
  share(column, 'link') < half &&
  share(column, 'code') < half;
const isNoAnswer: Judge = (column) => column.filled < few || share(column, 'boolean') < most;
const isName: Judge = (column) =>
  isTextual(column) && isNoAnswer(column) && share(column, 'date') < half && share(column, 'long') < half;
const isStreet: Judge = (column) =>
  share(column, 'address') < half && share(column, 'link') < half && share(column, 'date') < half;

/** Foreign codes are no states: "REGION" with NL, BE, DE. */
export function hasCountryCodes(column: ColumnFindings): boolean {
  return share(column, 'country_code') >= 0.9 && share(column, 'state_code') < 0.9;
}

/** What a column is whose cells are not what its name says, by field. */
export const alternatives: Readonly<Record<string, readonly { readonly field: string; readonly is: Judge }[]>> = {
  state: [{ field: 'country', is: hasCountryCodes }],
  address: [{ field: 'zip_code', is: (column) => share(column, 'post_code') >= most }],
};

const fits: Readonly<Record<string, Judge>> = {
  first_name: (column) => isName(column) && share(column, 'honorific') < half,
  last_name: isName,
  full_name: (column) => isName(column) && share(column, 'honorific') < half,
  name: (column) => isTextual(column) && isNoAnswer(column) && share(column, 'date') < half,
  company_name: (column) => isTextual(column) && isNoAnswer(column) && share(column, 'date') < half,
  source_name: (column) => isTextual(column) && isNoAnswer(column) && share(column, 'date') < half,
  email: (column) => share(column, 'address') >= some,
  phone: (column) => share(column, 'phone') >= some || hasPhones(column),
  job_title: (column) =>
    isTextual(column) &&
    isNoAnswer(column) &&
    share(column, 'account_role') < most &&
    share(column, 'honorific') < half &&
    share(column, 'date') < half,
  industry: (column) => isTextual(column) && isNoAnswer(column),
  address: (column) =>
    isStreet(column) && isNoAnswer(column) && (share(column, 'letters') >= some || share(column, 'post_code') < most),
  city: (column) => isTextual(column) && share(column, 'boolean') < half && share(column, 'date') < half,
  state: (column) =>
    share(column, 'address') < half &&
    share(column, 'link') < half &&
    !hasCountryCodes(column) &&
    share(column, 'date') < half,
  zip_code: (column) =>
    share(column, 'digits') >= half &&
    share(column, 'date') < half &&
    share(column, 'address') < half &&
    share(column, 'long') < some,
  country: (column) => isTextual(column) && share(column, 'date') < half,
  website: (column) => share(column, 'link') + share(column, 'host') >= some,
  domain: (column) => share(column, 'link') + share(column, 'host') >= some,
  linkedin_url: (column) => share(column, 'linkedin') + share(column, 'link') >= some,
  employee_count: (column) => share(column, 'number') >= some,
  annual_revenue_amount: (column) => share(column, 'digits') >= half && share(column, 'date') < half,
  annual_revenue: (column) => share(column, 'number') >= some,
  tags: (column) =>
    share(column, 'date') < half &&
    share(column, 'address') < half &&
    share(column, 'link') < half &&
    share(column, 'honorific') < half,
};

/** Numbers with a name in them, or several in a cell. */
function hasPhones(column: ColumnFindings): boolean {
  return (
    share(column, 'digits') >= half &&
    share(column, 'date') < half &&
    share(column, 'address') < half &&
    share(column, 'number') < half &&
    share(column, 'link') < half
  );
}

/** Forms that say by themselves what a cell is, and the fields that have them. */
const clearForms: readonly (readonly [Trait, readonly string[]])[] = [
  ['address', ['email']],
  ['link', ['website', 'domain', 'linkedin_url']],
  ['phone', ['phone', 'zip_code', 'employee_count', 'annual_revenue', 'annual_revenue_amount']],
  ['date', []],
  ['code', []],
  ['honorific', []],
  ['account_role', []],
];

/** @returns whether the cells are what the field has. */
export function isConfirmed(field: string, column: ColumnFindings): boolean {
  return column.filled > 0 && (fits[field]?.(column) ?? true);
}

/** @returns whether the cells do not contradict the field. An empty column contradicts nothing. */
export function isPossible(field: string, column: ColumnFindings): boolean {
  if (column.filled === 0 || isConfirmed(field, column)) return true;
  if (column.filled >= few) return false;
  const isClear = (trait: Trait, of: readonly string[]) => share(column, trait) >= half && !of.includes(field);
  return !clearForms.some(([trait, of]) => isClear(trait, of)) && !alternatives[field]?.some(({ is }) => is(column));
}

/** Names of columns whose values are those of others, or numbers of another kind. */
const ofOthers =
  /^#$|fax|pager|telex|isdn|owner|creat|modif|updat|assign|assist|spouse|partner|manager|parent|user|agent|\brep\b|staff|sender|\bfrom\b|reply|\bid\b|\bnr\b|\bnumber\b|order|iban|\bvat\b|\btax\b|card|sku|barcode|emergency|referr|invit|besitzer|inhaber|eigent|zuständig|bearbeiter|erstellt|kundennummer|nummer|propri|asign|creado|gestor|eigenaar|aangemaakt|właściciel|ägare|ejer|omistaja|владелец|ответственн|创建|负责|所有者|作成|ファックス|传真|факс/i;

/** Fields that cells show by themselves, the surest first. */
export const speaking: Readonly<Record<string, Judge>> = {
  email: (column) => share(column, 'address') >= most,
  linkedin_url: (column) => share(column, 'linkedin') >= most,
  website: (column) => share(column, 'link') >= most && share(column, 'linkedin') < some,
  domain: (column) => share(column, 'host') >= most,
  phone: (column) => share(column, 'phone') >= most && share(column, 'written_phone') >= half,
  country: (column) =>
    share(column, 'country') >= most && !(share(column, 'country_code') >= half && share(column, 'state_code') >= most),
  zip_code: (column) => share(column, 'strict_post_code') >= most,
};

export function mayBeOfOthers(header: string): boolean {
  return ofOthers.test(header);
}

/** Whether the cells are whole names of people. */
export function looksLikeFullNames(column: ColumnFindings): boolean {
  return (
    share(column, 'full_name') >= most ||
    (share(column, 'full_name') >= half && column.in_address >= column.filled * half)
  );
}

export function looksLikeCompanies(column: ColumnFindings): boolean {
  return share(column, 'company') >= half && share(column, 'full_name') < half;
}

/** Whether the cells are parts of the addresses beside them. */
export function looksLikeNameParts(column: ColumnFindings): boolean {
  return (
    column.filled > 1 &&
    column.in_address >= column.filled * half &&
    share(column, 'digits') < some &&
    share(column, 'words') < half
  );
}
