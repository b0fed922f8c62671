import { InvalidInputError } from '../../kernel/domain-error';
import { formFileOf, isForm } from './form-file';

const type = 'multipart/form-data; boundary=xyz';
const sizes = [1, 2, 3, 7, 1_000, 1_000_000];

function part(disposition: string, content: string, more = ''): string {
  return `--xyz\r\nContent-Disposition: form-data; ${disposition}\r\n${more}\r\n${content}\r\n`;
}

const end = '--xyz--\r\n';
const file = (content: string, name = 'people.csv') =>
  part(`name="file"; filename="${name}"`, content, 'Content-Type: text/csv\r\n');

async function read(body: string, size: number, contentType: string | undefined = type): Promise<string> {
  const bytes = Buffer.from(body);
  const chunks = async function* () {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  };
  const parts: Buffer[] = [];
  for await (const each of formFileOf(chunks(), contentType)) parts.push(each);
  return Buffer.concat(parts).toString();
}

/** Bytes that are cut off, doubled, or replaced. */
function broken(body: string, random: () => number): string {
  const [from, to] = [random(), random()]
    .map((part) => Math.floor(part * body.length))
    .sort((one, other) => one - other);
  const [head, middle, tail] = [body.slice(0, from), body.slice(from, to), body.slice(to)];
  return [head, head + tail, head + middle + middle + tail, head + '\r\n--xyz' + tail][Math.floor(random() * 4)]!;
}

it('broken forms come to an end', async () => {
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const body = part('name="a"', 'b') + file('Name\r\nAda\r\n') + part('name="c"', 'd') + end;
  for (let count = 0; count < 2_000; count++) {
    const result = await read(broken(body, random), Math.ceil(random() * 50)).catch((fault: unknown) => fault);
    if (typeof result !== 'string') expect(result).toBeInstanceOf(InvalidInputError);
  }
});

describe.each(sizes)('in chunks of %d bytes', (size) => {
  it.each<[string, string, string]>([
    ['a form with a file', file('Name\r\nZoë\r\n') + end, 'Name\r\nZoë\r\n'],
    [
      'a file between fields',
      part('name="a"', 'b') + file('Name\n--xyz\r\n--xy\n') + part('name="c"', 'd') + end,
      'Name\n--xyz\r\n--xy\n',
    ],
    ['an empty file before the file', file('', '') + file('Name\nAda\n') + end, 'Name\nAda\n'],
    ['a line end before the form', `\r\n${file('Name\n')}${end}`, 'Name\n'],
    ['a plain file that is called a form', 'Name\nAda\n', 'Name\nAda\n'],
    ['nothing at all', '', ''],
  ])('%s is taken apart', async (_, body, content) => {
    expect(await read(body, size)).toBe(content);
  });

  it.each<[string, string, string]>([
    ['broken off', file('Name\nAda\n'), 'broken off'],
    ['without a file', part('name="a"', 'b') + end, 'no file'],
    ['with two files', file('Name\nAda\n') + file('Name\nGrace\n') + end, 'several files'],
  ])('a form %s is refused', async (_, body, message) => {
    const error = await read(body, size).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as InvalidInputError).details[0]?.message).toContain(message);
  });
});

it('is taken apart by the boundary of the content type only', async () => {
  const body = file('Name\n') + end;
  expect(await read(body, 10, 'multipart/form-data; charset=utf-8; boundary="xyz"')).toBe('Name\n');
  expect(await read(body, 10, 'text/csv')).toBe(body);
  expect(await read(body, 10, 'multipart/form-data')).toBe(body);
  expect(await read(body, 10, 'multipart/form-data; boundary=abc')).toBe(body);
  for (const odd of [
    'multipart/form-data; xboundary=xyz',
    'multipart/form-data; boundary=x"yz',
    `${type}${'x'.repeat(70)}`,
  ])
    expect([odd, isForm(odd), await read(body, 10, odd)]).toEqual([odd, false, body]);
  expect([isForm(type), isForm('text/csv'), isForm(undefined)]).toEqual([true, false, false]);
});
