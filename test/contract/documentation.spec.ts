import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const files = tracked
  .trim()
  .split('\n')
  .filter((file) => existsSync(join(root, file)));
const documents = files.filter((file) => file.endsWith('.md'));
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

interface Block {
  readonly document: string;
  readonly language: string;
  readonly text: string;
  /** The comment right above. */
  readonly mark: string | undefined;
  readonly inTour: boolean;
}

const blocks: Block[] = documents.flatMap((document) => {
  const text = read(document);
  return [...text.matchAll(/(?:<!-- (.*) -->\n\n)?^ *```(\w+)\n([^]*?)^ *```$/gm)].map((found) => ({
    document,
    mark: found[1],
    language: found[2]!,
    text: found[3]!,
    inTour:
      text.lastIndexOf('<!-- tour', found.index) > text.lastIndexOf('<!-- end of the tour', found.index) ||
      /^tour/.test(found[1] ?? ''),
  }));
});

/** Commands for which no mark says by which test they are executed: where they are, by their beginning. */
const executed: Readonly<Record<string, { readonly by?: string; readonly reason: string }>> = {
  'npm ci && npm start    #': { by: 'test/process/fresh-clone.spec.ts', reason: 'in a fresh clone' },
  'npm ci && npm run dev': { by: 'test/process/dev.spec.ts', reason: 'on a copy of the sources' },
  'npm run demo': { by: 'test/process/demo.spec.ts', reason: 'and the seed in test/process/seed.spec.ts' },
  'cp .env.example .env': {
    by: 'test/contract/compose.spec.ts',
    reason: 'Docker is not everywhere: the compose file is checked, test/process/image.spec.ts runs what it starts',
  },
  'npm ci && npm run build': {
    by: 'test/process/deploying.spec.ts',
    reason: 'the program with a DATABASE_URL and secrets; the address is an example',
  },
  'docker compose build': { by: 'test/process/image.spec.ts', reason: 'the image’s commands are run without Docker' },
  'export NODE_OPTIONS': { reason: 'packages of others, which the program does not bring' },
};

const isCommand = ({ language }: Block) => ['sh', 'bash', 'console', 'powershell'].includes(language);

describe('commands in the documentation', () => {
  const commands = blocks.filter(isCommand);

  it.each(commands.map((block) => [`${block.document}: ${block.text.split('\n')[0]!.slice(0, 60)}`, block] as const))(
    '%s is executed by a test',
    (_name, block) => {
      if (block.inTour) {
        expect(read('test/process/readme.spec.ts')).toContain(`'${block.document}'`);
        return;
      }
      const name = /^run: (\S+)$/.exec(block.mark ?? '')?.[1];
      if (name) {
        const tests = files.filter((file) => file.startsWith('test/') && file.endsWith('.spec.ts')).map(read);
        const ofDocument = tests.filter((text) => text.includes(`'${block.document}'`));
        expect(ofDocument.some((text) => text.includes(`documented('${name}')`))).toBe(true);
        return;
      }
      const [, known] = Object.entries(executed).find(([beginning]) => block.text.startsWith(beginning)) ?? [];
      expect(known?.reason).toBeDefined();
      if (known?.by) expect(existsSync(join(root, known.by))).toBe(true);
    },
  );

  it('has no exception that nobody needs', () => {
    const beginnings = Object.keys(executed);
    expect(beginnings.filter((beginning) => !commands.some(({ text }) => text.startsWith(beginning)))).toEqual([]);
  });

  it('that are scripts of package.json exist there', () => {
    const named = documents.flatMap((document) =>
      [...read(document).matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, script]) => `${document}: ${script}`),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((each) => !(each.split(': ')[1]! in scripts))).toEqual([]);
  });

  it('has every script of package.json in CONTRIBUTING.md', () => {
    const contributing = read('CONTRIBUTING.md');
    const names = Object.keys(scripts).map((script) =>
      ['start', 'test'].includes(script) ? `npm ${script}` : `npm run ${script}`,
    );
    expect(names.filter((name) => !new RegExp(`\`${name}[ \`]`).test(contributing))).toEqual([]);
  });
});

describe('links in the documentation', () => {
  /** As they are made of headings where Markdown is shown. */
  const anchors = (document: string) => [
    ...[...read(document).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
    ...[...read(document).matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id!),
  ];
  const links = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target]) => ({ document, target: target! })),
  );

  it('lead somewhere', () => {
    expect(links.length).toBeGreaterThan(20);
    const broken = links.filter(({ document, target }) => {
      const [path, anchor] = target.split('#') as [string, string?];
      const file = path === '' ? document : join(dirname(document), path);
      return !existsSync(join(root, file)) || (anchor !== undefined && !anchors(file).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  it('name files that exist', () => {
    const folders = 'src|test|scripts|bench|docs|migrations|client|demo|kernel|platform|contexts';
    const named = documents.flatMap((document) =>
      [...read(document).matchAll(new RegExp(`\`((?:${folders})/[\\w./-]*\\w)\``, 'g'))].map(([, file]) => ({
        document,
        file: file!,
      })),
    );
    expect(named.length).toBeGreaterThan(9);
    // What is built is not there before it is built.
    const written = named.filter(({ file }) => !file.startsWith('client/dist'));
    const missing = written.filter(({ document, file }) =>
      [root, join(root, dirname(document)), join(root, 'src')].every((base) => !existsSync(join(base, file))),
    );
    expect(missing).toEqual([]);
  });

  it('name files of the source by the end of a path', () => {
    const named = documents.flatMap((document) =>
      [...read(document).matchAll(/`([\w.-][\w./-]*\.(?:ts|mjs|cjs|js|sql))`/g)].map(([, file]) => ({
        document,
        file: file!,
      })),
    );
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter(({ file }) => !files.some((path) => `/${path}`.endsWith(`/${file}`)))).toEqual([]);
  });
});
