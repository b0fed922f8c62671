import { connect, type Socket } from 'node:net';
import { freePort } from '../support/app';
import { newDataDir, type Program, start, stop } from '../support/server-process';

let server: Program & { url: string };
let port: number;
let dispose: () => Promise<void>;
beforeAll(async () => {
  const { path: dataDir, dispose: remove } = await newDataDir();
  dispose = remove;
  port = await freePort();
  server = await start({ dataDir, port });
});
afterAll(async () => {
  await stop(server);
  await dispose();
});

/** Sends this much and falls silent. Resolves with what came back when the server closes the connection. */
function silentAfter(text: string): { socket: Socket; answer: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write(text);
  return { socket, answer: new Promise((resolve) => socket.once('close', () => resolve(received))) };
}

it('a connection on which the client falls silent is closed, one that goes on sending is not', async () => {
  const head = 'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const body = '{"email":"nobody@example.com","password":"whatever"}';
  const halfHead = silentAfter(head);
  const halfBody = silentAfter(`${head}Content-Length: 100\r\n\r\n{"email":`);
  const slow = silentAfter(`${head}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`);
  let sent = 0;
  const dripping = setInterval(() => slow.socket.write(body[sent++] ?? ''), 1_000);

  // Given up on: with an answer while a head is awaited (RFC 9110, 15.5.9 leaves it to us), without one in a body.
  expect(await halfHead.answer).toMatch(/^HTTP\/1\.1 400 [^]*"api.invalid_request"/);
  expect(await halfBody.answer).toBe('');
  // Longer under way than either of them, and answered.
  expect(await slow.answer).toMatch(/^HTTP\/1\.1 401 [^]*"auth.invalid_credentials"/);
  expect(sent).toBeGreaterThanOrEqual(body.length);
  clearInterval(dripping);
});
