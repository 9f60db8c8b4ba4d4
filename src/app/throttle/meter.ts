/** What counts requests against a limit. A clock that is set back gives nothing and takes nothing. */

/** So much, and no more within so many seconds. */
export interface Limit {
  readonly most: number;
  readonly seconds: number;
}

export interface Meter {
  readonly limit: Limit;
  /** Milliseconds until `cost` can be taken; 0 when it can be now. */
  wait(cost: number, now: number): number;
  take(cost: number, now: number): void;
  /** The share of the limit in use, 0 to 1. */
  used(now: number): number;
}

/** Times that have passed are kept up to so many before they are dropped. */
const PASSED = 1000;

/** Never more than `limit.most` requests in any stretch of `limit.seconds`. Each costs 1. */
export function createWindow(limit: Limit): Meter {
  const millis = limit.seconds * 1000;
  /** When each was counted, the oldest first; those before `from` have passed. */
  let times: number[] = [];
  let from = 0;
  const held = (now: number): number => {
    const back = (times.at(-1) ?? now) - now;
    if (back > 0) times = times.map((time) => time - back);
    while (from < times.length && (times[from] ?? now) <= now - millis) from++;
    if (from === times.length || from > Math.max(PASSED, times.length / 2)) {
      times = times.slice(from);
      from = 0;
    }
    return times.length - from;
  };
  return {
    limit,
    wait: (_cost, now) => (held(now) < limit.most ? 0 : (times[from] ?? now) + millis - now),
    take: (_cost, now) => {
      times.push(now);
    },
    used: (now) => held(now) / limit.most,
  };
}

/** A token bucket: what is used up comes back evenly, all of it in `limit.seconds`. */
export function createBucket(limit: Limit): Meter {
  let tokens = limit.most;
  let at: number | undefined;
  const perMilli = limit.most / (limit.seconds * 1000);
  const left = (now: number): number => {
    tokens = Math.min(limit.most, tokens + Math.max(0, now - (at ?? now)) * perMilli);
    at = now;
    return tokens;
  };
  return {
    limit,
    wait: (cost, now) => Math.max(0, (cost - left(now)) / perMilli),
    take: (cost) => {
      tokens -= cost;
    },
    used: (now) => 1 - left(now) / limit.most,
  };
}
