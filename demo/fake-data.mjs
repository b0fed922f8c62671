// Records as they might be, the same for the same seed and in the same order, so that fewer of them are the first of more.
import { base, de, en, en_GB, es, Faker, fr, generateMersenne53Randomizer, it, nl, pl, sv } from '@faker-js/faker';

const countries = {
  Germany: de,
  France: fr,
  'United Kingdom': en_GB,
  Spain: es,
  Italy: it,
  Netherlands: nl,
  Poland: pl,
  Sweden: sv,
};
const industries = [
  'Construction',
  'Consulting',
  'Energy',
  'Food and drink',
  'Health',
  'Logistics',
  'Machinery',
  'Media',
  'Retail',
];
export const sources = ['Website', 'Trade fair', 'Recommendation', 'Newsletter', 'Cold call'];
const tags = ['vip', 'newsletter', 'partner', 'press', 'supplier', 'trial'];
const works = [
  'New website',
  'Maintenance',
  'Training',
  'Migration',
  'Market study',
  'Delivery 2027',
  'Audit',
  'Pilot',
];
const subjects = ['Our offer', 'Next steps', 'Renewal', 'Delivery dates', 'Introduction', 'Questions on the invoice'];
/** Not today, or tomorrow the same command would give other data. */
const today = '2026-11-01T12:00:00Z';

