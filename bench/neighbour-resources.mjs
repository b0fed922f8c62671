// What accounts share, what hostile accounts do to it, and what the bystander does meanwhile. neighbours.mjs runs them.
import { Agent, request } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { fill } from './records.mjs';
import { delay } from './server.mjs';
import { startDeliveries } from './neighbour-deliveries.mjs';

const password = 'correct-horse-battery';
const agent = new Agent({ keepAlive: true, maxSockets: 500 });

/**
 * Sends a request from an address of the caller's own, which the server believes.
 *
 * @param body an object, or text or bytes as they are.
 * @returns `status`, and `result` or `error` of an answer with one.
 */
function send(url, path, { method = 'POST', token, body, from = 1, headers = {} } = {}) {
  const bytes =
    body === undefined || Buffer.isBuffer(body)
      ? body
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}${path}`,
      {
        method,
        agent,
        headers: {
          'x-forwarded-for': `198.18.${from >> 8}.${from & 255}`,
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(bytes ? { 'content-type': 'application/json', 'content-length': bytes.length } : {}),
          ...headers,
        },
      },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const { result, error } = text.startsWith('{') ? JSON.parse(text) : {};
          resolve({ status: response.statusCode, result, error });
        });
      },
    );
    sent.on('error', reject);
    sent.end(bytes);
  });
}

/** Like `send`, for what must succeed. */
async function ask(url, path, options) {
  const { status, result, error } = await send(url, path, options);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${error?.code} ${error?.message}`);
  return result;
}

async function register(url, name, from) {
  const email = `${name}@example.com`;
  const session = await ask(url, '/api/v1/auth/register', { body: { email, password, name }, from });
  return { token: session.access_token, user: session.user, from };
}

/** @returns so many accounts, each at an address of its own. */
async function registerMany(url, count, name) {
  const accounts = [];
  for (let index = 0; index < count; index++) accounts.push(await register(url, `${name}-${index}`, 100 + index));
  return accounts;
}

/** Repeats the work so many times at once until the end. */
function repeat(concurrency, { isOver, count }, work) {
  for (let lane = 0; lane < concurrency; lane++) {
    void (async () => {
      for (let turn = 0; !isOver(); turn++) {
        const { status } = await work(lane, turn).catch(() => ({ status: 'broken' }));
        count(status);
        if (status !== 200) await delay(20);
      }
    })();
  }
}

const csv = (rows, cell = 'x') =>
  `First Name,Last Name,E-mail,Notes\n${Array.from({ length: rows }, (_, row) => `Ada,Nr ${row},a${row}@example.com,${cell}`).join('\n')}\n`;

async function upload(url, { token, from }, body) {
  const { job, upload_url } = await ask(url, '/api/v1/imports', {
    token,
    from,
    body: { model_type: 'contacts', file_name: 'people.csv' },
  });
  const { pathname, search } = new URL(upload_url);
  const { status } = await send(url, pathname + search, {
    method: 'PUT',
    body,
    headers: { 'content-type': 'text/csv' },
  });
  return { job, status };
}

/** An account has at most 100 imports that are not at their end. */
const cancel = (url, account, job) => send(url, `/api/v1/imports/${job.id}/cancel`, account);

/** An account of the bystander, who reads one contact. */
async function reader(server) {
  const { url } = server;
  const { token } = await register(url, 'bystander', 1);
  const contact = await ask(url, '/api/v1/contacts', { token, body: { first_name: 'Grace' } });
  return () => ask(url, `/api/v1/contacts/${contact.id}`, { method: 'GET', token }).then(() => undefined);
}

