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
const sources = ['Website', 'Trade fair', 'Recommendation', 'Newsletter', 'Cold call'];
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
  }

  /** Every kind of record has a sequence of its own, whatever the number of the others. */
  begin(kind) {
    this.randomizer.seed([this.seed, kind]);
    return this.english;
  }

  /** Columns, by the headers that imports know. */
  address({ country, faker }) {
    return {
      Phone: faker.phone.number({ style: 'international' }),
      Address: faker.location.streetAddress(),
      'Postal code': faker.location.zipCode(),
      City: faker.location.city(),
      Country: country,
    };
  }

  someTags() {
    return this.english.helpers.arrayElements(tags, { min: 0, max: 2 }).join(', ');
  }

  companies(count) {
    const { helpers, number, string } = this.begin(1);
    const domains = new Set();
    return Array.from({ length: count }, () => {
      const place = helpers.arrayElement(this.places);
      let name = '';
      const domain = untaken(domains, (attempt) => {
        name = place.faker.company.name();
        // There are not names enough for very many.
        if (attempt > 3) name += ` ${place.faker.location.city()}`;
        return `${slug(name)}.example`;
      });
      const employees = number.int({ min: 3, max: 60 }) ** 2;
      const row = {
        ...{ Company: name, Domain: domain, Website: `https://${domain}`, Industry: helpers.arrayElement(industries) },
        ...this.address(place),
        ...{ Employees: employees, 'Annual revenue': employees * number.int({ min: 60, max: 250 }) * 1_000 },
        ...{ Tags: this.someTags(), 'Customer number': `C-${string.numeric(6)}` },
      };
      return { name, domain, place, row };
    });
  }

  /** Companies that came earlier have more of them, so that there are large and small ones. */
  *contacts(count, companies) {
    const { helpers, number, person, datatype } = this.begin(2);
    const addresses = new Set();
    for (let index = 0; index < count; index++) {
      const isPrivate = datatype.boolean(0.1);
      const company = companies[number.int({ max: Math.floor(index / 10) })];
      const { faker } = company.place;
      const [first, last] = [faker.person.firstName(), faker.person.lastName()];
      const domain = isPrivate ? 'mail.example' : company.domain;
      const local = `${slug(first)}.${slug(last)}`;
      yield {
        ...{ 'First name': first, 'Last name': last },
        'E-mail': untaken(addresses, (attempt) => `${local}${attempt > 1 ? attempt : ''}@${domain}`),
        ...{ 'Job title': person.jobTitle(), Company: isPrivate ? '' : company.name },
        ...this.address(company.place),
        ...{ Tags: this.someTags(), Source: helpers.arrayElement(sources) },
        'Customer level': helpers.weightedArrayElement([
          ...[
            { value: '', weight: 5 },
            { value: 'bronze', weight: 3 },
          ],
          ...[
            { value: 'silver', weight: 2 },
            { value: 'gold', weight: 1 },
          ],
        ]),
        Newsletter: datatype.boolean() ? 'yes' : 'no',
      };
    }
  }

  /** @returns gives a project for a company. */
  projects() {
    const { helpers, number, date, datatype } = this.begin(3);
    const day = (moment) => moment.toISOString().slice(0, 10);
    return ({ id, name }) => {
      const start = date.recent({ days: 500 });
      return {
        ...{ name: `${helpers.arrayElement(works)}, ${name}`.slice(0, 200), company_id: id },
        stage: helpers.arrayElement(['proposal', 'active', 'review', 'complete', 'archived']),
        ...{ value: number.int({ min: 10, max: 900 }) * 50_000, is_retainer: datatype.boolean(0.2) },
        ...{ start_date: day(start), end_date: day(date.soon({ days: 300, refDate: start })) },
      };
    };
  }

  /** @returns gives an activity with a contact. */
  activities() {
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
    return ({ id, company_id }) => {
      const activity_type = helpers.arrayElement(Object.keys(kinds));
      const occurred_at = date.recent({ days: 700 }).toISOString();
      return { activity_type, contact_id: id, company_id, occurred_at, metadata: kinds[activity_type]() };
    };
  }
}
