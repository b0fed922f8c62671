const shared = require('./jest.config.js');

/** What happens with very many records: plans, deletions, memory. */
/** @type {import('jest').Config} */
module.exports = {
  ...shared,
  testMatch: ['<rootDir>/test/volume/**/*.spec.ts'],
  reporters: ['default'],
  // Each fills a database.
  maxWorkers: 2,
  testTimeout: 300_000,
};
