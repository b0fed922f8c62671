import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

interface ProcessState {
  /** `R`, `S`, `Z` …, as in ps(1). */
  readonly state: string;
  readonly command: string | undefined;
  /** Distinguishes two processes with the same number. */
  readonly startTime: string;
}

const gone: ProcessState = { state: 'Z', command: undefined, startTime: '' };

/**
 * Whether a process runs. A zombie does not: it has ended and waits for its parent to read its status, which the first
 * process of many containers never does. A zombie still accepts signals.
 *
 * @param name the expected program. After a restart of the machine the number may belong to another one.
 */
export function isRunning(pid: number, name?: string): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const { state, command } = stateOf(pid);
  return !state.startsWith('Z') && (name === undefined || command === undefined || command === name);
}

/** @returns a text that differs for a later process with the same number; empty if there is no process. */
export function startTimeOf(pid: number): string {
  return stateOf(pid).startTime;
}

function stateOf(pid: number): ProcessState {
  try {
    if (platform() === 'linux') {
      // proc(5): the name in parentheses may hold anything; state is field 3, the start time field 22.
      const [, command, rest] = /^\d+ \(([^]*)\) ([^]*)$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
      const fields = rest!.split(' ');
      return { state: fields[0]!, command: command!, startTime: fields[19]! };
    }
    if (platform() === 'win32') return { state: '', command: undefined, startTime: '' };
    const ps = (column: string) =>
      execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
    return {
      state: ps('stat'),
      command: ps('comm').split('/').at(-1)!,
      startTime: ps('lstart').replaceAll(/\s+/g, '_'),
    };
  } catch {
    return gone;
  }
}
