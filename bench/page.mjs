// Writes docs/performance.md, and what is measured in docs/scaling.md, from results of npm run bench.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from './server.mjs';

/** A PostgreSQL to reckon with: so many cores, and how much of a core, of the program's too, requests may take. */
const example = { cores: 8, share: 0.6 };
const secondsKept = 30 * 24 * 60 * 60;
const block = /(?<=<!-- measured -->\n)[^]*(?=<!-- \/measured -->)/;

const rounded = (digits) => (value) => value.toLocaleString('en', { maximumSignificantDigits: digits });
const three = rounded(3);
const two = rounded(2);
const whole = (value) => value.toLocaleString('en', { maximumFractionDigits: 0 });
const contacts = ({ rows }) => `${whole(rows)} contacts`;

function table(head, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', '<br>')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function read(file) {
  const result = JSON.parse(readFileSync(file, 'utf8'));
  const numbers = [
    ...result.scenarios.flatMap(({ name, ours, ratio }) => [ours, ratio].map((value) => [name, value])),
    ...result.costs.flatMap(({ name, product_ms, database_ms }) =>
      [product_ms, database_ms].map((value) => [name, value]),
    ),
  ];
  // NaN becomes null in JSON, and null is less than any aim.
  const [missing] = numbers.find(([, value]) => !Number.isFinite(value)) ?? [];
  if (missing) throw new Error(`${file}: a number of "${missing}" is missing.`);
  return result;
}

const isMet = ({ ratio, aim, higher_is_better }) => (higher_is_better ? ratio >= aim : ratio <= aim);

function scenariosOf(result) {
  const { scenarios, commit, date, machine, versions, minutes } = result;
  const aimed = scenarios.filter(({ aim }) => aim !== null);
  const rows = scenarios.map((scenario) => {
    const { name, ours, bare, unit, ratio, aim, higher_is_better } = scenario;
    const target = aim === null ? ['', ''] : [`${higher_is_better ? '≥' : '≤'} ${aim}`, isMet(scenario) ? 'yes' : 'no'];
    return [name, three(ours), bare === null ? '' : three(bare), unit, bare === null ? '' : three(ratio), ...target];
  });
  return `## ${contacts(result)}

Commit ${commit}, ${date}; ${machine}; Node.js ${versions.node}, PostgreSQL ${versions.postgres} (embedded); ${minutes} minutes. ${aimed.filter(isMet).length} of ${aimed.length} aims are met.

${table(['scenario', 'ours', 'beside it', 'unit', 'ratio', 'aim', 'met'], rows)}`;
}

const namesOf = (results, part) => [...new Set(results.flatMap((result) => result[part].map(({ name }) => name)))];

function costsOf(results) {
  const head = [
    'request',
    ...results.flatMap((result) => ['the program', 'PostgreSQL'].map((of) => `${contacts(result)}: ${of}`)),
  ];
  const rows = namesOf(results, 'costs').map((name) => [
    name,
    ...results.flatMap(({ costs }) => {
      const cost = costs.find((each) => each.name === name);
      return cost ? [two(cost.product_ms), two(cost.database_ms)] : ['', ''];
    }),
  ]);
  return table(head, rows);
}

function changesOf() {
  const changes = JSON.parse(readFileSync(join(root, 'bench/changes.json'), 'utf8'));
  if (changes.length === 0) return 'Nothing is noted in `bench/changes.json` yet.';
  return table(
    ['change', 'before', 'after', 'measured with'],
    changes.map(({ change, before, after, measured_with }) => [change, before, after, measured_with]),
  );
}

function performancePage(results) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const libraries = ['fastify', '@nestjs/core', 'pg'].map(
    (name) => `${name} ${packages[`node_modules/${name}`].version}`,
  );
  return `# Performance

What the program does, beside a bare server on the same machine. Written by \`npm run bench -- page\` from the results of runs; not edited by hand. What follows from it for larger installations is in [scaling.md](scaling.md).

Libraries, by the lock file: ${libraries.join(', ')}.

## How it is measured

- **In turns.** The two that are compared run one after the other, five times; a turn of requests is two seconds. _Ours_ and _beside it_ are medians of the five; the ratio is the median of the five ratios, so it need not be the ratio of the medians. What else the machine does disturbs both.
- **The load** comes from autocannon, in a process of its own, over 20 connections without pauses. It shares the cores with the servers and PostgreSQL: rates are those of the whole machine, not of the server alone.
- **The bare server** (\`bench/baseline-server.mjs\`) is Fastify and pg on the same database: it verifies the same token, reads with the very statements of the program, and makes the same views. To create a contact it opens a transaction, looks up the references, and writes the contact and its event. It has no framework, no input rules, no sessions, no limits, no log and no background work. One answer of each kind is compared with the program's first; they must be equal.
- **The program** runs as built, with background work in the same process, on the embedded PostgreSQL with its usual settings. Rate limits are off, and with them the refusal under overload; every request writes its line to the log, which goes nowhere.
- **The program goes on** while the other has its turn: what an import left of events to put into the change feed may last into the turn of COPY. The bare server's events are written with their places.
- **Of the program alone** are the lines with a ÷, but for that with COPY: the first side is divided by the second. Milliseconds are the mean time of an answer with 20 requests under way, if it does not say 99th percentile; during an import one list after the other is asked for, at most 50 a second. Two processes share the machine, and the load of 20 connections.
- **Webhook deliveries** are compared with a loop that posts as many bodies of 700 bytes to the same receiver, 24 at a time, and does nothing else: no database, no signature. Of the program at most 24 are under way too, to six endpoints of two accounts.
- **Import ÷ COPY**: 10,000 rows of CSV with the search for duplicates and an event each, beside PostgreSQL's own COPY of the same rows into a table with the same indexes, without foreign keys. Memory, and how long lists wait meanwhile, are those of a single import of as many rows as the database was filled with; the 10,000 rows beside it are the median of five. They are over before V8 first collects all garbage: watched while 100,000 rows were imported, its old objects grew from 57 to 184 MiB, went back to 57, and began anew, which is all that a longer import needs.
- **Start** is the time until \`/health/ready\` answers, the embedded PostgreSQL included; memory is that of the program a second later, without PostgreSQL. Both are medians of five, and their aims are for the value itself.

${results.map(scenariosOf).join('\n\n')}

## What a request costs

Milliseconds of processor time for each request, in the turns of the program: of the program, with all its threads, and of the server processes of PostgreSQL, those in its background included. To create a contact includes what was done in these turns to put its event into the feed.

${costsOf(results)}

## What was changed, before and after

${changesOf()}

## On your machine

\`npm run bench -- --rows 100000 --json result.json\` measures, \`npm run bench -- page result.json\` writes this page; a second file may come from \`--rows 1000000\`. Numbers of different machines are not comparable; ratios are, with care.
`;
}

