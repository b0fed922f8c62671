// Loaded into the server by `npm run bench -- bodies`: tells, on a port of its own, how long the event loop stood still and how
// much processor time the process took since it was last asked. Garbage is collected at each answer, so that memory begins at rest.
const { createServer } = require('node:http');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let before = process.cpuUsage();

createServer((_request, response) => {
  const { user, system } = process.cpuUsage(before);
  const told = { blocked: delay.max / 1e6, processor: (user + system) / 1_000 };
  collect();
  response.end(JSON.stringify(told), () => {
    delay.reset();
    before = process.cpuUsage();
  });
})
  .listen(Number(process.env.LOOP_WATCH_PORT), '127.0.0.1')
  .unref();
