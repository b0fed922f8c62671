import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher } from 'undici';
import { withTimeout } from '../../platform/with-timeout';
import { HostAddresses, RefusedAddressError, UnknownHostError } from './host-addresses';

const connectTimeoutMs = 5_000;
/** Maximum number of bytes to read of an answer, and to keep of it. */
const maxResponseBytes = 64 * 1_024;
const maxExcerptBytes = 2_048;
/**
 * Milliseconds to keep an idle connection for the next delivery: short, so that the receiver is not just closing it.
 */
const keepAliveTimeoutMs = 1_000;

export const failures = ['dns', 'connect', 'tls', 'timeout', 'refused_address', 'too_large', 'status'] as const;
export type Failure = (typeof failures)[number];

export interface DeliveryResult {
  /** Null if there was no answer. */
  readonly status: number | null;
  /** Null on success. */
  readonly failure: Failure | null;
  readonly response_start: string;
  readonly retry_after: string | null;
}

/** Sends POST requests to URLs that callers chose, and returns the result within the timeout. */
@Injectable()
export class Sender implements OnApplicationShutdown {
  /**
   * An agent of its own, without a proxy: a proxy of the environment would connect to addresses that nobody checked.
   */
  private readonly agent: Agent;

  constructor(private readonly addresses: HostAddresses) {
    this.agent = new Agent({
      connect: { timeout: connectTimeoutMs, lookup: addresses.lookup },
      keepAliveTimeout: keepAliveTimeoutMs,
      keepAliveMaxTimeout: keepAliveTimeoutMs,
    });
  }

  /** Runs after the workers have stopped. Earlier it would look like a failure of the receiver. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  /**
   * @param timeoutMs milliseconds from the name look-up to the last byte of the answer.
   * @throws if the signal aborts it. Every other failure is in the result.
   */
  async post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    timeoutMs: number,
    stop: AbortSignal,
  ): Promise<DeliveryResult> {
    return withTimeout(timeoutMs, stop, (signal) => this.send(url, headers, body, signal, stop));
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
      // Kept even if the body never comes: 410 and Retry-After need no body.
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

  /** Sends one request. `request` of undici follows no redirections, which could lead into the own network. */
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
    // The reader below reports why reading ended early.
    response.body.on('error', () => undefined);
    return response;
  }
}

/** Rejects when the signal aborts. undici looks at a signal only after it has a connection. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let abort: () => void;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', abort));
}

/** The first bytes of an answer, as a text that PostgreSQL accepts. */
class ResponseExcerpt {
  private bytes = Buffer.alloc(0);

  add(chunk: Buffer): void {
    if (this.bytes.length >= maxExcerptBytes) return;
    this.bytes = Buffer.concat([this.bytes, chunk.subarray(0, maxExcerptBytes - this.bytes.length)]);
  }

  get text(): string {
    // With `stream`, the decoder leaves out an incomplete character at the end.
    return new TextDecoder().decode(this.bytes, { stream: true }).replaceAll('\0', '\ufffd');
  }
}

function retryAfterOf({ headers }: Dispatcher.ResponseData): string | null {
  return [headers['retry-after']].flat()[0] ?? null;
}

/** Codes of connection and HTTP errors. All other errors with a code come from TLS. */
const connectionErrorCode = /^(E(?!PROTO)[A-Z]+|UND_ERR_\w+|HPE_\w+)$/;

function failureOf(error: unknown): Failure {
  if (error instanceof RefusedAddressError) return 'refused_address';
  if (error instanceof UnknownHostError) return 'dns';
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  if (name === 'TimeoutError' || ['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'].includes(String(code))) return 'timeout';
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'too_large';
  return typeof code !== 'string' || connectionErrorCode.test(code) ? 'connect' : 'tls';
}
