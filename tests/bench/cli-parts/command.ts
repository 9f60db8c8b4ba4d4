/** Commands of Muster as processes: how long they take, start included, and how much memory. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../harness/report.js';

const ROOT = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..', '..', '..');
export const MAIN = join(ROOT, 'dist', 'main.js');

const SAMPLE_MILLIS = 100;

export interface Taken {
  readonly seconds: number;
  readonly code: number | null;
  readonly stdout: string;
  /** The most memory that it ever held, MiB; undefined where the platform does not tell. */
  readonly peakMiB: number | undefined;
}

/** @param args of Node. @throws when it ends with another code than one of those expected */
export async function take(args: readonly string[], codes: readonly number[] = [0]): Promise<Taken> {
  const since = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  let peakMiB: number | undefined;
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  const sample = setInterval(() => {
    peakMiB = peakOf(child.pid) ?? peakMiB;
  }, SAMPLE_MILLIS);
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  clearInterval(sample);
  const seconds = (performance.now() - since) / 1000;
  if (code === null || !codes.includes(code))
    throw new Error(`node ${args.join(' ')} ended with ${code}: ${stderr}${stdout.slice(0, 2000)}`);
  return { seconds, code, stdout, peakMiB };
}

/** Linux keeps the high-water mark itself, so that no peak is missed between two samples but the last. */
function peakOf(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  try {
    const kibibytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
  } catch {
    // It has ended.
    return undefined;
  }
}

/** Median of several runs, milliseconds. */
export async function medianMillis(args: readonly string[], times: number): Promise<number> {
  const runs: number[] = [];
  for (let n = 0; n < times; n += 1) runs.push((await take(args)).seconds * 1000);
  return median(runs);
}