/** What a PostgreSQL like that of the example carries, and the processes of the program that it takes. */
function capacityOf(result) {
  const { cores, share } = example;
  const rows = result.costs.map(({ name, product_ms, database_ms }) => {
    const carried = (cores * share * 1_000) / database_ms;
    const processes = Math.ceil((carried * product_ms) / 1_000 / share);
    return [
      name,
      ...[product_ms, database_ms, 1_000 / product_ms, 1_000 / database_ms, carried].map(two),
      whole(processes),
    ];
  });
  const head = [
    ...['request', 'ms of the program', 'ms of PostgreSQL', 'requests/s by a core of the program'],
    ...['requests/s by a core of PostgreSQL', `requests/s by ${cores} cores of PostgreSQL at ${share * 100} %`],
    `processes for that, at ${share * 100} % of a core`,
  ];
  return `With ${contacts(result)} in the table (commit ${result.commit}, ${result.date}; ${result.machine}):

${table(head, rows)}`;
}

const sizeOf = ({ sizes }, table, index) =>
  sizes.find((each) => each.table === table && each.index === index)?.bytes_a_row;
const togetherOf = ({ sizes }, table) => {
  const parts = sizes.filter((each) => each.table === table);
  return parts.length === 0 ? undefined : parts.reduce((sum, { bytes_a_row }) => sum + bytes_a_row, 0);
};

function sizesOf(results) {
  const cell = (value) => (value === undefined ? '' : whole(value));
  const tables = [...new Set(results.flatMap(({ sizes }) => sizes.map((each) => each.table)))].sort();
  const rows = tables.flatMap((name) => {
    const indexes = results.flatMap(({ sizes }) =>
      sizes.filter((each) => each.table === name && each.index).map(({ index }) => index),
    );
    return [
      [`\`${name}\``, 'all', ...results.map((result) => cell(togetherOf(result, name)))],
      ['', 'rows', ...results.map((result) => cell(sizeOf(result, name, null)))],
      ...[...new Set(indexes)]
        .sort()
        .map((index) => ['', `\`${index}\``, ...results.map((result) => cell(sizeOf(result, name, index)))]),
    ];
  });
  return table(['table', 'of it', ...results.map((result) => `MB a million rows, run with ${contacts(result)}`)], rows);
}

/** Of what is kept for 30 days, at a steady rate of one a second. */
function keptOf(result) {
  const kept = ['events', 'webhook_deliveries'].filter((name) => togetherOf(result, name));
  return kept
    .map((name) => {
      const gigabytes = (secondsKept * togetherOf(result, name)) / 1e9;
      const what = name === 'events' ? 'One change a second' : 'One delivery a second';
      return `${what}, kept for 30 days, is ${two(secondsKept / 1e6)} million rows of \`${name}\`: ${two(gigabytes)} GB with indexes.`;
    })
    .join(' ');
}

const measuredBlock = (results) => `
Written by \`npm run bench -- page\`; not edited by hand.

${results.map(capacityOf).join('\n\n')}

${sizesOf(results)}

${keptOf(results.at(-1))}

`;

async function write(file, text) {
  const path = join(root, file);
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), parser: 'markdown', proseWrap: 'always' }));
  process.stdout.write(`${file} is written.\n`);
}

/** @param files results of `--json`: of one run, or of two with different numbers of rows. */
export async function writePage(files) {
  if (files.length < 1 || files.length > 2) {
    process.stderr.write('npm run bench -- page <file> [file]\n');
    process.exit(2);
  }
  const results = files.map(read).sort((one, other) => one.rows - other.rows);
  const scaling = readFileSync(join(root, 'docs/scaling.md'), 'utf8');
  if (!block.test(scaling)) throw new Error('docs/scaling.md has no <!-- measured --> and <!-- /measured -->.');
  await write('docs/performance.md', performancePage(results));
  await write(
    'docs/scaling.md',
    scaling.replace(block, () => measuredBlock(results)),
  );
}
