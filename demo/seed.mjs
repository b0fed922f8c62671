// Fills an account with believable data, the same for the same seed: npm run seed -- --contacts 100000
import { parseArgs } from 'node:util';
import cliProgress from 'cli-progress';
import { stringify } from 'csv-stringify/sync';
import { endWithNpm } from '../scripts/end-with-npm.mjs';
import { createTideline, importFile, password as usualPassword, TidelineError } from './client.mjs';
import { FakeData } from './fake-data.mjs';

const usage = `npm run seed -- [options]

  --contacts <n>     how many contacts; a company for every 10, a project for every 20    1000
  --activities <n>   how many activities, at most one per contact           one per 10 contacts
  --seed <n>         other numbers give other data; the same number gives the same            1
  --url <url>        where the server is                                 http://127.0.0.1:3000
  --email <address>  who signs in; an account is made when nobody has it      seed@demo.example
  --password <text>                                                       ${usualPassword}
  --help

The same command again adds nothing: contacts are known by their addresses, companies by their domains.
`;

const { Presets, SingleBar } = cliProgress;
/** Rows of one import: a few megabytes, and the next ones are made while it runs. */
const rowsPerFile = 10_000;
const atOnce = 8;

const customFields = [
  { entity_type: 'company', label: 'Customer number', field_type: 'text' },
  { entity_type: 'contact', label: 'Customer level', field_type: 'enum', options: ['gold', 'silver', 'bronze'] },
  { entity_type: 'contact', label: 'Newsletter', field_type: 'boolean' },
];

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

function* piecesOf(rows) {
  let piece = [];
  for (const row of rows) {
    piece.push(row);
    if (piece.length < rowsPerFile) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** By imports; while one runs, the rows of the next are made. @returns how many were made, and how many refused. */
async function importAll(tideline, model_type, total, rows) {
  const bar = progress(model_type, total);
  const counts = { created: 0, refused: 0 };
  let done = 0;
  let running = Promise.resolve();
  try {
    for (const piece of piecesOf(rows)) {
      const file = stringify(piece, { header: true });
      await running;
      const before = done;
      done += piece.length;
      const onProgress = (job) => bar.reach(before + job.processed_rows);
      running = importFile(tideline, { model_type, file_name: `${model_type}.csv`, file, onProgress }).then(
        ({ job }) => {
          counts.created += job.created_count;
          counts.refused += job.failed_count;
        },
      );
      // Waited for in the next round.
      running.catch(() => undefined);
    }
    await running;
  } finally {
    bar.stop();
  }
  return counts;
}

/** One by one, a few at once. @param bodies null for each that is there already. @returns how many were made. */
async function postAll(tideline, path, total, bodies) {
  const bar = progress(path.split('/').at(-1), total);
  let [created, done] = [0, 0];
  const work = async () => {
    for await (const body of bodies) {
      if (body) {
        await tideline.post(path, { body });
        created++;
      }
      bar.reach(++done);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    bar.stop();
  }
  return { created, refused: 0 };
}

async function seed(options) {
  const owner = createTideline({ baseUrl: options.url });
  await signIn(owner, options);
  const existing = new Set();
  for await (const { entity_type, label } of owner.list('/api/v1/custom-fields'))
    existing.add(`${entity_type} ${label}`);
  for (const body of customFields)
    if (!existing.has(`${body.entity_type} ${body.label}`)) await owner.post('/api/v1/custom-fields', { body });

  const data = new FakeData(options.seed);
  const companies = data.companies(Math.ceil(options.contacts / 10));
  const made = {
    companies: await importAll(
      owner,
      'companies',
      companies.length,
      companies.map(({ row }) => row),
    ),
    contacts: await importAll(owner, 'contacts', options.contacts, data.contacts(options.contacts, companies)),
  };
  // An app may send five times as many requests as a user.
  const { app, client_secret } = await owner.post('/api/v1/oauth-apps', { body: { name: 'Seed' } });
  try {
    const program = createTideline({
      baseUrl: options.url,
      credentials: { client_id: app.client_id, client_secret },
      attempts: 20,
    });
    const projects = Math.ceil(options.contacts / 20);
    made.projects = await postAll(program, '/api/v1/projects', projects, newProjects(program, data, projects));
    const activities = newActivities(program, data, options.activities);
    made.activities = await postAll(program, '/api/v1/activities', options.activities, activities);
  } finally {
    await owner.delete('/api/v1/oauth-apps/{id}', { path: { id: app.id } });
  }
  return made;
}

/** For companies in the order of their list. */
async function* newProjects(tideline, data, total) {
  const names = new Set();
  for await (const { name } of tideline.list('/api/v1/projects')) names.add(name);
  const projectFor = data.projects();
  let count = 0;
  for await (const company of tideline.list('/api/v1/companies')) {
    if (count++ === total) return;
    const project = projectFor(company);
    yield names.has(project.name) ? null : project;
  }
}

/** With contacts in the order of their list. */
async function* newActivities(tideline, data, total) {
  const met = new Set();
  for await (const { contact_id } of tideline.list('/api/v1/activities')) met.add(contact_id);
  const activityWith = data.activities();
  let count = 0;
  for await (const contact of tideline.list('/api/v1/contacts')) {
    if (count++ === total) return;
    const activity = activityWith(contact);
    yield met.has(contact.id) ? null : activity;
  }
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
  const refused = Object.values(made).reduce((sum, counts) => sum + counts.refused, 0);
  const seconds = ((performance.now() - begin) / 1_000).toFixed(1);
  process.stdout.write(`\nMade ${created.join(', ')} in ${seconds} s.\n`);
  if (refused > 0) process.stdout.write(`${refused} rows were refused: GET /api/v1/imports/{id}/errors tells why.\n`);
  process.stdout.write(`Sign in on ${options.url}/docs as ${options.email} with the password ${options.password}\n`);
} catch (error) {
  const isAway = error instanceof TidelineError && error.code === 'client.network_error';
  const message = isAway
    ? `No server answers on ${options.url}. Start one with "npm start", or name another with --url.`
    : `The seed failed: ${error instanceof TidelineError ? `${error.code}: ` : ''}${error.message}`;
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
