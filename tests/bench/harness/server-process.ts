import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A server under measurement, in a process of its own. */
export interface ServerProcess<Ready> {
  /** What its ready line said. */
  readonly ready: Ready;
  /** From spawn to the ready line, milliseconds. */
  readonly startMillis: number;
  /** Processor time of the process so far, user and system, microseconds; undefined where the platform does not tell. */
  cpuMicros(): number | undefined;
  /** Resident memory now, MiB; undefined where the platform does not tell. */
  rssMiB(): number | undefined;
  /** Ask it to end, and wait until it has. */
  stop(): Promise<void>;
}

/** `_SC_CLK_TCK` of every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Longer than any of the servers takes on a busy machine, milliseconds. */
const PATIENCE = 60_000;

/**
 * Start `node ARGS` and wait for the first line of its standard output, which is JSON.
 * @throws when the process ends, or stays silent for a minute, before the line
 */
export async function startServer<Ready>(args: readonly string[]): Promise<ServerProcess<Ready>> {
  const since = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await firstLine(child, args);
  const startMillis = performance.now() - since;
  const pid = child.pid as number;
  return {
    ready: JSON.parse(line) as Ready,
    startMillis,
    cpuMicros: () => cpuMicros(pid),
    rssMiB: () => rssMiB(pid),
    stop: () => stop(child),
  };
}

async function firstLine(child: ChildProcess, args: readonly string[]): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const signal = AbortSignal.timeout(PATIENCE);
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`node ${args.join(' ')} ended with ${code} before it was ready`);
  });
  try {
    const [line] = (await Promise.race([once(lines, 'line', { signal }), ended])) as [string];
    return line;
  } catch (error) {
    child.kill();
    throw error;
  } finally {
    ended.catch(() => undefined);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(force);
}

function cpuMicros(pid: number): number | undefined {
  if (process.platform === 'linux') {
    // Fields after the command, which is in brackets and may hold spaces: utime and stime are the 14th and 15th of the line.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
  }
  const time = ps(pid, 'time');
  if (time === undefined) return undefined;
  const seconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
  return seconds * 1e6;
}

function rssMiB(pid: number): number | undefined {
  if (process.platform === 'linux') {
    const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
  }
  const kibibytes = ps(pid, 'rss');
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
}

function ps(pid: number, column: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
}
