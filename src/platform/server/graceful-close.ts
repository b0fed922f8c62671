import { type Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** Under a load in which no moment is quiet. */
const acceptTimeoutMs = 3_000;
/** Clients that keep their connections use them within this time, or lose nothing when they are closed. */
const idleConnectionsTimeoutMs = 1_000;
const pollIntervalMs = 20;

/**
 * Ends the taking of connections so that no client is cut off. What the system has accepted and the program has not taken yet
 * would be reset, so the door closes in a turn of the event loop that brought no connection. Whoever keeps a connection may be
 * about to send on it: each is answered once more, with `Connection: close` (RFC 9112, 9.6), until all are closed or a
 * second has passed.
 */
export async function closeGracefully(server: HttpServer): Promise<void> {
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  let quietTurns = 0;
  server.on('connection', () => (quietTurns = 0));
  // The first may be the rest of the present turn, which took a connection already: libuv takes one in each.
  for (const end = performance.now() + acceptTimeoutMs; quietTurns < 2 && performance.now() < end; quietTurns++)
    await nextTurn();
  // Not that of HTTP, which would close the connections that are idle at the moment.
  Server.prototype.close.call(server);
  for (const end = performance.now() + idleConnectionsTimeoutMs; performance.now() < end;) {
    if ((await openConnections(server)) === 0) return;
    await delay(pollIntervalMs);
  }
}

function openConnections(server: HttpServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}
