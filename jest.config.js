const swc = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    // As in tsconfig.json: declared fields must not exist before they are set, or "was it sent?" lies.
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Nest 12 is published as ES modules, which Jest cannot load: everything is translated once and cached.
  transform: { '\\.[cm]?[jt]s$': ['@swc/jest', swc] },
  transformIgnorePatterns: [],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/e2e/**/*.spec.ts', '<rootDir>/test/contract/**/*.spec.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/each-file.ts'],
  reporters: ['default', '<rootDir>/test/support/codes-reporter.js'],
  // One more than the two cores this is made for: tests often wait for the database.
  maxWorkers: 3,
  // No measure of speed: what hangs is found out, on a machine with much else to do too.
  testTimeout: 60_000,
  // A worker that is begun anew has to load everything again, which takes longer than many a file of tests.
  workerIdleMemoryLimit: '3GB',
};
