// A server of scripts/dev.mjs. It loads the packages of others at once and the program itself when it is told to: packages take most
// of the time of a start, so the next server waits with them loaded while the present one serves.
const inspector = require('node:inspector');
const { dependencies } = require('../package.json');

// Also when the parent was killed: this ends the database, too.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.once('message', ({ main, inspect }) => {
  if (inspect !== undefined) inspector.open(inspect, '127.0.0.1');
  // Not before: the source maps of packages cost time and nobody reads them.
  process.setSourceMapsEnabled(true);
  require(main);
});
for (const name of Object.keys(dependencies)) require(name);
