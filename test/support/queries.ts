import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Statement } from './statements';

const file = join(__dirname, '../../docs/queries.sql');
const head = `-- The statements that the program sends by a name of their own, as PostgreSQL gets them, so that a change of one shows in
-- review. A list has one for each set of filters that was asked for. Made by \`npm run queries\`; not edited by hand.
`;

/** Compares the named statements with those of `docs/queries.sql`, or writes that file where `WRITE_QUERIES` is set. */
export function expectNamedStatements(sent: readonly Statement[]): void {
  const texts = new Map(sent.flatMap(({ name, text }) => (name === undefined ? [] : [[name, text] as const])));
  const named = [...texts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, text]) => `-- ${name}\n${dedented(text)};\n`);
  const all = [head, ...named].join('\n');
  if (process.env.WRITE_QUERIES) writeFileSync(file, all);
  expect(readFileSync(file, 'utf8')).toBe(all);
}

/** Without the indentation that the code around it has. */
function dedented(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const filled = lines.filter((line) => line !== '');
  // The first line stands behind a quotation mark.
  const depths = filled.slice(1).map((line) => line.length - line.trimStart().length);
  const depth = Math.min(...depths);
  const [first, ...rest] = filled as [string, ...string[]];
  return [first.trimStart(), ...rest.map((line) => line.slice(depth))].join('\n').trim();
}
