const swc = require('./scripts/swc-options.cjs');

const minute = 60_000;

/** @param timeout of a test, in milliseconds. It is no measure of speed: it finds what hangs, on a busy machine too. */
const project = (displayName, folder, timeout = 5 * minute) => ({
  displayName,
  // One cache of translated files for all projects: by itself each would translate every package again.
  id: 'tideline',
  testMatch: [`<rootDir>/${folder}/**/*.spec.ts`],
  testEnvironment: 'node',
  // Nest 12 is published as ES modules, which Jest cannot load: everything is translated once and cached.
  transform: { '\\.[cm]?[jt]s$': ['@swc/jest', swc] },
  transformIgnorePatterns: [],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  // The client names its files as they are called once compiled.
  moduleNameMapper: { '^\\./bulk-requests\\.js$': './bulk-requests.ts' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/dist\\.', '<rootDir>/.data/'],
  // Jest 30 accepts testTimeout in a project, but does not read it.
  globals: { testTimeout: timeout },
  setupFilesAfterEnv: ['<rootDir>/test/support/timeout.ts', '<rootDir>/test/support/threads.ts'],
});

/** Tests on a throw-away PostgreSQL, one for all projects of a run. */
const withDatabase = ({ setupFilesAfterEnv, ...rest }) => ({
  ...rest,
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFilesAfterEnv: [...setupFilesAfterEnv, '<rootDir>/test/support/each-file.ts'],
});

/**
 * CONTRIBUTING.md says what each project is for. Without a choice Jest runs all of them, for about an hour. In package.json
 * --maxWorkers stands behind --selectProjects, which would take the words of `npm test -- sources` for projects.
 */
/** @type {import('jest').Config} */
module.exports = {
  projects: [
    project('unit', 'src'),
    withDatabase(project('e2e', 'test/e2e')),
    withDatabase(project('contract', 'test/contract')),
    withDatabase(project('integration', 'test/integration')),
    withDatabase(project('security', 'test/security', 10 * minute)),
    withDatabase(project('consistency', 'test/consistency', 10 * minute)),
    withDatabase(project('fuzz', 'test/fuzz', 10 * minute)),
    withDatabase(project('scale', 'test/scale', 5 * minute)),
    withDatabase(project('browser', 'test/browser', 5 * minute)),
    withDatabase(project('timing', 'test/timing', 30 * minute)),
    // They start the built program as people do, so they bring their own databases.
    project('process', 'test/process', 20 * minute),
  ],
  reporters: ['default', '<rootDir>/test/support/codes-reporter.js'],
  // One more than the two cores this is made for: tests often wait for the database.
  maxWorkers: 3,
  // A worker that is begun anew has to load everything again, which takes longer than many a file of tests.
  workerIdleMemoryLimit: '3GB',
};
