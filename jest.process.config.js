const { globalSetup, globalTeardown, ...shared } = require('./jest.config.js');

/** Tests of whole processes: they start the built program as people do, so they bring their own databases. */
/** @type {import('jest').Config} */
module.exports = {
  ...shared,
  testMatch: ['<rootDir>/test/process/**/*.spec.ts'],
  setupFilesAfterEnv: [],
  reporters: ['default'],
  // More than cores: much of it is waiting for programs to start, and for leases of killed ones to end.
  maxWorkers: 3,
  testTimeout: 1_200_000,
};
