const shared = require('./jest.config.js');

/** The suites that try to break the contract, by generated calls: isolation, tokens, inputs, models. */
/** @type {import('jest').Config} */
module.exports = {
  ...shared,
  testMatch: ['<rootDir>/test/proof/**/*.spec.ts', '<rootDir>/test/fuzz/**/*.spec.ts'],
  reporters: ['default'],
  maxWorkers: 2,
  testTimeout: 600_000,
};
