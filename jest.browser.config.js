const { reporters: _, ...shared } = require('./jest.config.js');

/** Tests of the pages that people meet, in a browser: CHROMIUM_PATH, else the one of Debian. */
/** @type {import('jest').Config} */
module.exports = {
  ...shared,
  testMatch: ['<rootDir>/test/browser/**/*.spec.ts'],
  reporters: ['default'],
  maxWorkers: 1,
  testTimeout: 300_000,
};
