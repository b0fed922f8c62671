// Preloaded into a program (node --require), it kills the process, as kill -9 would, at a step of its work:
//   KILL_AT=committed   a change and its event are committed, and nobody was told
//   KILL_AT=placed      events have got their places, and no deliveries were made of them
//   KILL_AT=made        deliveries were made of events
//   KILL_AT=<name>      the statement of this name is about to be sent
//   KILL_AFTER=<n>      at the nth time
const { Client } = require('pg');

const { KILL_AT, KILL_AFTER = '1' } = process.env;
let left = Number(KILL_AFTER);

function reached() {
  if (--left <= 0) process.kill(process.pid, 'SIGKILL');
}

/** Connections in whose open transaction the step was taken. */
const pending = new WeakSet();
const original = Client.prototype.query;
Client.prototype.query = function (...args) {
  const { name, text } = typeof args[0] === 'string' ? { text: args[0] } : (args[0] ?? {});
  if (name !== undefined && name === KILL_AT) reached();
  if (KILL_AT === 'committed' && text?.startsWith('insert into events ')) pending.add(this);
  if (KILL_AT === 'placed' && name === 'events-place') pending.add(this);
  if (KILL_AT === 'made' && name === 'webhook-deliveries-insert') pending.add(this);
  const isCommit = /^commit\b/i.test(text ?? '') && pending.delete(this);
  const result = original.apply(this, args);
  if (isCommit) void result.then(reached);
  return result;
};
