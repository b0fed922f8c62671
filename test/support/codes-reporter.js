const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '../..');

/**
 * After a whole run of the projects e2e and contract: every code that the documents name was raised by a test, with a status
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
  const found = new Set();
  for (const file of ['openapi.json', 'openapi-operations.json']) {
    const { paths, components } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    for (const { responses } of Object.values(paths).flatMap((methods) => Object.values(methods))) {
      for (const [status, response] of Object.entries(responses)) {
        if (status === '200') continue;
        const { content } = response.$ref ? components.responses[response.$ref.split('/').at(-1)] : response;
        for (const code of codesOf(content['application/json'].schema)) found.add(`${status} ${code}`);
      }
    }
  }
  return found;
}

/** A failure is the common shape and its own codes; a form has a shape of its own beside that. */
function codesOf(schema) {
  const [, narrowed] = (schema.anyOf?.[0] ?? schema).allOf;
  return narrowed.properties.error.properties.code.enum;
}

function raised() {
  const directory = join(root, 'test-results/codes');
  if (!existsSync(directory)) return new Set();
  return new Set(readdirSync(directory).flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n')));
}

module.exports = CodesReporter;
