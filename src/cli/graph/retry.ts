/** How long to wait before asking again. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 60_000;

/** Seconds, or a date. @returns milliseconds */
export function retryAfter(value: string | undefined, now: number = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  const millis = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(millis) ? undefined : Math.min(Math.max(millis, 0), 10 * LONGEST_WAIT);
}

/** Twice as long each time, with some chance in it, so that many clients do not come back together. @returns milliseconds */
export function backOff(attempt: number): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}
