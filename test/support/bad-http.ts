/** Requests that no route answers and bytes that are no request. */

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

export const noRoutes: readonly (readonly [method: string, path: string])[] = [
  ...lines(String.raw`
GET /
GET /favicon.ico
GET /robots.txt
POST /
GET /api
GET /api/
GET /api/v1
GET /api/v1/
GET /api/v2/sources
GET /v1/sources
GET /sources
GET /api/v1/source
GET /api/v1/Sources
GET /API/v1/sources
GET /api/v1/constructor
GET /api/v1/__proto__
GET /api/v1/nothing?x=1&constructor=1
GET /api/v1/auth
GET /api/v1/auth/login
POST /api/v1/auth/me
POST /api/v1/auth/login/x
PUT /api/v1/sources
PATCH /api/v1/sources
DELETE /api/v1/sources
OPTIONS /api/v1/sources
OPTIONS /nothing
OPTIONS *
TRACE /api/v1/sources
PROPFIND /api/v1/sources
PURGE /api/v1/sources
LOCK /nothing
SEARCH /api/v1/sources
QUERY /api/v1/sources
POST /api/v1/sources/0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70
PUT /api/v1/sources/0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70
GET /api/v1/sources/0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70/archive
POST /api/v1/sources/0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70/archive/x
POST /health/live
DELETE /health/ready
GET /health
GET /health/nothing
POST /docs
POST /openapi.json
GET /docs-json
GET /docs/nothing.js
GET /api/v1/sources/
GET /api/v1/auth/me/
GET //api/v1/sources
GET /api//v1/sources
GET /api/v1//sources
GET /api/v1/sources//
GET //
GET /api/v1/../v1/sources
GET /api/v1/./sources
GET /api/v1/auth/../sources
GET /..
GET /../../etc/passwd
GET /api/v1/sources;x=1
GET /api/v1/sources\
`).map((line): [string, string] => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  ['GET', `/${'x'.repeat(10_000)}`],
  ['GET', `/api/v1/${'x'.repeat(10_000)}`],
  ['GET', `/api/v1${'/x'.repeat(5_000)}`],
];

const host = 'Host: x\r\nConnection: close\r\n';
const post = `POST /api/v1/sources HTTP/1.1\r\n${host}Content-Type: application/json\r\n`;

/** Each is answered, and the answer is a failure. */
export const refusedBytes: readonly (readonly [name: string, bytes: string | Buffer])[] = [
  ['two hosts', `GET /health/live HTTP/1.1\r\n${host}Host: y\r\n\r\n`],
  ['the same host twice', `GET /health/live HTTP/1.1\r\n${host}host: x\r\n\r\n`],
  ['a host with a space', 'GET /health/live HTTP/1.1\r\nHost: x y\r\nConnection: close\r\n\r\n'],
  ['a host with a path', 'GET /health/live HTTP/1.1\r\nHost: x/y\r\nConnection: close\r\n\r\n'],
  ['a host with a user', 'GET /health/live HTTP/1.1\r\nHost: x@y\r\nConnection: close\r\n\r\n'],
  ['two hosts in one line', 'GET /health/live HTTP/1.1\r\nHost: x, y\r\nConnection: close\r\n\r\n'],
  ['a port of letters', 'GET /health/live HTTP/1.1\r\nHost: x:http\r\nConnection: close\r\n\r\n'],
  ['two tokens', `GET /health/live HTTP/1.1\r\n${host}Authorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n`],
  ['two content types', `${post}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}`],
  ['a coding beside chunked', `${post}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
  ['a coding of nothing', `${post}Transfer-Encoding: \r\nContent-Length: 2\r\n\r\n{}`],
  ['chunks in HTTP/1.0', `${post.replace('1.1', '1.0')}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
  ['bytes outside ASCII in the address', `GET /health/live?a=\xc3\xa9 HTTP/1.1\r\n${host}\r\n`],
  ['two hosts before an unknown route', `GET /nothing HTTP/1.1\r\n${host}Host: y\r\n\r\n`],
  ['a header line without a colon', `GET /health/live HTTP/1.1\r\n${host}no colon here\r\n\r\n`],
  ['a space before the colon', `GET /health/live HTTP/1.1\r\n${host}X-A : 1\r\n\r\n`],
  ['a header name of nothing', `GET /health/live HTTP/1.1\r\n${host}: 1\r\n\r\n`],
  ['a header name with brackets', `GET /health/live HTTP/1.1\r\n${host}X(A): 1\r\n\r\n`],
  ['NUL in a header', `GET /health/live HTTP/1.1\r\n${host}X-A: a\0b\r\n\r\n`],
  ['a control character in a header', `GET /health/live HTTP/1.1\r\n${host}X-A: a\x01b\r\n\r\n`],
  ['a bare carriage return in a header', `GET /health/live HTTP/1.1\r\n${host}X-A: a\rX-B: b\r\n\r\n`],
  ['HTTP/9.9', `GET /health/live HTTP/9.9\r\n${host}\r\n`],
  ['HTTP/x', `GET /health/live HTTP/x\r\n${host}\r\n`],
  ['another protocol', `GET /health/live FTP/1.1\r\n${host}\r\n`],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['an unknown method', `FOO /health/live HTTP/1.1\r\n${host}\r\n`],
  ['a method in lower case', `get /health/live HTTP/1.1\r\n${host}\r\n`],
  ['no address', `GET  HTTP/1.1\r\n${host}\r\n`],
  ['an address with a space', `GET /health live HTTP/1.1\r\n${host}\r\n`],
  ['an address with NUL', `GET /health\0live HTTP/1.1\r\n${host}\r\n`],
  ['an address without a slash', `GET health/live HTTP/1.1\r\n${host}\r\n`],
  ['a Content-Length of letters', `${post}Content-Length: abc\r\n\r\n{}`],
  ['a negative Content-Length', `${post}Content-Length: -1\r\n\r\n{}`],
  ['a huge Content-Length', `${post}Content-Length: 99999999999999999999999\r\n\r\n{}`],
  ['two Content-Lengths', `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
  ['Content-Length and chunks', `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
  ['chunked that is not the last coding', `${post}Transfer-Encoding: chunked, gzip\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
  ['a head over 16 KiB', `GET /health/live HTTP/1.1\r\n${host}X-A: ${'a'.repeat(17_000)}\r\n\r\n`],
  ['an address over 16 KiB', `GET /${'a'.repeat(17_000)} HTTP/1.1\r\n${host}\r\n`],
  ['a head of many lines', `GET /health/live HTTP/1.1\r\n${host}${'X-A: aaaa\r\n'.repeat(4_000)}\r\n`],
  ['a TLS hello', Buffer.from('16030100c8010000c40303000102030405060708090a0b0c0d0e0f', 'hex')],
  ['a greeting in another protocol', 'EHLO example.com\r\n'],
  ['garbage', Buffer.from(Array.from({ length: 2_000 }, (_, index) => (index * 131 + 17) % 256))],
  ['zeros', Buffer.alloc(1_000)],
];

/** Each may be answered in some way or not at all; with `true` the client stops sending after it. */
export const oddBytes = (<[name: string, bytes: string, halfClose?: boolean][]>[
  ['no host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['an expectation nobody knows', `GET /health/live HTTP/1.1\r\n${host}Expect: wonders\r\n\r\n`],
  ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
  ['an upgrade', 'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n', true],
  ['HTTP/1.0', 'GET /health/live HTTP/1.0\r\n\r\n'],
  ['an absolute address', `GET http://x/health/live HTTP/1.1\r\n${host}\r\n`],
  ['an address of raw UTF-8', `GET /\xc3\xa9 HTTP/1.1\r\n${host}\r\n`],
  ['a folded header', `GET /health/live HTTP/1.1\r\n${host}X-A: a\r\n b\r\n\r\n`],
  ['empty lines only', '\r\n\r\n\r\n', true],
  ['half a request line', 'GET /heal', true],
  ['half a head', 'GET /health/live HTTP/1.1\r\nHost:', true],
  ['half a body', `${post}Content-Length: 100\r\n\r\n{"name":`, true],
  ['a bad chunk', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
  ['half a chunk', `${post}Transfer-Encoding: chunked\r\n\r\nff\r\n{}`, true],
  ['another coding alone', `${post}Transfer-Encoding: gzip\r\n\r\n{}`, true],
  ['garbage behind a request', `GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n\x01\x02\x03\r\n\r\n`],
]).map(([name, bytes, halfClose = false]) => [name, bytes, halfClose] as const);

/** Percent signs that stand for no character. */
export const badEscapes = '% %z %zz %4 %u0041 %ff %c3 %c0%af %ed%a0%80 %f4%90%80%80 a% %%20'.split(' ');
