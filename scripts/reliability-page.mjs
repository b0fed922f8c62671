/** @returns one item of a list for a part of a suite; a part with texts among its values gets an item for each value. */
function itemOf({ part, ...values }) {
  const shown = Object.entries(values).map(([name, value]) => {
    if (typeof value === 'string') return `${name}: ${value}`;
    return `${name} ${name === 'seed' ? value : value.toLocaleString('en')}`;
  });
  const hasTexts = Object.values(values).some((value) => typeof value === 'string');
  return hasTexts ? `- ${part}\n${shown.map((each) => `  - ${each}`).join('\n')}` : `- ${part}: ${shown.join(', ')}`;
}

function sectionOf({ title, line, command, passed, failed, minutes, values }) {
  return `## ${title}

${line}

Run it with \`${command}\`. Tests passed: ${passed}; failed: ${failed}; minutes: ${minutes}.

${values.map(itemOf).join('\n')}
`;
}

/**
 * @param environment commit, versions and machine of the run.
 * @param results for each suite its title, the claim that it tests, its command and what it measured.
 * @returns docs/reliability.md, before prettier.
 */
export function reliabilityPage(environment, results) {
  return `# Reliability

These suites try to break the contract ([contract.md](contract.md)) and the promises beyond it. \`npm run reliability\` runs
them in full and writes this page; do not edit it by hand. \`npm run check:full\` runs a small form of all but the last.

${environment}

How long accounts wait for each other is in [neighbours.md](neighbours.md).

A suite that works by chance prints its seed. The head of its file in \`test/fuzz\` or \`test/consistency\` names the variable that
repeats a seed.

${results.map(sectionOf).join('\n')}`;
}
