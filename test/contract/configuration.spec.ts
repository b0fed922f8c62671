import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (file: string) => readFileSync(join(__dirname, '../..', file), 'utf8');

/** Every variable that the program reads. */
const variables = [
  ...new Set([
    ...[...read('src/platform/config/config.ts').matchAll(/'([A-Z][A-Z_]{3,})'/g)].map(([, name]) => name!),
    'DATA_DIR',
  ]),
];
/** Set by the image, or given to each service in its own way. */
const ofTheImage = ['PORT', 'HOST', 'DATA_DIR', 'WORKERS', 'MIGRATE_ON_START'];

it('knows what it looks for', () => {
  expect(variables).toEqual(expect.arrayContaining(['PORT', 'JWT_SECRET_PREVIOUS', 'RATE_LIMIT_LOGIN', 'SMTP_URL']));
});

it.each(variables)('%s is in the table of the README', (name) => {
  const rows = read('README.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows.some((row) => row.split('|')[1]!.includes(`\`${name}\``))).toBe(true);
});

it.each(variables.filter((name) => !ofTheImage.includes(name)))('%s reaches the containers', (name) => {
  expect(read('docker-compose.yml')).toMatch(new RegExp(`^    ${name}: `, 'm'));
});
