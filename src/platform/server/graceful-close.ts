import { type Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** Milliseconds, for a load under which no turn of the event loop is without a new connection. */
const acceptTimeoutMs = 3_000;
/** Milliseconds for clients with an open connection to use it once more. Later they lose nothing when it is closed. */
const idleConnectionsTimeoutMs = 1_000;
const pollIntervalMs = 20;

/**
 * Stops accepting connections without cutting a client off. The system would reset connections that it has accepted and
 * the program has not. So the server closes in a turn of the event loop that brought no connection. A client may be
 * about to send on an open connection: each gets one more answer, with `Connection: close` (RFC 9112, 9.6), until all
 * are closed or a second has passed.
 */
export async function closeGracefully(server: HttpServer): Promise<void> {
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  let quietTurns = 0;
  server.on('connection', () => (quietTurns = 0));
  // The first turn may be the rest of the present one, which has already accepted a connection; libuv accepts one in
  // each turn.
  for (const end = performance.now() + acceptTimeoutMs; quietTurns < 2 && performance.now() < end; quietTurns++)
    await nextTurn();
  // Not `http.Server.close`, which would close connections that are idle now.
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
