import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

/**
 * Whether a process runs. A zombie does not: it was killed and only waits for its parent to take note, which the first
 * process of many containers never does, and yet it still takes signals.
 *
 * @param name what the program must be called; after a restart of the machine its old number may be somebody else's.
 */
export function isRunning(pid: number, name?: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const { state, command } = describe(pid);
  return !state.startsWith('Z') && (name === undefined || command === undefined || command === name);
}

function describe(pid: number): { state: string; command?: string } {
  try {
    if (platform() === 'linux') {
      const [, command, state] = /^\d+ \(([^]*)\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
      return { state: state!, command: command! };
    }
    if (platform() === 'win32') return { state: '' };
    const [state, command] = execFileSync('ps', ['-o', 'stat=,comm=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return { state: state!, command: command!.split('/').at(-1)! };
  } catch {
    // Gone in the meantime.
    return { state: 'Z' };
  }
}
