const shared = require('./jest.config.js');

/** What takes too long, or is too much a matter of chance, to be asked of every change. */
/** @type {import('jest').Config} */
module.exports = {
  ...shared,
  testMatch: ['<rootDir>/test/long/**/*.spec.ts'],
  reporters: ['default'],
  maxWorkers: 1,
  testTimeout: 1_800_000,
};
