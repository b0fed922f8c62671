import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/app';
import { newDataDir, root, start, stop } from '../support/server-process';

interface Step {
  readonly command: string;
  readonly output: string;
}

/** The lines between the tour's marks: `$ command`, then what it prints. */
function tourOf(file: string): Step[] {
  const document = readFileSync(join(root, file), 'utf8');
  const [, text] = /<!-- tour[^]*?-->([^]*?)<!-- end of the tour -->/.exec(document)!;
  const steps: { command: string; output: string }[] = [];
  for (const [, block] of text!.matchAll(/```console\n([^]*?)```/g)) {
    for (const line of block!.trim().split('\n')) {
      if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: '' });
      else steps.at(-1)!.output += `${line}\n`;
    }
  }
  return steps;
}

/** What differs from run to run. */
function plain(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replaceAll(/"next_cursor":"[^"]+"/g, '"next_cursor":"<cursor>"')
    .replaceAll(/whsec_[\w+/=]+/g, '<secret>')
    .replaceAll(/"(access|refresh|invite)_token":"[^"]+"/g, '"$1_token":"<token>"');
}

/** The three dots of the documentation stand for anything. */
function pattern(shown: string): RegExp {
  const parts = plain(shown.trim()).split('…');
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}

it.each(['README.md', 'docs/tour.md', 'docs/imports.md'])('the tour of %s gives what it shows', async (file) => {
  const steps = tourOf(file);
  expect(steps.length).toBeGreaterThan(8);
  const { path: dataDir, dispose } = await newDataDir();
  const port = await freePort();
  const server = await start({ dataDir, port });
  try {
    const mark = '---next---';
    const script = steps.map(({ command }) => `${command}\necho; echo '${mark}'`).join('\n');
    const here = script.replaceAll('http://127.0.0.1:3000', server.url);
    const printed = execFileSync('bash', ['-c', here], { encoding: 'utf8' }).split(mark);
    expect(printed).toHaveLength(steps.length + 1);
    for (const [index, { output }] of steps.entries()) {
      expect(plain(printed[index]!.trim())).toMatch(pattern(output));
    }
  } finally {
    await stop(server);
    await dispose();
  }
});
