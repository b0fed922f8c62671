const shared = require('./jest.config.js');

/** What goes too deep for every `npm test`: imports row by row, deliveries, limits, passwords, overload. */
/** @type {import('jest').Config} */
module.exports = {
  ...shared,
  testMatch: ['<rootDir>/test/thorough/**/*.spec.ts'],
  reporters: ['default'],
};
