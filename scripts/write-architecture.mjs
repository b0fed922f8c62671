// Draws the import rules into ARCHITECTURE.md: node scripts/write-architecture.mjs [--check]
// Also fails when a rule allows an import that no file makes.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { writeOrCheck } from './generated.mjs';

const { contexts, floors, platformRooms } = createRequire(import.meta.url)('./import-rules.cjs');
const root = fileURLToPath(new URL('..', import.meta.url));

/** By the name of the picture: whom each may import, and which of them a file belongs to. */
const rules = {
  floors: { table: floors, placeOf: (file) => /^src\/(\w+)\//.exec(file)?.[1] ?? 'programs' },
  contexts: { table: contexts, placeOf: (file) => /^src\/contexts\/([^/]+)\//.exec(file)?.[1] },
  platform: { table: platformRooms, placeOf: (file) => /^src\/platform\/([^/]+)\//.exec(file)?.[1] },
};

const imports = importsOf('src');
let document = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
for (const [name, { table, placeOf }] of Object.entries(rules)) {
  document = withPicture(document, name, pictureOf(table));
  for (const unused of unusedIn(table, placeOf)) {
    console.error(`scripts/import-rules.cjs allows ${unused}, but no file needs it. Take it out.`);
    process.exitCode = 1;
  }
}
writeOrCheck('ARCHITECTURE.md', document, 'npm run architecture');

function pictureOf(table) {
  const places = Object.keys(table);
  const arrows = places.flatMap((from) => withoutDetours(table, from).map((to) => `  ${from} --> ${to}`));
  const alone = places.filter((place) => !arrows.some((arrow) => arrow.split(' ').includes(place)));
  return ['```mermaid', 'flowchart TD', ...arrows, ...alone.map((place) => `  ${place}`), '```'].join('\n');
}

/** An arrow that follows from two others says nothing new. */
function withoutDetours(table, from) {
  return table[from].filter((to) => !table[from].some((other) => other !== to && reaches(table, other, to)));
}

function reaches(table, from, to) {
  return table[from].some((next) => next === to || reaches(table, next, to));
}

/** The place of a picture is between two comments. */
function withPicture(text, name, picture) {
  const [begin, end] = [`<!-- picture: ${name} -->`, '<!-- end of the picture -->'];
  const [before, rest] = text.split(begin);
  if (rest === undefined) throw new Error(`ARCHITECTURE.md has no "${begin}".`);
  return `${before}${begin}\n\n${picture}\n\n${rest.slice(rest.indexOf(end))}`;
}

function unusedIn(table, placeOf) {
  const used = new Set(imports.map(({ from, to }) => `${placeOf(from)} → ${placeOf(to)}`));
  return Object.entries(table)
    .flatMap(([from, below]) => below.map((to) => `${from} → ${to}`))
    .filter((arrow) => !used.has(arrow));
}

/** Every import of a file of ours by another one. */
function importsOf(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((file) => file.endsWith('.ts'))
    .flatMap((from) =>
      ts
        .preProcessFile(readFileSync(join(root, from), 'utf8'))
        .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => ({ from, to: posix.join(posix.dirname(from), fileName) })),
    );
}
