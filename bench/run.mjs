import { parseArgs } from 'node:util';

const usage = `npm run bench -- [options]

  --rows <n>       contacts in the database: 10000, 100000 or 1000000   100000
  --json <file>    writes the results as JSON as well
  --only <words>   only scenarios with one of these words in their names: get,search
  --help

npm run bench -- import [rows …]      an import beside COPY, for numbers of rows
npm run bench -- fairness             deliveries of one account beside many whose receivers do not answer
npm run bench -- neighbours [name …]  a bystander beside hostile accounts, for each shared resource
npm run bench -- bodies [words …]     the largest bodies: time that others wait, and memory
npm run bench -- bodies large         the same for bodies of 8 MiB
npm run bench -- writes <directory>   processor time of create and PATCH beside another tree; [turns] 30
npm run bench -- bulk [turns]         many records at once, beside single creates and an import; [turns] 5
npm run bench -- page <file> [file]   writes docs/performance.md from results; the second file from a million rows
`;

const [name, ...rest] = process.argv.slice(2);
if (name === 'import') await (await import('./import.mjs')).run(rest);
else if (name === 'fairness') await (await import('./webhook-fairness.mjs')).run();
else if (name === 'neighbours') await (await import('./neighbours.mjs')).run(rest);
else if (name === 'bodies') await (await import('./bodies.mjs')).run(rest);
else if (name === 'writes') await (await import('./writes.mjs')).run(rest);
else if (name === 'bulk') await (await import('./bulk.mjs')).run(rest);
else if (name === 'page') await (await import('./page.mjs')).writePage(rest);
else {
  try {
    const text = { type: 'string' };
    const { values } = parseArgs({ options: { rows: text, json: text, only: text, help: { type: 'boolean' } } });
    const rows = Number(values.rows ?? 100_000);
    if (!Number.isInteger(rows) || rows < 1_000) throw new Error('--rows must be a number of at least 1000.');
    if (values.help) process.stdout.write(usage);
    else await (await import('./scenarios.mjs')).run({ rows, json: values.json, only: values.only?.split(',') });
  } catch (error) {
    if (error.code?.startsWith('ERR_PARSE_ARGS') || error.message.startsWith('--')) {
      process.stderr.write(`${error.message}\n\n${usage}`);
      process.exit(2);
    }
    throw error;
  }
}
