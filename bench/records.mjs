// Companies and contacts of an account, by COPY, the same for the same number.
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import pgCopy from 'pg-copy-streams';

const seed = 20_260_101;
const tags = ['vip', 'customer', 'partner', 'press', 'newsletter', 'berlin', 'vienna', 'zurich', 'supplier', 'lead'];
const firstNames =
  'Ada Alan Anna Barbara Carl Dana Emil Erik Fatima Grace Hana Ivan Jonas Karin Lena Maria Noor Olga Paul Rosa';
const lastNames =
  'Hopper Lovelace Turing Noether Curie Meitner Franklin Goeppert Hertz Planck Ohm Volta Ampere Kepler Bohr';
const given = firstNames.split(' ');
const family = lastNames.split(' ');
const rowsAtOnce = 2_000;

/** Mulberry32. @returns a function that gives numbers from 0 up to 1. */
function randomOf(state) {
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** RFC 9562, version 7. */
function idOf(at, random) {
  const hex = (digits) =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-a${hex(3)}-${hex(6)}${hex(6)}`;
}

async function copy(client, table, columns, count, rowOf, progress) {
  const stream = client.query(pgCopy.from(`copy ${table} (${columns}) from stdin`));
  function* lines() {
    for (let begin = 0; begin < count; begin += rowsAtOnce) {
      let text = '';
      const end = Math.min(count, begin + rowsAtOnce);
      for (let row = begin; row < end; row++) text += `${rowOf(row).join('\t')}\n`;
      progress(end - begin);
      yield text;
    }
  }
  await pipeline(Readable.from(lines()), stream);
}

/**
 * A company for every ten contacts, the first ones much bigger than the others; the newest contact is an hour old.
 *
 * @param owner `account_id` and `id` of a user.
 * @param progress is told of each part that was sent.
 * @returns what there is to ask for.
 */
export async function fill(client, owner, count, progress = () => undefined) {
  const random = randomOf(seed);
  const pick = (from) => from[Math.floor(random() * from.length)];
  const latest = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
  const companies = [];
  const atOf = (row, all) => latest - (all - row) * 1_000;
  const texts = (number) => Array.from({ length: number }, () => '');
  const companyColumns = `id, account_id, created_by, created_at, updated_at, name, domain, industry, website, linkedin_url, phone,
    address, city, state, zip_code, country, notes, tags, custom_fields`;
  const made = Math.ceil(count / 10);
  const companyOf = (row) => {
    const at = atOf(row, made);
    const moment = new Date(at).toISOString();
    const id = idOf(at, random);
    companies.push(id);
    const name = `${pick(family)} ${pick(['GmbH', 'AG', 'Ltd', 'Inc', 'SARL'])} ${row}`;
    return [id, owner.account_id, owner.id, moment, moment, name, `company-${row}.example`, ...texts(10), '{}', '{}'];
  };
  await copy(client, 'companies', companyColumns, made, companyOf, progress);
  const contactColumns = `id, account_id, created_by, created_at, updated_at, first_name, last_name, email, phone, job_title, city,
    country, notes, address, state, zip_code, company_id, tags, custom_fields`;
  const ids = [];
  const terms = [];
  const contactOf = (row) => {
    const at = atOf(row, count);
    const moment = new Date(at).toISOString();
    const id = idOf(at, random);
    // Pronounceable, and that of few.
    const rare = Math.floor(random() * 2 ** 31).toString(36);
    if (row % Math.ceil(count / 500) === 0) {
      ids.push(id);
      terms.push(rare);
    }
    const [first, last] = [pick(given), pick(family)];
    const email = `${first}.${rare}@mail.example`.toLowerCase();
    const company = companies[Math.floor(companies.length * random() ** 3)];
    const own = tags.filter(() => random() < 0.15);
    return [
      ...[
        id,
        owner.account_id,
        owner.id,
        moment,
        moment,
        first,
        `${last}-${rare}`,
        email,
        `+49 30 ${100_000 + (row % 900_000)}`,
      ],
      ...[
        'Head of research',
        'Berlin',
        'Germany',
        'Met at the trade fair.',
        ...texts(3),
        company,
        `{${own.join()}}`,
        '{}',
      ],
    ];
  };
  await copy(client, 'contacts', contactColumns, count, contactOf, progress);
  await client.query('vacuum analyze companies');
  await client.query('vacuum analyze contacts');
  return { ids, terms, companies: companies.slice(0, 50), tags };
}

/** How many rows `fill` makes in all. */
export const rowsOf = (count) => count + Math.ceil(count / 10);
