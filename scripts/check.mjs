// Runs every check and ends with "N passed, N failed": node scripts/check.mjs [--full]
// A static check counts as one; a Jest run counts its tests.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const full = process.argv.includes('--full');
const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
const totals = { passed: 0, failed: 0, skipped: 0 };

function run(name, command, environment = {}) {
  process.stdout.write(`\n▶ ${name}\n`);
  const begin = Date.now();
  const { status } = spawnSync(command, {
    shell: true,
    stdio: 'inherit',
    env: { ...process.env, ...quiet, ...environment },
  });
  process.stdout.write(`${status === 0 ? '✔' : '✘'} ${name} (${Math.round((Date.now() - begin) / 1000)} s)\n`);
  return status === 0;
}

function check(name, command) {
  totals[run(name, command) ? 'passed' : 'failed']++;
}

function tests(name, command, environment) {
  const report = `test-results/${name.replaceAll(/\W+/g, '-')}.json`;
  mkdirSync('test-results', { recursive: true });
  rmSync(report, { force: true });
  const green = run(name, `${command} --json --outputFile=${report}`, environment);
  if (!existsSync(report)) {
    totals.failed++;
    return;
  }
  const result = JSON.parse(readFileSync(report, 'utf8'));
  totals.passed += result.numPassedTests;
  totals.failed += result.numFailedTests;
  totals.skipped += result.numPendingTests;
  // A file that did not load or a comparison after the run has no failed test of its own; a skip in CI is a failure.
  if ((!green && result.numFailedTests === 0) || (process.env.CI && result.numPendingTests > 0)) totals.failed++;
}

check('types', 'npx tsc -p tsconfig.json');
check('lint', 'npx eslint .');
check('format', 'npx prettier --check --log-level warn .');
check('import rules', 'npx depcruise src --config .dependency-cruiser.cjs');
check('ARCHITECTURE.md is that of the import rules', 'node scripts/write-architecture.mjs --check');
check('build', 'npm run -s build');
check('the documents are those of the build', 'node scripts/write-openapi.mjs --check');
check('the client is that of openapi.json', 'node scripts/write-client.mjs --check');
check('docs/errors.md is that of the build', 'node scripts/write-errors.mjs --check');
check('the documents are well-formed', 'npx redocly lint openapi.json openapi-operations.json');
check('migrations', 'npx squawk migrations/*.sql');
tests('npm test', 'npm test -- ');
if (full) {
  tests('integration', 'npx jest --selectProjects integration');
  tests('webhooks through Bull', 'npx jest test/integration/deliveries', { TEST_QUEUE: 'bull' });
  tests('attacks on the contract', 'npx jest --selectProjects security consistency fuzz --maxWorkers 2');
  // Each file fills a database.
  tests('scale', 'npx jest --selectProjects scale --maxWorkers 2');
  tests('browser', 'npm run -s test:browser --');
  // More workers than cores: they wait for programs to start, and for leases of killed ones to end.
  tests('processes', 'npx jest --selectProjects process --testPathIgnorePatterns import-kills stop-under-load');
  // By themselves: they keep both cores busy.
  tests('under load', 'npx jest test/process/import-kills test/process/stop-under-load --runInBand');
  tests('e2e on PostgreSQL 15', 'npx jest --selectProjects e2e', { TEST_POSTGRES_BIN: '/usr/lib/postgresql/15/bin' });
}

const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
process.exitCode = totals.failed > 0 ? 1 : 0;
