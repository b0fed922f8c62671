declare global {
  /** In milliseconds, of the project in jest.config.js. */
  var testTimeout: number;
}

jest.setTimeout(testTimeout);

export {};
