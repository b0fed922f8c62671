import { once } from 'node:events';
import { Busboy } from '@fastify/busboy';
import { InvalidInputError } from '../../kernel/domain-error';

/** Other boundaries are forbidden by RFC 2046. */
const multipart = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"\\]{1,70})"|([^\s;"\\]{1,70}))\s*(?:;|$)/i;

/** Everything in a form beside its file is dropped. */
const limits = { fields: 100, fieldSize: 65_536, parts: 200, headerPairs: 100 };

/** Maximum number of bytes of a form beside its file: 1 MiB. */
export const maxBytesBeside = 1_048_576;

export function isForm(contentType: string | undefined): boolean {
  return multipart.test(contentType ?? '');
}

/**
 * @returns the bytes of the file in a multipart form (RFC 7578), or the bytes as they are if they are no form.
 * @throws InvalidInputError if the form is broken, has no file or several, or is much larger than its file.
 */
export async function* formFileOf(
  bytes: AsyncIterable<Buffer>,
  contentType: string | undefined,
): AsyncGenerator<Buffer> {
  const [, quoted, plain] = multipart.exec(contentType ?? '') ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) {
    yield* bytes;
    return;
  }
  const begin = `--${boundary}`;
  const iterator = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  for (let isMore = true; isMore && head.length < begin.length + 2;) {
    const next = await iterator.next();
    isMore = next.done !== true;
    if (next.done !== true) head = Buffer.concat([head, next.value]);
  }
  const whole = joined(head, iterator);
  // Some clients send a plain file and call it a form.
  if (head.toString('latin1').trimStart().startsWith(begin)) yield* firstFileOf(whole, boundary);
  else yield* whole;
}

async function* joined(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function* firstFileOf(bytes: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<Buffer> {
  const form = new Busboy({ headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` }, limits });
  let fault: string | null = null;
  let first: unknown = null;
  let parts: Buffer[] = [];
  let beside = 0;
  form.on('file', (_field, file) => {
    file.on('error', () => (fault ??= broken));
    file.on('data', (part: Buffer) => {
      first ??= file;
      if (first === file) parts.push(part);
      else fault ??= 'the form has several files: send one';
    });
  });
  form.on('error', () => (fault ??= broken));
  const take = () => {
    if (fault !== null) throw new InvalidInputError([{ field: 'body', message: fault }]);
    const taken = parts;
    parts = [];
    return taken;
  };
  for await (const chunk of bytes) {
    await new Promise<void>((resolve) => form.write(chunk, () => resolve()));
    beside += chunk.length;
    for (const part of parts) beside -= part.length;
    if (beside > maxBytesBeside) fault ??= 'the form has more than 1 MiB beside its file: send the file alone';
    yield* take();
  }
  const finished = once(form, 'finish');
  form.end();
  await finished.catch(() => undefined);
  yield* take();
  if (first === null) throw new InvalidInputError([{ field: 'body', message: 'the form has no file with any bytes' }]);
}

const broken = 'the multipart form is broken off or malformed';
