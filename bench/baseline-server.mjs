// What the product is measured by: Fastify and pg, the same statements and tokens, nothing else. No framework, no validation, no
// sessions, no limits, no log: node bench/baseline-server.mjs '{"databaseUrl":…,"port":…,"secret":…}'
import { createSecretKey } from 'node:crypto';
import { createRequire } from 'node:module';
import Fastify from 'fastify';
import jsonwebtoken from 'jsonwebtoken';
import pg from 'pg';
import { v7 as newId } from 'uuid';

const require = createRequire(import.meta.url);
require('reflect-metadata');
const { ContactsRepository } = require('../dist/contexts/contacts/contacts.repository.js');
const { contactRecord } = require('../dist/contexts/contacts/contact.record.js');
const { RecordStore } = require('../dist/platform/records/record-store.js');

const { databaseUrl, port, secret } = JSON.parse(process.argv[2]);
const key = createSecretKey(secret, 'utf8');
const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });

/**
 * The very statement of the product: what sends it is asked with names instead of values, which are put in at each request.
 *
 * @returns what runs it with these values.
 */
function statementOf(ask) {
  let statement;
  const transactions = { rows: async (name, text, values) => (statement = { name, text, values }) && [] };
  const store = new RecordStore(transactions);
  ask(new ContactsRepository(store, transactions), store);
  const { name, text, values } = statement;
  return async (given) => {
    const bound = values.map((value) => (typeof value === 'string' ? given[value] : (given[value?.[0]] ?? value)));
    return (await pool.query({ ...(name ? { name } : {}), text, values: bound })).rows;
  };
}

const page = 25;
const none = { custom_fields: undefined };
const find = statementOf((_, store) => store.find(contactRecord, 'account', 'id'));
const lists = {
  '': statementOf((contacts) => contacts.list('account', none, null, page)),
  'tags company_id': statementOf((contacts) =>
    contacts.list('account', { ...none, tags: ['tags'], company_id: 'company_id' }, null, page),
  ),
  search: statementOf((contacts) => contacts.list('account', { ...none, search: 'search' }, null, page)),
};

const fastify = Fastify();

function callerOf({ headers }) {
  const token = headers.authorization.slice('Bearer '.length);
  return jsonwebtoken.verify(token, key, { algorithms: ['HS256'], issuer: 'tideline', audience: 'tideline-api' });
}

fastify.get('/api/v1/contacts/:id', async (request) => {
  const { account_id: account } = callerOf(request);
  const [contact] = await find({ account, id: request.params.id });
  return { ok: true, result: contact };
});

fastify.get('/api/v1/contacts', async (request) => {
  const { account_id: account } = callerOf(request);
  const { query } = request;
  const rows = await lists[Object.keys(query).join(' ')]({ account, ...query, tags: [query.tags] });
  const items = rows.slice(0, page);
  return { ok: true, result: { items, next_cursor: rows.length > page ? items.at(-1).id : null } };
});

const unset = { email: '', phone: '', job_title: '', address: '', city: '', state: '', zip_code: '', country: '' };

fastify.post('/api/v1/contacts', async (request) => {
  const { account_id, sub } = callerOf(request);
  const now = new Date();
  const contact = {
    ...{ id: newId(), account_id, created_by: sub, last_name: '', ...unset, notes: '', company_id: null },
    ...{ source_id: null, tags: [], custom_fields: {}, ...request.body },
    ...{ created_at: now, updated_at: now, version: 1 },
  };
  const client = await pool.connect();
  try {
    await client.query('begin');
    const references = await client.query({
      name: 'references',
      text: `select coalesce((select name from companies where account_id = $1 and id = $2), '') as company_name,
        coalesce((select name from sources where account_id = $1 and id = $3), '') as source_name`,
      values: [account_id, contact.company_id, contact.source_id],
    });
    const row = { ...contact, field_versions: {} };
    const names = Object.keys(row);
    await client.query({
      name: 'insert',
      text: `insert into contacts (${names.join()}) values (${names.map((_, index) => `$${index + 1}`).join()})`,
      values: Object.values(row),
    });
    const view = { ...contact, ...references.rows[0] };
    await client.query({
      name: 'event',
      // With its place in the feed, which the product gives after the commit: it must not have to give it for this server.
      text: `insert into events (id, account_id, type, entity_id, data, user_id, created_at, position)
        values ($1, $2, 'contact.created', $3, $4, $5, $6, nextval('events_position_seq'))`,
      values: [newId(), account_id, contact.id, JSON.stringify(view), sub, now],
    });
    await client.query('commit');
    return { ok: true, result: view };
  } finally {
    client.release();
  }
});

await fastify.listen({ port, host: '127.0.0.1' });
process.on('SIGTERM', () => process.exit());
process.send('ready');
