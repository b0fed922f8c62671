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
    .map(([name, text]) => `-- ${name}\n${laidOut(text)};\n`);
  const all = [head, ...named].join('\n');
  if (process.env.WRITE_QUERIES) writeFileSync(file, all);
  expect(readFileSync(file, 'utf8')).toBe(all);
}

/** Without the indentation that the code around it has, and a line for each clause and each column of a long line. */
export function laidOut(text: string): string {
  const [first, ...rest] = text
    .trim()
    .split('\n')
    .map((line) => line.trimEnd());
  const depth = Math.min(...rest.filter(Boolean).map((line) => line.length - line.trimStart().length));
  return [first!, ...rest.filter(Boolean).map((line) => line.slice(depth))].flatMap(broken).join('\n');
}

const maxLineLength = 120;
const clause = /^ (?=(from|where|order by|values|on conflict|returning|union) )/;

function broken(line: string): string[] {
  if (line.length <= maxLineLength) return [line];
  const indentation = line.slice(0, line.length - line.trimStart().length);
  const parts = [''];
  let depth = 0;
  let isQuoted = false;
  for (const [at, character] of [...line.trimStart()].entries()) {
    if (character === "'") isQuoted = !isQuoted;
    if (!isQuoted && '()'.includes(character)) depth += character === '(' ? 1 : -1;
    const isFree = !isQuoted && depth === 0 && character === ' ';
    if (isFree && clause.test(line.trimStart().slice(at))) parts.push('');
    else if (isFree && parts.at(-1)!.endsWith(',')) parts.push('  ');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => indentation + part);
}
