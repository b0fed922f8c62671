import dns, { type LookupAddress } from 'node:dns';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { Webhook } from 'standardwebhooks';
import { freePort } from './app';

const read = (file: string) => readFileSync(join(__dirname, 'certificates', file), 'utf8');

export const authority = join(__dirname, 'certificates', 'ca.pem');

let trusted = false;

/** Connections of this process accept certificates of the tests' authority, as NODE_EXTRA_CA_CERTS does for a process. */
export function trustTestCertificates(): void {
  if (trusted) return;
  trusted = true;
  const original = tls.createSecureContext;
  tls.createSecureContext = (options) => {
    const context = original(options);
    if (!options?.ca) (context.context as { addCACert(pem: string): void }).addCACert(read('ca.pem'));
    return context;
  };
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly body: unknown;
  /** When it was there, by the real clock. */
  readonly at: Date;
}

/** @param nth which request it is, from 1. */
export type Answering = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

export interface Receiver {
  readonly port: number;
  readonly url: string;
  /** What came so far, in order. */
  readonly requests: Received[];
  /** What it does next; 200 "ok" unless set. */
  answer: Answering;
  /** Resolves when so many requests have come, counted from the first. */
  arrived(count: number): Promise<void>;
  /** Cuts off what is open. */
  close(): Promise<void>;
}

/** The TCP connection below one of TLS. */
const below = new WeakMap<Socket, Socket>();

/** A real HTTPS server on this machine. */
export async function startReceiver(certificate: 'server' | 'untrusted' = 'server'): Promise<Receiver> {
  const port = await freePort();
  const requests: Received[] = [];
  const arrivals = new EventEmitter();
  const connections = new Map<number, Socket>();
  const server = createServer(
    { key: read(`${certificate}-key.pem`), cert: read(`${certificate}.pem`) },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        const { method, url, headers } = request;
        const body = JSON.parse(raw) as unknown;
        requests.push({ method: method!, path: url!, headers, raw, body, at: new Date() });
        receiver.answer(request, response, requests.length);
        arrivals.emit('request');
      });
    },
  );
  server.on('connection', (socket: Socket) => {
    const client = socket.remotePort!;
    connections.set(client, socket);
    socket.once('close', () => connections.delete(client));
  });
  server.on('secureConnection', (socket: Socket) => below.set(socket, connections.get(socket.remotePort!)!));
  const receiver: Receiver = {
    port,
    url: `https://localhost:${port}/hook`,
    requests,
    answer: (_, response) => void response.end('ok'),
    arrived: async (count) => {
      while (requests.length < count) await once(arrivals, 'request');
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of connections.values()) socket.destroy();
      await closed;
    },
  };
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return receiver;
}

/** Throws unless the off-the-shelf library, at this moment, takes the request for one signed with this secret. @returns its body. */
export function verified<Body>({ raw, headers }: Received, secret: string, moment = new Date()): Body {
  const now = Date.now;
  Date.now = () => moment.getTime();
  try {
    return new Webhook(secret).verify(raw, headers as Record<string, string>) as Body;
  } finally {
    Date.now = now;
  }
}

export function answering(status: number, headers: OutgoingHttpHeaders = {}, body: string | Buffer = ''): Answering {
  return (_, response) => void response.writeHead(status, headers).end(body);
}

export function redirecting(to: string, status = 302): Answering {
  return answering(status, { location: to });
}

/** Never. */
export const hanging: Answering = () => undefined;

/** A byte now and then, for ever. */
export const dripping: Answering = (_, response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write('.'), 10);
  response.once('close', () => clearInterval(timer));
};

/** As fast as it is read, for ever. */
export const endless: Answering = (_, response) => {
  const chunk = Buffer.alloc(16_384, 'x');
  const pour = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.writeHead(200).on('drain', pour);
  pour();
};

/** Drops the connection instead, not even politely. */
export const resetting: Answering = ({ socket }) => void below.get(socket)!.resetAndDestroy();

/** Promises more than comes before the connection ends. */
export const cuttingOff: Answering = ({ socket }, response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('the beginning', () => socket.destroy());
};

/** Of an attempt, in milliseconds: as a rule, and behind one that was not answered in time. */
const timeLimits = [15_000, 4_000];

interface TimeLimits {
  count(): number;
  /** In seconds, in the order in which the attempts began. */
  lengths(): number[];
  /** Ends all that there are so far. */
  expire(): void;
}

/** Takes the time limits of attempts from the clock: until mocks are restored, they end when they are told to. */
export function takeTimeLimits(): TimeLimits {
  const real = globalThis.setTimeout;
  const limits: { readonly work: () => void; readonly milliseconds: number }[] = [];
  jest.spyOn(globalThis, 'setTimeout').mockImplementation((work: () => void, milliseconds = 0) => {
    if (!timeLimits.includes(milliseconds)) return real(work, milliseconds);
    limits.push({ work, milliseconds });
    return real(() => undefined, 0);
  });
  return {
    count: () => limits.length,
    lengths: () => limits.map(({ milliseconds }) => milliseconds / 1_000),
    expire: () => {
      for (const { work } of limits) work();
    },
  };
}

export interface Internet {
  /** Every address that was connected to. */
  readonly addresses: string[];
  /** Whether other machines answer; none does unless set. */
  answers: boolean;
}

/**
 * Until mocks are restored, TLS connections to other machines do not leave this one: they end up at 127.0.0.1, on the same
 * port, or are refused. Those to this machine are left alone.
 */
export function standInForInternet(): Internet {
  const internet: Internet = { addresses: [], answers: false };
  const connect = tls.connect as (options: tls.ConnectionOptions) => tls.TLSSocket;
  const isHere = (address: string) => address.startsWith('127.') || address === '::1';
  jest.spyOn(tls, 'connect').mockImplementation(((options: tls.ConnectionOptions & { lookup?: LookupFunction }) => {
    const host = options.host ?? 'localhost';
    const literal: LookupFunction = (_, __, done) => done(null, [{ address: host, family: isIP(host) }]);
    const real = isIP(host) ? literal : (options.lookup ?? dns.lookup);
    const lookup: LookupFunction = (name, wish, done) =>
      real(name, wish, (error, found, family = 0) => {
        if (error) return done(error, '', 0);
        const all: LookupAddress[] = typeof found === 'string' ? [{ address: found, family }] : found;
        internet.addresses.push(...all.map(({ address }) => address));
        const elsewhere = all.some(({ address }) => !isHere(address));
        if (elsewhere && !internet.answers) {
          const refusal = Object.assign(new Error('connect ECONNREFUSED'), {
            code: 'ECONNREFUSED',
            syscall: 'connect',
          });
          return done(refusal, '', 0);
        }
        const reached = elsewhere ? [{ address: '127.0.0.1', family: 4 }] : all;
        return wish.all ? done(null, reached) : done(null, reached[0]!.address, reached[0]!.family);
      });
    return connect({
      checkServerIdentity: (_, certificate) => tls.checkServerIdentity(host, certificate),
      ...options,
      // A name, so that the look-up is asked for literal addresses too.
      host: isIP(host) ? 'literal.invalid' : host,
      lookup,
    });
  }) as typeof tls.connect);
  return internet;
}
