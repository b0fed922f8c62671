// Fills an account with believable data, the same for the same seed: npm run seed -- --contacts 100000
import { parseArgs } from 'node:util';
import cliProgress from 'cli-progress';
import { endWithNpm } from '../scripts/end-with-npm.mjs';
import { createTideline, password as usualPassword, TidelineError } from './client.mjs';
import { FakeData, sources } from './fake-data.mjs';

const usage = `npm run seed -- [options]

  --contacts <n>     how many contacts; a company for every 10, a project for every 20    1000
  --activities <n>   how many activities, at most one per contact           one per 10 contacts
  --seed <n>         other numbers give other data; the same number gives the same            1
  --url <url>        where the server is                                 http://127.0.0.1:3000
  --email <address>  who signs in; an account is made when nobody has it      seed@demo.example
  --password <text>                                                       ${usualPassword}
  --help

The same command again adds nothing, and takes back what was changed: records are known by their external ids.
`;

const { Presets, SingleBar } = cliProgress;
/** Records that are held in memory. */
const recordsAtOnce = 10_000;

const customFields = {
  customer_number: { entity_type: 'company', label: 'Customer number', field_type: 'text' },
  customer_level: {
    ...{ entity_type: 'contact', label: 'Customer level', field_type: 'enum' },
    options: ['gold', 'silver', 'bronze'],
  },
  newsletter: { entity_type: 'contact', label: 'Newsletter', field_type: 'boolean' },
};

