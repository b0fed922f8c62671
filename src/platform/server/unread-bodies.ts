import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { uploadPath } from './upload';

/** Bodies up to this number of bytes are read and dropped by Node, so that the connection can be used again. */
const maxDroppedBytes = 64 * 1024;
/** Milliseconds from an answer to the end of its connection, if the client goes on sending. */
const lingerMs = 1_000;

/**
 * Ends the connection of a request that is answered before its body has arrived. Node would read the rest of the body
 * for as long as the client sends. Must be called before `app.init()`.
 */
export function closeUnreadBodies(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (!request.raw.complete && !isSmall(request)) closeSoon(request, reply);
    done();
  });
}

/** A body without an announced length may have any. An upload may have been ended because it comes too slowly. */
function isSmall({ headers, routeOptions }: FastifyRequest): boolean {
  return routeOptions.url !== uploadPath && Number(headers['content-length'] ?? Infinity) <= maxDroppedBytes;
}

/**
 * Node would close the socket right behind the answer. The system answers what then arrives with a reset, which can
 * overtake the answer: a client that sends its whole body first would never read why it was refused. So the server says
 * that it sends nothing more, and drops what arrives for a moment (RFC 9112, 9.6).
 */
function closeSoon({ raw: { socket } }: FastifyRequest, reply: FastifyReply): void {
  void reply.header('connection', 'close');
  socket.destroySoon = () => {
    socket.end();
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(timer));
  };
}
