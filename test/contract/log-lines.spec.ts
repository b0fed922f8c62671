import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useApi } from '../support/api';

const root = join(__dirname, '../..');
const documentation = readFileSync(join(root, 'docs/deploying.md'), 'utf8');
const [, log] = /^## Log\n([^]*?)^## /m.exec(documentation)!;

/** The first cells of the tables' rows. */
const rows = log!
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));
const isLevel = (cell: string) => /^`(info|warn|error|fatal)`$/.test(cell);
const messages = rows.filter(([, first]) => isLevel(first!)).map(([, level, message]) => `${level} ${message}`);
const fields = rows.filter(([, first]) => !isLevel(first!)).flatMap(([, cell]) => cell!.match(/\w+(?=`)/g)!);

/** Literal messages of the program, by level; what is for developers is left out. */
function written(): string[] {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/logger\.(info|warn|error|fatal)\([^;]*?'([A-Za-z][^'\n]*)',?\s*\)/g)])
    .map(([, level, message]) => `\`${level}\` \`${message}\``);
}

/** Put together from parts, or made where no level stands beside it. */
const composed = [
  '`info` `it works again: …`',
  '`error` `due work does not get into the queue …; it is tried again until it works`',
  '`error` `waiting mails cannot be read; it is tried again until it works`',
  '`error` `events cannot be handed on; it is tried again until it works`',
  '`error` `deliveries are not made; it is tried again until it works`',
  '`warn` `To the database only ASCII letters are letters: …`',
  '`fatal` `the embedded database is gone`',
];

const { program } = useApi();

it('the messages of docs/deploying.md are those of the program', () => {
  const all = written().filter((message) => message !== '`info` `request`');
  expect(all.length).toBeGreaterThan(20);
  expect([...messages].sort()).toEqual([...new Set([...all, ...composed])].sort());
});

it('the fields of a request in docs/deploying.md are those of its line', async () => {
  const ada = await program.register();
  const owner = program.client.as(ada);
  await owner.get('/contacts?limit=1');
  const { result } = await owner.post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', {
    name: 'A',
  });
  const grant = {
    grant_type: 'client_credentials',
    client_id: result.app.client_id,
    client_secret: result.client_secret,
  };
  const token = await program.client.post<{ access_token: string }>('/oauth/token', grant);
  await program.client.as(token.result).get('/contacts?limit=1');
  const lines = program.log
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'request');
  const seen = new Set([...lines.flatMap((line) => Object.keys(line)), 'hung_up']);
  expect(new Set([...fields, 'level', 'time', 'msg'])).toEqual(seen);
});
