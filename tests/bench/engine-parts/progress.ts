/** Lines on stderr about what takes long; stdout is for the figures. */
const start = performance.now();

export function progress(text: string): void {
  console.error(`${((performance.now() - start) / 1000).toFixed(1).padStart(7)} s  ${text}`);
}

/** @returns what `work` returns; says how long it took where that is over a second */
export function told<T>(what: string, work: () => T): T {
  const tell = clock(what);
  const result = work();
  tell();
  return result;
}

export async function toldAsync<T>(what: string, work: () => Promise<T>): Promise<T> {
  const tell = clock(what);
  const result = await work();
  tell();
  return result;
}

/** Processor time beside the time that passed: on a busy machine the two part. */
function clock(what: string): () => void {
  const from = performance.now();
  const before = process.cpuUsage();
  return () => {
    const seconds = (performance.now() - from) / 1000;
    const { user, system } = process.cpuUsage(before);
    if (seconds > 1) progress(`${what}: ${seconds.toFixed(1)} s (processor ${((user + system) / 1e6).toFixed(1)} s)`);
  };
}

/** The value that this part of all values does not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}
