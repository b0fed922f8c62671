const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '../..');

/**
 * After a whole run of the projects e2e and contract: every code that `openapi.json` documents was raised by a test, with a status
 * it is documented for. A run of some files only, or one with failures, is not judged.
 */
class CodesReporter {
  constructor(globalConfig) {
    this.globalConfig = globalConfig;
  }

  onRunComplete(contexts, results) {
    const { testPathPatterns, testNamePattern } = this.globalConfig;
    const projects = new Set([...contexts].map(({ config }) => config.displayName?.name));
    const partial =
      !['e2e', 'contract'].every((project) => projects.has(project)) ||
      (testPathPatterns?.patterns ?? []).length > 0 ||
      Boolean(testNamePattern);
    if (partial || results.numFailedTests > 0 || results.numFailedTestSuites > 0) return;
    const missing = [...documented()].filter((code) => !raised().has(code));
    if (missing.length === 0) return;
    this.error = new Error(`No test raised these documented codes (status code): ${missing.join(', ')}`);
    process.stderr.write(`${this.error.message}\n`);
  }

  getLastError() {
    return this.error;
  }
}

/** Lines such as "404 sources.not_found". */
function documented() {
  const { paths } = JSON.parse(readFileSync(join(root, 'openapi.json'), 'utf8'));
  const found = new Set();
  for (const methods of Object.values(paths)) {
    for (const { responses } of Object.values(methods)) {
      for (const [status, { content }] of Object.entries(responses)) {
        const schema = content?.['application/json']?.schema;
        const codes = (schema?.anyOf?.[0] ?? schema)?.properties?.error?.properties?.code?.enum ?? [];
        for (const code of codes) found.add(`${status} ${code}`);
      }
    }
  }
  return found;
}

function raised() {
  const directory = join(root, 'test-results/codes');
  if (!existsSync(directory)) return new Set();
  return new Set(readdirSync(directory).flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n')));
}

module.exports = CodesReporter;
