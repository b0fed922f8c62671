import { request } from 'node:http';
import { connect } from 'node:net';
import { faultsOf } from './document';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

export interface RawCall {
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Sent with its length. */
  readonly body?: string | Buffer;
  /** Sent in this form, chunk by chunk, without a length. */
  readonly chunks?: readonly (string | Buffer)[];
}

/** One request over HTTP to which nothing is added: no content type, no parsing, no check. */
export function call(
  base: string,
  method: string,
  path: string,
  { headers, body, chunks }: RawCall = {},
): Promise<RawAnswer & { readonly bytes: Buffer }> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const outgoing = request({ hostname, port, method, path, headers: { ...length, ...headers }, agent: false });
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error(`No answer to ${method} ${path.slice(0, 100)}`)));
    outgoing.on('error', reject).on('response', (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part)).on('error', reject);
      incoming.on('end', () => {
        const bytes = Buffer.concat(parts);
        const headers = incoming.headers as RawAnswer['headers'];
        resolve({ status: incoming.statusCode!, headers, text: bytes.toString(), bytes });
      });
    });
    for (const chunk of chunks ?? []) outgoing.write(chunk);
    outgoing.end(body);
  });
}

/** Writes the bytes to a connection of its own (text as Latin-1) and gives what came back before it closed, or within 1.5 s. */
export function speak(base: string, bytes: string | Buffer, { halfClose = false } = {}): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const timer = setTimeout(() => socket.destroy(), 1_500);
    socket.on('data', (part) => parts.push(part));
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(parts).toString());
    });
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    if (halfClose) socket.end();
  });
}

/** The first answer in what {@link speak} gave; its body is the rest of the text. */
export function parseAnswer(text: string): RawAnswer {
  const [head, ...rest] = text.split('\r\n\r\n');
  const [first, ...lines] = head!.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(first!)?.[1]), headers, text: rest.join('\r\n\r\n') };
}

/** @returns "400 sources.invalid_request", or "200"; throws when a failure is not the envelope in every respect. */
export function outcomeOf(answer: RawAnswer): string {
  if (answer.status === 200) return '200';
  const told = `${answer.status} ${JSON.stringify(answer.headers)} ${answer.text.slice(0, 500)}`;
  let body: { error?: { code: string; request_id: string } };
  try {
    body = JSON.parse(answer.text) as typeof body;
  } catch {
    throw new Error(`The body is not JSON: ${told}`);
  }
  const wrong = faultsOf(undefined, answer.status, body);
  const requestId = answer.headers['x-request-id'];
  if (!requestId || !/^[\x21-\x7e]{1,128}$/.test(requestId)) wrong.push('no X-Request-Id');
  if (body.error?.request_id !== requestId) wrong.push('the request id of the body is not that of the header');
  if (!/^application\/json; ?charset=utf-8$/i.test(answer.headers['content-type'] ?? ''))
    wrong.push('not application/json');
  if (wrong.length > 0) throw new Error(`${told}\n${wrong.join('\n')}`);
  return `${answer.status} ${body.error!.code}`;
}
