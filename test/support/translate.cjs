const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');
const swc = require('../../scripts/swc-options.cjs');

/** Translates TypeScript as Jest does, for a thread that a test starts. */
require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...swc, filename });
  module._compile(code, filename);
};
