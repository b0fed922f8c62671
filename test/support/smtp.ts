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
  /** To whom those are that were read, answered or not, oldest first. */
  readonly read: string[];
  /** From now on mails, or those to this address, are read and never answered, until what it gives is called. */
  hang(address?: string): () => void;
  /** The next mail that is taken. */
  next(): Promise<Email>;
  stop(): Promise<void>;
}

/** A mail server of this test's own. */
export async function startSmtp(): Promise<TestSmtp> {
  const taken: Email[] = [];
  const read: string[] = [];
  const arrivals = new EventEmitter();
  let status: number | undefined;
  let refused: 'recipients' | 'senders' = 'recipients';
  let hanging: string | undefined;
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
          const address = mail.to![0]!.address!;
          read.push(address);
          arrivals.emit('read');
          if (hanging === undefined || hanging === address) await mended;
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
    read,
    attempts: () => attempts,
    refuse: (refusedWith, whom = 'recipients') => {
      status = refusedWith;
      refused = whom;
    },
    hang: (address) => {
      hanging = address;
      let mend: () => void;
      mended = new Promise((resolve) => (mend = resolve));
      return () => mend();
    },
    next: async () => ((await once(arrivals, 'mail')) as [Email])[0],
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