const letters = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd' };
const slug = (text) =>
  text
    .toLowerCase()
    .replaceAll(/[ßæœøłđ]/g, (letter) => letters[letter])
    .normalize('NFD')
    .replaceAll(/\p{M}|['’]/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

/** The first of the candidates that is not taken yet, and is from now on. */
function untaken(taken, candidate) {
  for (let attempt = 1; ; attempt++) {
    const text = candidate(attempt);
    if (taken.has(text)) continue;
    taken.add(text);
    return text;
  }
}

export class FakeData {
  constructor(seed) {
    this.seed = seed;
    this.randomizer = generateMersenne53Randomizer();
    const options = { randomizer: this.randomizer };
    this.english = new Faker({ ...options, locale: [en, base] });
    this.places = Object.entries(countries).map(([country, locale]) => ({
      country,
      faker: new Faker({ ...options, locale: [locale, en, base] }),
    }));
    this.english.setDefaultRefDate(today);
    /** External ids, by the index of the contact. */
    this.companyIds = [];
  }

  /** Every kind of record has a sequence of its own, whatever the number of the others. */
  begin(kind) {
    this.randomizer.seed([this.seed, kind]);
    return this.english;
  }

  address({ country, faker }) {
    return {
      phone: faker.phone.number({ style: 'international' }),
      address: faker.location.streetAddress(),
      zip_code: faker.location.zipCode(),
      city: faker.location.city(),
      country,
    };
  }

  someTags() {
    return this.english.helpers.arrayElements(tags, { min: 0, max: 2 });
  }

  /** The same for the same record of the same seed, so that it is found again. */
  externalId(kind, index) {
    return `seed-${this.seed}-${kind}-${index + 1}`;
  }

  /** @param fields the ids of the custom fields. */
  companies(count, { customer_number }) {
    const { helpers, number, string } = this.begin(1);
    const domains = new Set();
    return Array.from({ length: count }, (_, index) => {
      const place = helpers.arrayElement(this.places);
      let name = '';
      const domain = untaken(domains, (attempt) => {
        name = place.faker.company.name();
        // There are not names enough for very many.
        if (attempt > 3) name += ` ${place.faker.location.city()}`;
        return `${slug(name)}.example`;
      });
      const employees = number.int({ min: 3, max: 60 }) ** 2;
      const body = {
        external_id: this.externalId('company', index),
        ...{ name, domain, website: `https://${domain}`, industry: helpers.arrayElement(industries) },
        ...this.address(place),
        ...{ employee_count: employees, annual_revenue: employees * number.int({ min: 60, max: 250 }) * 100_000 },
        ...{ tags: this.someTags(), custom_fields: { [customer_number]: `C-${string.numeric(6)}` } },
      };
      return { domain, place, body };
    });
  }

  /**
   * Companies that came earlier have more of them, so that there are large and small ones.
   *
   * @param sourceIds by name. @param fields the ids of the custom fields.
   */
  *contacts(count, companies, sourceIds, { customer_level, newsletter }) {
    const { helpers, number, person, datatype } = this.begin(2);
    const addresses = new Set();
    for (let index = 0; index < count; index++) {
      const isPrivate = datatype.boolean(0.1);
      const company = companies[number.int({ max: Math.floor(index / 10) })];
      const companyId = isPrivate ? null : company.body.external_id;
      this.companyIds[index] = companyId;
      const { faker } = company.place;
      const [first_name, last_name] = [faker.person.firstName(), faker.person.lastName()];
      const domain = isPrivate ? 'mail.example' : company.domain;
      const local = `${slug(first_name)}.${slug(last_name)}`;
      yield {
        ...{ external_id: this.externalId('contact', index), first_name, last_name },
        email: untaken(addresses, (attempt) => `${local}${attempt > 1 ? attempt : ''}@${domain}`),
        ...{ job_title: person.jobTitle(), company_external_id: companyId },
        ...this.address(company.place),
        ...{ tags: this.someTags(), source_id: sourceIds[helpers.arrayElement(sources)] },
        custom_fields: {
          [customer_level]: helpers.weightedArrayElement([
            ...[
              { value: null, weight: 5 },
              { value: 'bronze', weight: 3 },
            ],
            ...[
              { value: 'silver', weight: 2 },
              { value: 'gold', weight: 1 },
            ],
          ]),
          [newsletter]: datatype.boolean(),
        },
      };
    }
  }

  /** One for each of the first companies. */
  *projects(count, companies) {
    const { helpers, number, date, datatype } = this.begin(3);
    const day = (moment) => moment.toISOString().slice(0, 10);
    for (let index = 0; index < count; index++) {
      const { external_id, name } = companies[index].body;
      const start = date.recent({ days: 500 });
      yield {
        ...{ external_id: this.externalId('project', index), company_external_id: external_id },
        name: `${helpers.arrayElement(works)}, ${name}`.slice(0, 200),
        stage: helpers.arrayElement(['proposal', 'active', 'review', 'complete', 'archived']),
        ...{ value: number.int({ min: 10, max: 900 }) * 50_000, is_retainer: datatype.boolean(0.2) },
        ...{ start_date: day(start), end_date: day(date.soon({ days: 300, refDate: start })) },
      };
    }
  }

  /** One with each of the first contacts, which were made before. */
  *activities(count) {
    const { helpers, number, date } = this.begin(4);
    const kinds = {
      call: () => ({
        direction: helpers.arrayElement(['inbound', 'outbound']),
        outcome: helpers.arrayElement(['connected', 'voicemail', 'no_answer', 'busy']),
        duration_seconds: number.int({ min: 10, max: 1_800 }),
      }),
      email: () => ({
        ...{ direction: helpers.arrayElement(['sent', 'received']), subject: helpers.arrayElement(subjects) },
        source: 'manual',
      }),
      meeting: () => ({
        ...{ subject: helpers.arrayElement(subjects), duration_minutes: number.int({ min: 1, max: 8 }) * 15 },
        outcome: helpers.arrayElement(['completed', 'completed', 'cancelled', 'no_show']),
      }),
    };
    for (let index = 0; index < count; index++) {
      const activity_type = helpers.arrayElement(Object.keys(kinds));
      const occurred_at = date.recent({ days: 700 }).toISOString();
      yield {
        external_id: this.externalId('activity', index),
        contact_external_id: this.externalId('contact', index),
        company_external_id: this.companyIds[index],
        ...{ activity_type, occurred_at, metadata: kinds[activity_type]() },
      };
    }
  }
}
