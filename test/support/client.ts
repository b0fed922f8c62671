import { appendFileSync, mkdirSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import supertest, { type Response } from 'supertest';
import { faultsOf, operationOf } from './document';

export interface SignedIn {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly user: {
    readonly id: string;
    readonly account_id: string;
    readonly email: string;
    readonly name: string;
    readonly role: string;
  };
}

/** An answer, already checked against envelope and document. */
export interface Answer<Result> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Throws when the answer is a failure. */
  readonly result: Result;
  /** Throws when the answer is a success. */
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly request_id: string;
    readonly details?: { field: string; message: string; current?: unknown; id?: string; ids?: string[] }[];
  };
}

export type Body = object | string | Buffer | undefined;
export type Headers = Readonly<Record<string, string>>;

/** Connections are kept for the next call, but not as long as servers keep them. */
const agent = new Agent({ keepAlive: true, timeout: 2_000 });
const codes = join(__dirname, '../../test-results/codes');

/**
 * Calls the API as a stranger would, over HTTP, and checks **every** answer: against the envelope, against `openapi.json`,
 * and its request id. The codes seen are kept for the comparison after the run.
 */
export class Client {
  constructor(
    private readonly url: string,
    private readonly headers: Headers = {},
  ) {}

  as(session: Pick<SignedIn, 'access_token'>): Client {
    return this.with({ Authorization: `Bearer ${session.access_token}` });
  }

  with(headers: Headers): Client {
    return new Client(this.url, { ...this.headers, ...headers });
  }

  get<Result = never>(path: string): Promise<Answer<Result>> {
    return this.send('GET', path);
  }

  post<Result = never>(path: string, body?: Body, headers?: Headers): Promise<Answer<Result>> {
    return this.send('POST', path, body, headers);
  }

  patch<Result = never>(path: string, body?: Body, headers?: Headers): Promise<Answer<Result>> {
    return this.send('PATCH', path, body, headers);
  }

  put<Result = never>(path: string, body?: Body, headers?: Headers): Promise<Answer<Result>> {
    return this.send('PUT', path, body, headers);
  }

  delete<Result = never>(path: string, headers?: Headers): Promise<Answer<Result>> {
    return this.send('DELETE', path, undefined, headers);
  }

  /** Calls an operation of the hosted API: POST /api/{name}. */
  call<Result = never>(name: string, body?: Body, headers?: Headers): Promise<Answer<Result>> {
    return this.request('POST', `/api/${name}`, body, headers);
  }

  /** @param path below /api/v1. An object is sent as JSON, text and bytes as they are (`Content-Type` JSON unless given). */
  send<Result>(method: string, path: string, body?: Body, headers: Headers = {}): Promise<Answer<Result>> {
    return this.request(method, `/api/v1${path}`, body, headers);
  }

  /** @param url the whole path. */
  sendTo<Result = never>(method: string, url: string, body?: Body, headers?: Headers): Promise<Answer<Result>> {
    return this.request(method, url, body, headers);
  }

  sendRequest<Result = never>({
    method,
    url,
    body,
  }: {
    method: string;
    url: string;
    body?: Body;
  }): Promise<Answer<Result>> {
    return this.request(method, url, body);
  }

  private async request<Result>(
    method: string,
    url: string,
    body?: Body,
    headers: Headers = {},
  ): Promise<Answer<Result>> {
    let request = supertest(this.url)
      [method.toLowerCase() as 'post'](url)
      .agent(agent)
      .set({ ...this.headers, ...headers });
    if (body !== undefined) {
      const type = Object.keys(headers).find((name) => name.toLowerCase() === 'content-type');
      if (!type) request = request.set('Content-Type', 'application/json');
      const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      request = request.serialize((data: unknown) => data as string).send(raw);
    }
    return check<Result>(method, url, await request);
  }
}

function check<Result>(method: string, url: string, response: Response): Answer<Result> {
  const body = response.body as { ok?: unknown; result?: Result; error?: Answer<Result>['error'] };
  const told = `${method} ${url.slice(0, 200)} → ${response.status} ${response.text.slice(0, 500)}`;
  const wrong = faultsOf(operationOf(method, url), response.status, documented(body, response.headers));
  if (body.ok !== (response.status === 200)) wrong.push('"ok" and the status disagree');
  const requestId = response.headers['x-request-id'];
  if (!requestId) wrong.push('no X-Request-Id');
  if (body.error && body.error.request_id !== requestId)
    wrong.push('the request id of the body is not that of the header');
  if (wrong.length > 0) throw new Error(`${told}\n${wrong.join('\n')}`);
  if (body.error) remember(body.error.code, response.status);
  return {
    status: response.status,
    headers: response.headers,
    body,
    get result() {
      if (body.ok !== true) throw new Error(`A success was expected: ${told}`);
      return body.result!;
    },
    get error() {
      if (!body.error) throw new Error(`A failure was expected: ${told}`);
      return body.error;
    },
  };
}

/** The id of what a dry run would make is null, which the document says in words only (docs/contract.md, section 7). */
function documented(body: unknown, headers: Response['headers']): unknown {
  if ((headers as Headers)['dry-run'] !== 'true') return body;
  const withIds = (name: string, value: unknown) =>
    name === 'id' && value === null ? '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70' : value;
  return JSON.parse(JSON.stringify(body, withIds)) as unknown;
}

function remember(code: string, status: number): void {
  mkdirSync(codes, { recursive: true });
  appendFileSync(join(codes, `${process.env.JEST_WORKER_ID}.txt`), `${status} ${code}\n`);
}
