// Builds if anything changed since the last build, then runs a program: node scripts/start.mjs main|worker|migrate
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithNpm } from './end-with-npm.mjs';

endWithNpm();
const root = fileURLToPath(new URL('..', import.meta.url));
const program = process.argv[2] ?? 'main';
const stamp = join(root, 'dist', '.built');
const require = createRequire(import.meta.url);

function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function build() {
  process.stderr.write('Building …\n');
  // Aside, so that two programs which are started together do not delete each other's build.
  const aside = join(root, `dist.${process.pid}`);
  const compiler = require.resolve('typescript/bin/tsc');
  const project = join(root, 'tsconfig.build.json');
  const result = spawnSync(process.execPath, [compiler, '-p', project, '--outDir', aside], { stdio: 'inherit' });
  if (result.status !== 0) {
    rmSync(aside, { recursive: true, force: true });
    process.exit(result.status ?? 1);
  }
  writeFileSync(join(aside, '.built'), '');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  renameSync(aside, join(root, 'dist'));
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Tideline needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
// The image brings a finished build and no sources.
const sources = ['src', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name)).filter(existsSync);
if (
  program === 'build' ||
  (sources.length > 0 && (!existsSync(stamp) || statSync(stamp).mtimeMs < Math.max(...sources.map(newest))))
)
  build();
// In this process, so that signals reach it directly.
if (program !== 'build') require(join(root, 'dist', `${program}.js`));
