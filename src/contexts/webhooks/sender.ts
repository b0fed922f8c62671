import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher } from 'undici';
import { withTimeout } from '../../platform/with-timeout';
import { HostAddresses, RefusedAddressError, UnknownHostError } from './host-addresses';

const connectTimeoutMs = 5_000;
/** From the first step to the last byte of the answer. */
const requestTimeoutMs = 15_000;
/** In bytes: so much of an answer is read at most, and so much of that is kept. */
const maxResponseBytes = 64 * 1_024;
const maxExcerptBytes = 2_048;
/** A connection is kept for the next delivery, but not until the other side may be closing it. */
const keepAliveTimeoutMs = 1_000;

export const failures = ['dns', 'connect', 'tls', 'timeout', 'refused_address', 'too_large', 'status'] as const;
export type Failure = (typeof failures)[number];

export interface DeliveryResult {
  /** Null when there was no answer. */
  readonly status: number | null;
  /** Null on success. */
  readonly failure: Failure | null;
  readonly response_start: string;
  readonly retry_after: string | null;
}

/** Sends requests into the internet, wherever a stranger said, and comes back in time with what happened. */
@Injectable()
export class Sender implements OnApplicationShutdown {
  /** Of its own: a proxy that the environment names would connect to addresses that nobody looked at. */
  private readonly agent: Agent;

  constructor(private readonly addresses: HostAddresses) {
    this.agent = new Agent({
      connect: { timeout: connectTimeoutMs, lookup: addresses.lookup },
      keepAliveTimeout: keepAliveTimeoutMs,
      keepAliveMaxTimeout: keepAliveTimeoutMs,
    });
  }

  /** After those who send have stopped: to them it would look like a failure of the receiver. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  /** @throws when the signal aborts it; every other failure is in the result. */
  async post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    stop: AbortSignal,
  ): Promise<DeliveryResult> {
    return withTimeout(requestTimeoutMs, stop, (signal) => this.send(url, headers, body, signal, stop));
  }

  private async send(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
    stop: AbortSignal,
  ): Promise<DeliveryResult> {
    let answer: Omit<DeliveryResult, 'failure'> = { status: null, response_start: '', retry_after: null };
    try {
      const response = await abortable(this.request(url, headers, body, signal), signal);
      const { statusCode: status } = response;
      const retry_after = retryAfterOf(response);
      // Told even if the rest never comes: 410 and Retry-After are answers without a body.
      answer = { ...answer, status, retry_after };
      const excerpt = new ResponseExcerpt();
      let length = 0;
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        excerpt.add(chunk);
        answer = { ...answer, response_start: excerpt.text };
        length += chunk.length;
        if (length > maxResponseBytes) return { ...answer, failure: 'too_large' };
      }
      return { ...answer, failure: status >= 200 && status < 300 ? null : 'status' };
    } catch (error) {
      if (stop.aborted) throw error;
      return { ...answer, failure: failureOf(error) };
    }
  }

  /** `request` follows no redirections, which lead inward as easily as anywhere. */
  private async request(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    this.addresses.assertAllowed(url);
    const { origin, pathname, search } = new URL(url);
    const response = await this.agent.request({
      origin,
      path: pathname + search,
      method: 'POST',
      headers: { ...headers },
      body,
      signal,
    });
    // What ends the reading early is told by the reader.
    response.body.on('error', () => undefined);
    return response;
  }
}

/** undici looks at a signal only once there is a connection. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let abort: () => void;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', abort));
}

/** The first bytes of an answer, as a text that PostgreSQL takes. */
class ResponseExcerpt {
  private bytes = Buffer.alloc(0);

  add(chunk: Buffer): void {
    if (this.bytes.length >= maxExcerptBytes) return;
    this.bytes = Buffer.concat([this.bytes, chunk.subarray(0, maxExcerptBytes - this.bytes.length)]);
  }

  get text(): string {
    // As a stream, half a character at the end is left out.
    return new TextDecoder().decode(this.bytes, { stream: true }).replaceAll('\0', '\ufffd');
  }
}

function retryAfterOf({ headers }: Dispatcher.ResponseData): string | null {
  return [headers['retry-after']].flat()[0] ?? null;
}

/** Faults of connections and of HTTP; every other one with a code is TLS's. */
const connectionErrorCode = /^(E(?!PROTO)[A-Z]+|UND_ERR_\w+|HPE_\w+)$/;

function failureOf(error: unknown): Failure {
  if (error instanceof RefusedAddressError) return 'refused_address';
  if (error instanceof UnknownHostError) return 'dns';
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  if (name === 'TimeoutError' || ['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'].includes(String(code))) return 'timeout';
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'too_large';
  return typeof code !== 'string' || connectionErrorCode.test(code) ? 'connect' : 'tls';
}
