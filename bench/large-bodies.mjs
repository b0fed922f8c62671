// Bodies of 8 MiB, and a server whose only route takes them: npm run bench -- bodies large
// It is the program's edge (src/platform/server) without database, guards and handlers, so that what is measured is the reading.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { jwtSecret, root, until } from './server.mjs';

const mebibyte = 1_048_576;
const most = 8 * mebibyte;

export async function startLargeBodyServer(port, environment) {
  const child = spawn(process.execPath, [join(root, 'bench/large-body-server.mjs')], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'error',
      DATABASE_URL: 'postgresql://127.0.0.1/none',
      JWT_SECRET: jwtSecret,
      ENCRYPTION_KEY: `${jwtSecret}, either`,
      ...environment,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await until(() =>
    fetch(`http://127.0.0.1:${port}/api/v1/large`).then(
      () => true,
      () => false,
    ),
  );
  return {
    pid: child.pid,
    token: 'any',
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const list = (count, itemOf) => `[${Array.from({ length: count }, (_, index) => itemOf(index)).join()}]`;
const object = (count, keyOf, value) =>
  `{${Array.from({ length: count }, (_, index) => `"${keyOf(index)}":${value}`).join()}}`;
const text = (bytes, of = 'x') => `"${of.repeat(Math.floor((bytes - 2) / Buffer.byteLength(of)))}"`;
/** An item of so many fields, and of about as many bytes as an item of a thousand may have. */
const record = (fields) => object(fields, (index) => `field_${index}`, text(8_300 / fields - 12));
const items = (value) => `{"items":${value}}`;

/** Shapes by their names. What is smaller is filled up with blanks. */
const shapes = {
  '1,000 items of 10 fields': () => items(list(1_000, () => record(10))),
  '1,000 items of 70 fields': () => items(list(1_000, () => record(70))),
  '1,000 items of 149 fields': () => items(list(1_000, () => object(149, (index) => `field_${index}`, text(40)))),
  'an item that is one text': () => items(`[${text(most - 100)}]`),
  'one text beside the items': () => `{"items":[],"text":${text(most - 100)}}`,
  'one key beside the items': () => `{"items":[],${text(most - 100, 'k')}:1}`,
  'a text of escapes': () => items(`[${text(most - 100, '\\u00e9')}]`),
  'a text of surrogate pairs': () => items(`[${text(most - 100, '🌊')}]`),
  'a text of escaped quotes': () => items(`[${text(most - 100, '\\"')}]`),
  '140,000 empty objects': () => items(list(140_000, () => '{}')),
  'as many empty objects as fit': () => items(`[${'{},'.repeat(most / 3 - 100)}{}]`),
  'as many brackets as fit': () => items('['.repeat(most - 100)),
  'items of 30 levels': () => items(list(5_000, () => '['.repeat(29) + ']'.repeat(29))),
  '9 items of 14,900 keys': () => items(list(9, () => object(14_900, (index) => `k${index}`, 1))),
  '9 items of 14,900 long keys': () => items(list(9, () => object(14_900, (index) => `${index}${'k'.repeat(50)}`, 1))),
  '9 items of 14,900 escaped keys': () => items(list(9, () => object(14_900, (index) => `\\u0001\\n\\"${index}`, 1))),
  '9 items of 14,900 keys that look forbidden': () =>
    items(list(9, () => object(14_900, (index) => `\\u0063onstructo${index}`, 1))),
  '9 items of 14,900 ids': () =>
    items(list(9, () => list(14_900, (index) => `"0190a6c0-5b1e-7c3a-9f41-${String(index).padStart(12, '0')}"`))),
  '14,900 keys beside the items': () => `{"items":[],"beside":${object(14_900, (index) => `key ${index}`, 1)}}`,
  '14,900 lists of items': () => `{${Array(14_900).fill('"items":[]').join()}}`,
  'nothing but blanks': () => items('[]'),
  'malformed at its end': () => `{"items":${list(1_000, () => record(70))}`,
};

export function* trialsOfLargeBodies() {
  for (const [name, make] of Object.entries(shapes)) {
    const whole = make();
    const body = Buffer.from(whole + ' '.repeat(Math.max(0, most - Buffer.byteLength(whole))));
    yield { name, method: 'POST', url: '/api/v1/large', body };
  }
}
