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
  /** From now on refuses every recipient, or every sender, with this status; undefined: takes all. */
  refuse(status: number | undefined, whom?: 'recipients' | 'senders'): void;
  /** From now on mails are read and never answered, until this is called. */
  hang(): () => void;
  /** The next mail that is taken. */
  next(): Promise<Email>;
  stop(): Promise<void>;
}

/** A mail server of this test's own. */
export async function startSmtp(): Promise<TestSmtp> {
  const taken: Email[] = [];
  const arrivals = new EventEmitter();
  let status: number | undefined;
  let refused: 'recipients' | 'senders' = 'recipients';
  let mended = Promise.resolve();
  let attempts = 0;
  const refusal = () => (status === undefined ? null : Object.assign(new Error('not now'), { responseCode: status }));
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: (_address, _session, done) => {
      attempts++;
      done(refused === 'senders' ? refusal() : null);
    },
    onRcptTo: (_address, _session, done) => done(refused === 'recipients' ? refusal() : null),
    onData: (stream, _session, done) => {
      void text(stream)
        .then((raw) => PostalMime.parse(raw))
        .then(async (mail) => {
          await mended;
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
    refuse: (refusedWith, whom = 'recipients') => {
      status = refusedWith;
      refused = whom;
    },
    hang: () => {
      let mend: () => void;
      mended = new Promise((resolve) => (mend = resolve));
      return () => mend();
    },
    next: async () => ((await once(arrivals, 'mail')) as [Email])[0],
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
