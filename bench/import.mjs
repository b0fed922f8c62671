// How fast rows of a file become contacts, with the search for duplicates and an event each, beside COPY of the same rows into a
// table with the same indexes; how much memory that takes; how long requests wait meanwhile: npm run bench -- import [rows …]
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, delay, quantile, startServer } from './server.mjs';

/** Between requests whose waiting is measured, in milliseconds. */
const pace = 20;

const titles = ['Head of research', 'Engineer', 'Buyer', '', 'Managing director'];

/** The contact of a row of the file. */
export function contactOf(row, prefix) {
  const name = ((row * 2_654_435_761) % 4_294_967_296).toString(36);
  return {
    ...{ first_name: `First${name}`, last_name: `Last${row.toString(36)}` },
    ...{ email: `${prefix}-${row}@mail${row % 977}.example`, phone: `+49 30 ${100_000 + row}` },
    ...{ job_title: titles[row % titles.length], city: 'Berlin', country: 'Germany' },
    notes: `Met at the fair, stand ${row % 313}`,
  };
}

function* fileOf(count, prefix) {
  yield 'First Name,Last Name,E-mail,Phone,Job Title,City,Country,Notes\n';
  for (let begin = 0; begin < count; begin += 10_000) {
    let lines = '';
    for (let row = begin; row < Math.min(count, begin + 10_000); row++) {
      const { notes, ...fields } = contactOf(row, prefix);
      lines += `${Object.values(fields).join(',')},"${notes}"\n`;
    }
    yield lines;
  }
}

/** @returns the most memory that the process had, in MiB, or has. */
export function memoryOf(pid, name = 'VmHWM') {
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** Asks for a page of contacts again and again. @returns how long each answer took, in milliseconds. */
export async function waits(server, isOver) {
  const taken = [];
  while (!isOver()) {
    const begin = performance.now();
    await server.call('GET', '/contacts?limit=25');
    taken.push(performance.now() - begin);
    await delay(Math.max(0, pace - (performance.now() - begin)));
  }
  return taken;
}

/** @returns the seconds it took, what requests waited before and meanwhile, and the memory at rest and at most. */
export async function importFile(server, count, prefix, restFor = 3_000) {
  const { job, upload_url } = await server.call('POST', '/imports', {
    model_type: 'contacts',
    file_name: 'people.csv',
  });
  const body = ReadableStream.from(
    (function* () {
      for (const part of fileOf(count, prefix)) yield Buffer.from(part);
    })(),
  );
  const put = await fetch(upload_url, { method: 'PUT', body, duplex: 'half' });
  if (!put.ok) throw new Error(await put.text());
  const { preview } = await server.call('POST', `/imports/${job.id}/complete-upload`);
  const column_mapping = preview.suggested_mapping;
  const idle = performance.now() + restFor;
  const before = await waits(server, () => performance.now() > idle);
  // From here on the highest memory is that of the import.
  writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
  const atRest = memoryOf(server.pid);
  await server.call('POST', `/imports/${job.id}/confirm`, { column_mapping });
  const begin = performance.now();
  let signedIn = begin;
  let [done, current] = [false, job];
  const during = waits(server, () => done);
  while (!done) {
    await delay(100);
    if (performance.now() - signedIn > 600_000) {
      await server.signInAgain();
      signedIn = performance.now();
    }
    current = await server.call('GET', `/imports/${job.id}`);
    done = !['queued', 'processing'].includes(current.status);
  }
  if (current.created_count !== count) throw new Error(`The import ended otherwise: ${JSON.stringify(current)}`);
  const seconds = (Date.parse(current.finished_at) - Date.parse(current.started_at)) / 1_000;
  return { seconds, before, during: await during, atRest, peak: memoryOf(server.pid) };
}

/** The rows that the import made, once more by COPY. @returns the seconds. */
export async function copyOf(database, prefix) {
  const columns = `id, account_id, created_by, first_name, last_name, email, phone, job_title, address, city, state, zip_code,
    country, notes, company_id, source_id, tags, custom_fields, created_at, updated_at, version, field_versions`;
  const exchange = mkdtempSync(join(tmpdir(), 'tideline-copy-'));
  // PostgreSQL writes and reads here, as another user.
  chmodSync(exchange, 0o777);
  const file = join(exchange, 'rows');
  await database.query('drop table if exists copied_contacts');
  await database.query('create table copied_contacts (like contacts including all)');
  await database.query(
    `copy (select ${columns} from contacts where email like '${prefix}-%' order by id) to '${file}'`,
  );
  const begin = performance.now();
  await database.query(`copy copied_contacts (${columns}) from '${file}'`);
  const seconds = (performance.now() - begin) / 1_000;
  await database.query('drop table copied_contacts');
  rmSync(exchange, { recursive: true, force: true });
  return seconds;
}

/** @param given numbers of rows, as texts. */
export async function run(given) {
  const sizes = given.length > 0 ? given.map(Number) : [10_000, 1_000_000];
  build();
  const server = await startServer(18_312);
  try {
    const client = await server.connect();
    await importFile(server, 2_000, 'warm-up');
    const rows = [];
    for (const [index, size] of sizes.entries()) {
      const prefix = `people-${index}`;
      const { seconds, before, during, atRest, peak } = await importFile(server, size, prefix);
      const copied = await copyOf(client, prefix);
      rows.push({
        rows: size,
        'rows/s': Math.round(size / seconds),
        'COPY rows/s': Math.round(size / copied),
        ratio: (copied / seconds).toFixed(2),
        'memory at rest, MiB': Math.round(atRest),
        'at most, MiB': Math.round(peak),
        'GET p50/p99 ms, idle': `${quantile(before, 0.5).toFixed(1)}/${quantile(before, 0.99).toFixed(1)}`,
        during: `${quantile(during, 0.5).toFixed(1)}/${quantile(during, 0.99).toFixed(1)}`,
      });
      console.table(rows);
    }
    await client.end();
  } finally {
    await server.stop();
  }
}
