import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode } from 'dns-packet';

export type AddressType = 'A' | 'AAAA';

/** A name with neither list exists, and has no address. */
export interface Addresses {
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  /** The name that the addresses are those of. */
  readonly CNAME?: string;
}

export type DnsAnswer = Addresses | 'NXDOMAIN' | 'SERVFAIL' | 'silence';

export interface TestDns {
  /** As `setServers` of `node:dns` takes it. */
  readonly server: string;
  /**
   * What is known, by name in small letters; other names do not exist. A function is called at each query, with how many
   * of this name and type there were, from 1.
   */
  readonly names: Map<string, DnsAnswer | ((type: AddressType, nth: number) => DnsAnswer)>;
  /** Resolves when this name was asked for. */
  asked(name: string): Promise<void>;
  /** Whoever still waits in silence is told that there is no such name. */
  close(): Promise<void>;
}

const codes = { NXDOMAIN: 3, SERVFAIL: 2 } as const;

/** A name server of this test's own. */
export async function startDns(): Promise<TestDns> {
  const socket = createSocket('udp4');
  const names: TestDns['names'] = new Map();
  /** How often each type of each name was asked for. */
  const counts = new Map<string, number>();
  const arrivals = new EventEmitter();
  const silenced: (() => Promise<void>)[] = [];
  socket.on('message', (message, { address, port }) => {
    const { id, questions } = decode(message);
    const question = questions![0]!;
    const name = question.name.toLowerCase();
    const type = question.type as AddressType;
    const nth = (counts.get(`${type} ${name}`) ?? 0) + 1;
    counts.set(`${type} ${name}`, nth);
    const reply = (answer: Exclude<DnsAnswer, 'silence'>) =>
      new Promise<void>((resolve) => {
        const code = typeof answer === 'string' ? codes[answer] : 0;
        const answers = typeof answer === 'string' ? [] : records(question.name, type, answer);
        const packet = encode({ type: 'response', id, flags: AUTHORITATIVE_ANSWER | code, questions, answers });
        socket.send(packet, port, address, () => resolve());
      });
    const known = names.get(name) ?? 'NXDOMAIN';
    const answer = typeof known === 'function' ? known(type, nth) : known;
    if (answer === 'silence') silenced.push(() => reply('NXDOMAIN'));
    else void reply(answer);
    arrivals.emit('query');
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    server: `127.0.0.1:${socket.address().port}`,
    names,
    asked: async (name) => {
      while (!counts.has(`A ${name}`) && !counts.has(`AAAA ${name}`)) await once(arrivals, 'query');
    },
    close: async () => {
      await Promise.all(silenced.map((answer) => answer()));
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

function records(name: string, type: AddressType, { A = [], AAAA = [], CNAME }: Addresses): Answer[] {
  // Nothing may be kept: a test changes its mind.
  const common = { ttl: 0, class: 'IN' } as const;
  const found = (type === 'A' ? A : AAAA).map((data): Answer => ({ ...common, name: CNAME ?? name, type, data }));
  return CNAME === undefined ? found : [{ ...common, name, type: 'CNAME', data: CNAME }, ...found];
}
