import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './app';

export interface InstalledPostgres {
  readonly url: string;
  /** Without warning: whatever is under way is lost. */
  crash(): void;
  restart(): void;
  /** For good. */
  stop(): void;
}

/** A throw-away server from installed programs, to run the tests on another version than the embedded one. */
export async function startInstalledPostgres(
  bin: string,
  settings: Readonly<Record<string, string>>,
): Promise<InstalledPostgres> {
  const directory = mkdtempSync(join(tmpdir(), 'tideline-test-'));
  const data = join(directory, 'data');
  mkdirSync(data, { mode: 0o700 });
  const owner = process.getuid?.() === 0 ? ownerOfPostgres() : undefined;
  if (owner) for (const path of [directory, data]) chownSync(path, owner.uid, owner.gid);
  const run = (program: string, ...args: string[]) =>
    execFileSync(join(bin, program), args, { ...owner, cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });

  run('initdb', '-D', data, '-U', 'tideline', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8');
  const port = await freePort();
  const all = { ...settings, port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const flags = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
  const begin = () => run('pg_ctl', 'start', '-w', '-D', data, '-l', join(directory, 'log'), '-o', flags.join(' '));
  const crash = () => run('pg_ctl', 'stop', '-w', '-m', 'immediate', '-D', data);
  begin();
  return {
    url: `postgresql://tideline@127.0.0.1:${port}/postgres`,
    crash,
    restart: begin,
    stop: () => {
      crash();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function ownerOfPostgres(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