function readOptions() {
  const text = { type: 'string' };
  try {
    const { values } = parseArgs({
      options: {
        ...{ contacts: text, activities: text, seed: text, url: text, email: text, password: text },
        help: { type: 'boolean' },
      },
    });
    const number = (name, fallback, least = 0) => {
      const text = values[name] ?? String(fallback);
      if (/^\d{1,7}$/.test(text) && Number(text) >= least) return Number(text);
      throw new Error(`--${name} must be a number from ${least} to 9999999, not "${text}".`);
    };
    const { help, url = 'http://127.0.0.1:3000', email = 'seed@demo.example', password = usualPassword } = values;
    if (!URL.canParse(url)) throw new Error(`--url must be a URL, not "${url}".`);
    const contacts = number('contacts', 1_000, 1);
    const activities = Math.min(contacts, number('activities', Math.ceil(contacts / 10)));
    return { help, url, email, password, contacts, activities, seed: number('seed', 1) };
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

/** A bar on a terminal, else a line now and then. */
function progress(name, total) {
  const begin = performance.now();
  let count = 0;
  const payload = () => {
    const rate = (count / (performance.now() - begin)) * 1_000;
    return { rate: Math.round(rate), left: rate > 0 ? `${Math.ceil((total - count) / rate)} s left` : '' };
  };
  if (!process.stdout.isTTY) {
    const print = () => process.stdout.write(`${name.padEnd(10)} ${count} of ${total}, ${payload().rate}/s\n`);
    const timer = setInterval(print, 5_000);
    const stop = () => {
      clearInterval(timer);
      print();
    };
    return { reach: (reached) => (count = reached), stop };
  }
  const format = `${name.padEnd(10)} {bar} {percentage}% {value} of {total}, {rate}/s {left}`;
  // Nothing about the terminal is changed, so that Ctrl-C has nothing to restore.
  const bar = new SingleBar({ format, barsize: 24, linewrap: true, stream: process.stdout }, Presets.shades_classic);
  bar.start(total, 0, payload());
  const reach = (reached) => {
    count = reached;
    bar.update(count, payload());
  };
  return { reach, stop: () => bar.stop() };
}

/** Signs in, or makes the account. A wrong password and an unknown address are one answer. */
async function signIn(tideline, { email, password }) {
  try {
    return await tideline.login(email, password);
  } catch (error) {
    if (error.code !== 'auth.invalid_credentials') throw error;
  }
  try {
    return await tideline.register({ email, password, name: 'Ada Lovelace', account_name: 'Seed' });
  } catch (error) {
    if (error.code === 'auth.email_taken') throw new Error(`The password does not fit ${email}.`, { cause: error });
    throw error;
  }
}

/** @returns the ids of the custom fields, made where they do not exist. */
async function idsOfCustomFields(tideline) {
  const path = '/api/v1/custom-fields';
  const ids = {};
  for await (const { id, entity_type, label } of tideline.list(path)) ids[`${entity_type} ${label}`] = id;
  for (const body of Object.values(customFields))
    ids[`${body.entity_type} ${body.label}`] ??= (await tideline.post(path, { body })).id;
  const idOf = ({ entity_type, label }) => ids[`${entity_type} ${label}`];
  return Object.fromEntries(Object.entries(customFields).map(([name, body]) => [name, idOf(body)]));
}

async function idsOfSources(tideline) {
  const ids = {};
  for (const name of sources) ids[name] = (await tideline.upsert('/api/v1/sources', 'name', { name })).record.id;
  return ids;
}

function* piecesOf(records) {
  let piece = [];
  for (const record of records) {
    piece.push(record);
    if (piece.length < recordsAtOnce) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** @returns how many were made, how many refused, and why the first of them. */
async function upsertAll(tideline, kind, total, records) {
  const bar = progress(kind, total);
  const counts = { created: 0, refused: 0, error: undefined };
  let before = 0;
  try {
    for (const piece of piecesOf(records)) {
      const items = piece.map((data) => ({ action: 'upsert', match_by: 'external_id', data }));
      const onProgress = ({ done }) => bar.reach(before + done);
      const { results, created_count, failed_count } = await tideline.bulk(`/api/v1/${kind}`, items, { onProgress });
      before += piece.length;
      counts.created += created_count;
      counts.refused += failed_count;
      counts.error ??= results.find(({ ok }) => !ok)?.error;
    }
  } finally {
    bar.stop();
  }
  return counts;
}

async function seed({ seed, contacts, activities, ...options }) {
  const tideline = createTideline({ baseUrl: options.url });
  await signIn(tideline, options);
  const [fields, sourceIds] = [await idsOfCustomFields(tideline), await idsOfSources(tideline)];
  const data = new FakeData(seed);
  const companies = data.companies(Math.ceil(contacts / 10), fields);
  const projects = Math.ceil(contacts / 20);
  const bodies = companies.map(({ body }) => body);
  // Companies first, so that the others can refer to them.
  return {
    companies: await upsertAll(tideline, 'companies', companies.length, bodies),
    contacts: await upsertAll(tideline, 'contacts', contacts, data.contacts(contacts, companies, sourceIds, fields)),
    projects: await upsertAll(tideline, 'projects', projects, data.projects(projects, companies)),
    activities: await upsertAll(tideline, 'activities', activities, data.activities(activities)),
  };
}

endWithNpm();
const options = readOptions();
if (options.help) {
  process.stdout.write(usage);
  process.exit();
}
const begin = performance.now();
try {
  const made = await seed(options);
  const created = Object.entries(made).map(([name, counts]) => `${counts.created} ${name}`);
  const seconds = ((performance.now() - begin) / 1_000).toFixed(1);
  process.stdout.write(`\nMade ${created.join(', ')} in ${seconds} s.\n`);
  for (const [name, { refused, error }] of Object.entries(made))
    if (error) process.stdout.write(`${refused} ${name} were refused, the first one: ${error.code} ${error.message}\n`);
  process.stdout.write(`Sign in on ${options.url}/docs as ${options.email} with the password ${options.password}\n`);
} catch (error) {
  const isAway = error instanceof TidelineError && error.code === 'client.network_error';
  const message = isAway
    ? `No server answers on ${options.url}. Start one with "npm start", or name another with --url.`
    : `The seed failed: ${error instanceof TidelineError ? `${error.code}: ` : ''}${error.message}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
