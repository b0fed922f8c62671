import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface TestSmtp {
  readonly url: string;
  /** What was taken, oldest first. */
  readonly taken: Email[];
  /** How many transmissions were begun, taken or not. */
  readonly attempts: () => number;
  /** From now on refuses every recipient with this status; undefined: takes all. */
  refuse(status: number | undefined): void;
  /** The next mail that is taken. */
  next(): Promise<Email>;
  stop(): Promise<void>;
}

/** A mail server of this test's own. */
export async function startSmtp(): Promise<TestSmtp> {
  const taken: Email[] = [];
  const arrivals = new EventEmitter();
  let status: number | undefined;
  let attempts = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, done) => {
      attempts++;
      if (status === undefined) done();
      else done(Object.assign(new Error('not now'), { responseCode: status }));
    },
    onData: (stream, _session, done) => {
      void text(stream)
        .then((raw) => PostalMime.parse(raw))
        .then((mail) => {
          taken.push(mail);
          done();
          arrivals.emit('mail', mail);
        }, done);
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    attempts: () => attempts,
    refuse: (refused) => void (status = refused),
    next: async () => ((await once(arrivals, 'mail')) as [Email])[0],
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
