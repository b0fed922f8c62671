const { globalSetup, globalTeardown, ...shared } = require('./jest.config.js');

/** Tests of whole processes: they start the built program as people do, so they bring their own databases. */
/** @type {import('jest').Config} */
module.exports = {
  ...shared,
  testMatch: ['<rootDir>/test/process/**/*.spec.ts'],
  setupFilesAfterEnv: [],
  reporters: ['default'],
  // Each starts programs of its own.
  maxWorkers: 2,
  testTimeout: 1_200_000,
};
