/** Time, injected so that tests and fixtures can fix it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still; for tests and seeded data. */
export function fixedClock(at: string | number): Clock {
  const millis = typeof at === 'number' ? at : Date.parse(at);
  return { now: () => millis };
}

/**
 * A DateTimeOffset as Intune writes it: UTC, up to seven fractional digits, trailing zeros trimmed
 * (graph-api spec 4.2, e.g. `2025-10-10T09:55:00Z`, `2025-10-10T09:55:00.25Z`).
 */
export function dateTimeOffset(millis: number): string {
  return new Date(millis).toISOString().replace(/\.?0*Z$/, 'Z');
}