export const resources = {
  bodies: {
    does: 'reads a contact',
    hostileDoes: '4 accounts send bodies of 0.5 to 0.8 MB with as many keys as a body may have, 8 at once',
    count: 300,
    bystander: reader,
    hostile: async ({ url, ...hostile }) => {
      const accounts = await registerMany(url, 4, 'hostile');
      const flat = JSON.stringify({
        custom_fields: Object.fromEntries(
          Array.from({ length: 14_000 }, (_, key) => [`key-${key}-${'k'.repeat(24)}`, 1]),
        ),
      });
      const long = JSON.stringify({
        custom_fields: {
          ['k'.repeat(780_000)]: Object.fromEntries(Array.from({ length: 6_270 }, (_, key) => [key, 1])),
        },
      });
      repeat(8, hostile, (lane, turn) =>
        send(url, '/api/contacts-list', { ...accounts[lane % 4], body: turn % 2 === 0 ? flat : long }),
      );
    },
  },
  connections: {
    does: 'reads a contact',
    hostileDoes: '4 accounts search 100,000 contacts each, 200 requests at once',
    count: 300,
    bystander: reader,
    prepare: async (server) => {
      const accounts = await registerMany(server.url, 4, 'hostile');
      const client = await server.connect();
      for (const { user } of accounts) await fill(client, user, 100_000);
      await client.end();
      return { accounts };
    },
    hostile: async ({ url, prepared, ...hostile }) => {
      repeat(200, hostile, (lane, turn) =>
        send(url, `/api/v1/contacts?search=${['mail', 'exam', 'ber', 'head', 'an'][turn % 5]}&tags=nobody&limit=100`, {
          ...prepared.accounts[lane % 4],
          method: 'GET',
        }),
      );
    },
  },
  uploads: {
    does: 'uploads 2 KB',
    hostileDoes: '100 uploads of one account at once, a byte a second each',
    count: 100,
    bystander: async ({ url }) => {
      const account = await register(url, 'bystander', 1);
      const body = Buffer.from(csv(50));
      return async () => {
        const begin = performance.now();
        const { job, status } = await upload(url, account, body);
        const taken = performance.now() - begin;
        if (status !== 200) throw new Error(`The upload answered ${status}.`);
        await cancel(url, account, job);
        return taken;
      };
    },
    hostile: async ({ url, isOver, count }) => {
      const account = await register(url, 'hostile', 2);
      for (let index = 0; index < 100; index++) {
        const { upload_url } = await ask(url, '/api/v1/imports', {
          ...account,
          body: { model_type: 'contacts', file_name: 'people.csv' },
        });
        const { pathname, search } = new URL(upload_url);
        const sent = request(`${url}${pathname}${search}`, { method: 'PUT', headers: { 'content-type': 'text/csv' } });
        sent.on('response', (response) => count(response.resume().statusCode));
        sent.on('error', () => count('broken'));
        void (async () => {
          for (; !isOver() && !sent.destroyed; await delay(1_000)) sent.write('x');
        })();
      }
    },
  },
  inspections: {
    does: 'has a small file looked through',
    hostileDoes: 'an account has five files of 18 MB looked through, again and again',
    count: 60,
    bystander: async ({ url }) => {
      const account = await register(url, 'bystander', 1);
      const body = Buffer.from(csv(50));
      return async () => {
        const { job } = await upload(url, account, body);
        const begin = performance.now();
        await ask(url, `/api/v1/imports/${job.id}/complete-upload`, account);
        const taken = performance.now() - begin;
        await cancel(url, account, job);
        return taken;
      };
    },
    hostile: async ({ url, ...hostile }) => {
      const account = await register(url, 'hostile', 2);
      const body = Buffer.from(csv(180_000, 'y'.repeat(70)));
      repeat(5, hostile, async () => {
        const { job } = await upload(url, account, body);
        const answer = await send(url, `/api/v1/imports/${job.id}/complete-upload`, account);
        await cancel(url, account, job);
        return answer;
      });
    },
  },
  hashing: {
    does: 'signs in',
    hostileDoes: '40 registrations at once, each from an address of its own',
    count: 100,
    bystander: async ({ url }) => {
      await register(url, 'bystander', 1);
      return (index) =>
        ask(url, '/api/v1/auth/login', {
          body: { email: 'bystander@example.com', password },
          from: 1_000 + index,
        }).then(() => undefined);
    },
    hostile: async ({ url, ...hostile }) => {
      repeat(40, hostile, (lane, turn) => {
        const number = lane * 1_000 + turn;
        const body = { email: `hostile-${number}@example.com`, password, name: 'Mallory' };
        return send(url, '/api/v1/auth/register', { body, from: 2_000 + number });
      });
    },
  },
  mails: {
    does: 'asks for a reset, and gets the mail',
    hostileDoes: '26 accounts invite 20 people each; the mail server takes 200 ms a mail',
    count: 20,
    limitMs: 1_000 + 1_000,
    support: async () => {
      const arrived = new Map();
      const server = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        onData: (stream, session, done) => {
          stream.resume().on('end', () => {
            setTimeout(() => {
              arrived.get(session.envelope.rcptTo[0].address)?.();
              done();
            }, 200);
          });
        },
      });
      server.on('error', () => undefined);
      await new Promise((resolve) => server.listen(18_321, '127.0.0.1', resolve));
      return {
        environment: { SMTP_URL: 'smtp://127.0.0.1:18321' },
        arrived,
        stop: () => new Promise((resolve) => server.close(resolve)),
      };
    },
    bystander: async ({ url }, { arrived }) => {
      // A user gets five mails an hour.
      const users = 12;
      for (let index = 0; index < users; index++) await register(url, `bystander-${index}`, 20 + index);
      let turn = 0;
      return async (index) => {
        const email = `bystander-${turn++ % users}@example.com`;
        const came = new Promise((resolve) => arrived.set(email, resolve));
        await ask(url, '/api/v1/auth/forgot-password', { body: { email }, from: 1_000 + index });
        await came;
      };
    },
    hostile: async ({ url, count }) => {
      const accounts = await registerMany(url, 26, 'hostile');
      for (const [index, account] of accounts.entries()) {
        for (let person = 0; person < 20; person++) {
          const body = { email: `person-${index}-${person}@example.com`, name: 'Person' };
          count((await send(url, '/api/v1/users/invite', { ...account, body })).status);
        }
      }
    },
  },
  feed: {
    does: 'reads the change feed',
    hostileDoes: 'an account with 50 webhooks imports 6,000 rows, again and again',
    count: 200,
    bystander: async ({ url }) => {
      const { token } = await register(url, 'bystander', 1);
      const contact = await ask(url, '/api/v1/contacts', { token, body: { first_name: 'Grace' } });
      let { next_cursor: after } = await ask(url, '/api/v1/events', { method: 'GET', token });
      return async (index) => {
        await ask(url, `/api/v1/contacts/${contact.id}`, {
          method: 'PATCH',
          token,
          body: { job_title: `Nr ${index}` },
        });
        const begin = performance.now();
        const page = await ask(url, `/api/v1/events?after=${encodeURIComponent(after)}`, { method: 'GET', token });
        after = page.next_cursor;
        if (page.items.length === 0) throw new Error('The feed does not have the last change.');
        return performance.now() - begin;
      };
    },
    hostile: async ({ url, ...hostile }) => {
      const account = await register(url, 'hostile', 2);
      for (let index = 0; index < 50; index++) {
        const body = { url: `https://192.0.43.${index}/`, events: ['contact.created'] };
        hostile.count((await send(url, '/api/v1/webhooks', { ...account, body })).status);
      }
      repeat(1, hostile, async () => {
        const { job } = await upload(url, account, Buffer.from(csv(6_000)));
        const { preview } = await ask(url, `/api/v1/imports/${job.id}/complete-upload`, account);
        const body = { column_mapping: preview.suggested_mapping, on_duplicate: 'create' };
        await ask(url, `/api/v1/imports/${job.id}/confirm`, { ...account, body });
        for (;;) {
          const { status } = await ask(url, `/api/v1/imports/${job.id}`, { ...account, method: 'GET' });
          if (!['queued', 'processing'].includes(status)) return { status: status === 'completed' ? 200 : status };
          await delay(100);
        }
      });
    },
  },
  webhooks: {
    does: 'changes a contact, and gets the delivery',
    hostileDoes: '50 accounts with 40 endpoints each that never answer',
    count: 100,
    limitMs: 1_000,
    support: startDeliveries,
    bystander: async ({ url }, { endpoint, next }) => {
      const { token } = await register(url, 'bystander', 1);
      const contact = await ask(url, '/api/v1/contacts', { token, body: { first_name: 'Grace' } });
      await ask(url, '/api/v1/webhooks', { token, body: { url: endpoint('healthy'), events: ['contact.updated'] } });
      return async (index) => {
        const came = next();
        const body = { job_title: `${Date.now()} ${index}` };
        const begin = performance.now();
        await ask(url, `/api/v1/contacts/${contact.id}`, { method: 'PATCH', token, body });
        await came;
        return performance.now() - begin;
      };
    },
    prepare: async (_server, { endpoint }) => ({ hanging: endpoint('hanging') }),
    hostile: async ({ url, prepared, ...hostile }) => {
      const accounts = await registerMany(url, 50, 'hostile');
      for (const account of accounts) {
        for (let index = 0; index < 40; index++) {
          const body = { url: `${prepared.hanging}/${account.from}/${index}`, events: ['contact.created'] };
          hostile.count((await send(url, '/api/v1/webhooks', { ...account, body })).status);
        }
      }
      repeat(10, hostile, async (lane, turn) => {
        await delay(50);
        return send(url, '/api/v1/contacts', { ...accounts[(lane + 10 * turn) % 50], body: { first_name: 'Mallory' } });
      });
    },
  },
};
