// Runs the suites that try to break the contract, in full, and writes docs/reliability.md from what they came to:
//   npm run reliability              all of them, about an hour on two cores
//   npm run reliability -- stop      only those named; the others keep the values of their last run on this machine
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { reliabilityPage } from './reliability-page.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const kept = 'test-results/reliability';
const measured = 'test-results/measured';

/** Suites in the order of the page. `line` is the claim tested; this script runs `jest`, a reader types `command`. */
const suites = [
  {
    name: 'fuzz',
    title: 'Generated requests, bad input, JSON texts',
    line: 'The program answers only with statuses and forms that the document has, without a stack trace, and no connection breaks. It refuses a wrong request with the documented code and changes nothing.',
    command: 'npm run test:fuzz',
    jest: '--runInBand test/fuzz',
    environment: { FUZZ_REQUESTS: '10000', BAD_INPUT: 'all' },
  },
  {
    name: 'model',
    title: 'Random walk beside a model; paging',
    line: 'Every answer, list and event is what a model in memory predicts. A walk over a thousand records of one millisecond misses none and repeats none.',
    command: 'npx jest test/consistency/model test/consistency/paging',
    jest: '--runInBand test/consistency/model test/consistency/paging',
  },
  {
    name: 'isolation',
    title: 'Isolation of accounts',
    line: "For every operation and caller, the id of another account's record answers like an unknown id, in status and body. Nothing of the other account is told or changed.",
    command: 'npx jest test/security/isolation',
    jest: '--runInBand test/security/isolation',
  },
  {
    name: 'database',
    title: 'Isolation in the database',
    line: 'PostgreSQL refuses every reference across accounts. Every statement names the account for every table, or is a listed exception.',
    command: 'npx jest test/contract/references test/contract/schema',
    jest: '--runInBand test/contract/references test/contract/schema',
  },
  {
    name: 'tokens',
    title: 'Bad credentials',
    line: 'Every operation answers a bad credential with 401 or 403 and the right code.',
    command: 'npx jest test/security/token-sweep',
    jest: '--runInBand test/security/token-sweep',
  },
  {
    name: 'secrets',
    title: 'Secrets',
    line: 'The suite uses canaries as secrets. None appears in clear in a log line, an answer, an event, a webhook or a table.',
    command: 'npx jest test/security/secrets',
    jest: '--runInBand test/security/secrets',
  },
  {
    name: 'crash',
    title: 'Crashes',
    line: 'No acknowledged write and no event is lost. A kill repeats at most the deliveries under way, with the same ids. A write with an Idempotency-Key takes effect once. The program does not end because PostgreSQL or Redis did.',
    command: 'npm run test:crash',
    jest: 'test/process/crash',
    environment: {
      CRASH_KILLS: '50',
      CRASH_WRITES: '10000',
      CRASH_REDIS_SECONDS: '60',
      CRASH_GAP_KILLS: '20',
      CRASH_POSTGRES_STOPS: '10',
      CRASH_KEY_KILLS: '200',
      CRASH_KEY_WRITES: '10000',
    },
  },
  {
    name: 'stop',
    title: 'Stopping under load',
    line: 'A client that repeats refused connections sees no request fail. No job is lost. The process ends within ten seconds.',
    command: 'npm run test:stop',
    jest: '--runInBand test/process/stop-under-load',
    environment: { STOPS: '20', STOP_REQUESTS_PER_SECOND: '200' },
  },
  {
    name: 'enumeration',
    title: 'Whether an address is known',
    line: 'A known and an unknown address get the same status and body, and the distributions of the times do not differ (Mann–Whitney test).',
    command: 'npm run test:timing',
    jest: '--runInBand test/timing',
  },
];

const output = (command) => spawnSync(command, { shell: true, encoding: 'utf8' }).stdout.trim();

/** Keeps what the suite came to. @returns whether it is green. */
function run({ name, jest, environment = {} }) {
  process.stdout.write(`\n▶ ${name}\n`);
  rmSync(measured, { recursive: true, force: true });
  const report = `${kept}/${name}.jest.json`;
  const begin = Date.now();
  const { status } = spawnSync(`npx jest ${jest} --json --outputFile=${report}`, {
    shell: true,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8'));
  const values = existsSync(measured)
    ? readdirSync(measured)
        .sort()
        .map((file) => ({
          part: file.replace('.json', ''),
          ...JSON.parse(readFileSync(`${measured}/${file}`, 'utf8')),
        }))
    : [];
  const result = {
    passed,
    failed,
    minutes: Math.round((Date.now() - begin) / 6_000) / 10,
    date: new Date().toISOString().slice(0, 10),
    commit: output('git rev-parse --short HEAD'),
    values,
  };
  writeFileSync(`${kept}/${name}.json`, JSON.stringify(result));
  return status === 0;
}

mkdirSync(kept, { recursive: true });
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}; there are ${suites.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
// What a suite starts must not be built in the midst of it.
spawnSync('npm run -s build', { shell: true, stdio: 'inherit' });
const red = suites.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).filter((suite) => !run(suite));
if (red.length > 0) {
  console.error(`\nNot green: ${red.map(({ name }) => name).join(', ')}. docs/reliability.md is left as it is.`);
  process.exit(1);
}
const results = suites.map((suite) => {
  const file = `${kept}/${suite.name}.json`;
  if (!existsSync(file)) {
    console.error(`\n${suite.name} was never run here. docs/reliability.md is left as it is.`);
    process.exit(1);
  }
  const result = JSON.parse(readFileSync(file, 'utf8'));
  if (result.failed > 0) {
    console.error(`\n${suite.name} was not green when it was last run. docs/reliability.md is left as it is.`);
    process.exit(1);
  }
  return { ...suite, ...result };
});

const [processor] = cpus();
const versions = [...new Set(results.map(({ commit, date }) => `${commit} (${date})`))].join(', ');
const environment = `Commit ${versions}; Node.js ${process.versions.node}; PostgreSQL 18 (embedded) and 15 (where the suite stops the program \
beside a database of its own); Redis ${output('redis-server --version').match(/v=([\d.]+)/)?.[1]}; \
${cpus().length} × ${processor.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB.`;
const text = reliabilityPage(environment, results);
const file = 'docs/reliability.md';
writeFileSync(file, await format(text, { ...(await resolveConfig(file)), parser: 'markdown', proseWrap: 'always' }));
