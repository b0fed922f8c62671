// Serves what is in src/ and starts the server again after each change: npm run dev [-- --inspect[=port]]
// SWC translates the changed files, which takes milliseconds; tsc tells type errors a little later and holds up nothing.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { endWithNpm } from './end-with-npm.mjs';

endWithNpm();
const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'src');
// Beside dist, of which `npm start` and the tests make a build with tsc.
const output = join(root, 'dist.dev');
const require = createRequire(import.meta.url);
const swc = require('./swc-options.cjs');
/** An editor writes a file in several steps, a checkout many files. */
const settleMilliseconds = 50;
const standbyMilliseconds = 3_000;
/** Where a debugger finds the server; undefined: nowhere. */
const inspectorPort = inspectorPortOf(process.argv.slice(2));

/** The source files that are translated, with the time of their last change. */
const translated = new Map();
const watched = new Set();

/** Translates what has changed since the last call. @returns whether the server can and should start again. */
async function translate() {
  const entries = readdirSync(sources, { recursive: true, withFileTypes: true });
  const directories = entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  // Not `recursive`: Node.js 20 loses sight of a file that an editor replaces.
  for (const directory of [sources, ...directories].filter((each) => !watched.has(each))) {
    watched.add(directory);
    watch(directory, onChange).on('error', () => watched.delete(directory));
  }
  const files = new Map(
    entries
      .filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file, statSync(file).mtimeMs]),
  );
  const removed = [...translated.keys()].filter((file) => !files.has(file));
  const changed = [...files].filter(([file, time]) => translated.get(file) !== time);
  for (const file of removed) {
    rmSync(targetOf(file), { force: true });
    translated.delete(file);
  }
  const results = await Promise.allSettled(changed.map(([file, time]) => translateFile(file, time)));
  const failures = results.filter(({ status }) => status === 'rejected');
  for (const { reason } of failures) process.stderr.write(`${reason.message}\n`);
  return failures.length === 0 && changed.length + removed.length > 0;
}

const targetOf = (file) => join(output, relative(sources, file).replace(/\.ts$/, '.js'));

async function translateFile(file, time) {
  const target = targetOf(file);
  const { code } = await transformFile(file, {
    ...swc,
    configFile: false,
    swcrc: false,
    sourceFileName: relative(dirname(target), file),
    inlineSourcesContent: false,
  });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
  translated.set(file, time);
}

function inspectorPortOf(options) {
  if (options.length === 0) return undefined;
  const found = /^--inspect(?:=(\d+))?$/.exec(options.join(' '));
  if (found !== null) return Number(found[1] ?? 9229);
  process.stderr.write('npm run dev takes one option: -- --inspect or -- --inspect=PORT\n');
  process.exit(2);
}

let server;
/** The next server, with everything loaded but the program. */
let standby;
let stopping = false;

const spawnServer = () =>
  spawn(process.execPath, [fileURLToPath(new URL('dev-server.cjs', import.meta.url))], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
const isRunning = (child) => child !== undefined && child.exitCode === null && child.signalCode === null;

async function restart() {
  if (isRunning(server)) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    // The database outlives it, and the next server takes that over: quicker than to stop and start both.
    server.kill('SIGKILL');
    await ended;
  }
  if (stopping) return;
  server = isRunning(standby) ? standby : spawnServer();
  standby = undefined;
  server.send({ main: join(output, 'main.js'), inspect: inspectorPort });
  server.once('exit', (code, signal) => {
    if (signal !== 'SIGKILL' && !stopping) process.stderr.write('The server ended; it starts again after a change.\n');
  });
  // Not at once: the start should have the processor for itself.
  setTimeout(() => {
    if (!stopping && !isRunning(standby)) standby = spawnServer();
  }, standbyMilliseconds);
}

let timer;
let work = Promise.resolve();

function onChange() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    work = work.then(async () => {
      if (stopping || !(await translate()) || stopping) return;
      process.stderr.write('Changed, starting again …\n');
      await restart();
    });
  }, settleMilliseconds);
}

/** Ctrl-C reaches the others by itself, a signal to this process alone does not. */
function stop() {
  if (stopping) return;
  stopping = true;
  compiler.kill();
  standby?.kill();
  if (!isRunning(server)) process.exit();
  server.once('exit', () => process.exit());
  server.kill('SIGTERM');
}

rmSync(output, { recursive: true, force: true });
const compiler = spawn(
  process.execPath,
  [
    require.resolve('typescript/bin/tsc'),
    ...['-p', join(root, 'tsconfig.build.json'), '--noEmit', '--watch', '--preserveWatchOutput'],
    ...['--incremental', '--tsBuildInfoFile', join(root, '.cache/dev.tsbuildinfo')],
  ],
  { stdio: ['ignore', 'inherit', 'inherit'] },
);
process.on('SIGINT', stop).on('SIGTERM', stop);
await translate();
await restart();
