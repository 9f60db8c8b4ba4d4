/** The service's limits on requests (graph-api spec, section 7): never more than so many in any stretch of so many seconds. */

import { setOf } from '../domain/permissions.js';
import type { Caller } from '../kernel/caller.js';
import { graphError } from '../kernel/errors.js';
import { documentedWire, type WireProfile } from '../kernel/wire.js';
import type { Surface } from '../model/surface.js';
import type { Plan } from '../query/plan.js';

/**
 * Count a request; one that is refused takes nothing.
 * @param now milliseconds since the epoch
 * @throws GraphError throttled (429)
 */
export type Throttle = (caller: Pick<Caller, 'tenantId' | 'appId'>, plan: Plan, now: number) => void;

/** So many requests, and no more within so many seconds. */
interface Limit {
  readonly requests: number;
  readonly seconds: number;
}

interface AreaLimits {
  /** Of all apps together in a tenant. */
  readonly tenant: Limit;
  /** Of one app in one tenant. */
  readonly app: Limit;
}

const of = (tenant: number, app: number): AreaLimits => ({
  tenant: { requests: tenant, seconds: 20 },
  app: { requests: app, seconds: 20 },
});

/** By the throttle class of the surface. The directory counts resource units, which the documentation does not give; it has no row. */
const AREAS: Readonly<Record<string, { readonly any: AreaLimits; readonly writes: AreaLimits }>> = {
  deviceConfiguration: { any: of(2000, 1000), writes: of(200, 100) },
  managedDevices: { any: of(4000, 2000), writes: of(400, 200) },
  managedApps: { any: of(2000, 1000), writes: of(200, 100) },
  rbac: { any: of(2000, 1000), writes: of(200, 100) },
};
/** Of one app across all tenants. */
const EVERYTHING: Limit = { requests: 130_000, seconds: 10 };

/** The requests of the last seconds. */
interface Window {
  readonly limit: Limit;
  /** When each was counted, in milliseconds, the oldest first; those before `from` have passed. */
  times: number[];
  from: number;
}

/** Windows kept before empty ones are dropped. */
const KEPT = 1000;
/** Passed times kept before they are dropped. */
const PASSED = 1000;

/** A throttle that has seen nothing yet. */
export function createServiceThrottle(surface: Surface, wire: WireProfile = documentedWire): Throttle {
  const windows = new Map<string, Window>();
  let sweepAt = KEPT;

  const windowOf = (key: string, limit: Limit, now: number): Window => {
    let window = windows.get(key);
    if (window === undefined) {
      if (windows.size >= sweepAt) {
        for (const [old, one] of windows) if (held(moved(one, now)) === 0) windows.delete(old);
        sweepAt = Math.max(KEPT, windows.size * 2);
      }
      window = { limit, times: [], from: 0 };
      windows.set(key, window);
    }
    return moved(window, now);
  };

  return ({ tenantId, appId }, plan, now) => {
    const asked = [windowOf(`app ${appId}`, EVERYTHING, now)];
    const area = setOf(plan.path, surface)?.throttle ?? 'deviceConfiguration';
    const limits = AREAS[area];
    if (limits !== undefined) {
      const kinds = plan.method === 'GET' || plan.method === 'HEAD' ? (['any'] as const) : (['any', 'writes'] as const);
      for (const kind of kinds) {
        asked.push(windowOf(`${area} ${kind} ${tenantId}`, limits[kind].tenant, now));
        asked.push(windowOf(`${area} ${kind} ${tenantId} ${appId}`, limits[kind].app, now));
      }
    }
    const full = asked.filter((window) => held(window) >= window.limit.requests);
    const [first] = full;
    if (first === undefined) {
      for (const { times } of asked) times.push(now);
      return;
    }
    const free = Math.max(...full.map(({ limit, times, from }) => (times[from] ?? now) + limit.seconds * 1000));
    const retryAfter = Math.max(1, Math.ceil((free - now) / 1000));
    const told = wire.retryAfterTold || first.limit === EVERYTHING;
    throw graphError('throttled', { ...first.limit, retryAfter: told ? retryAfter : undefined });
  };
}

function held({ times, from }: Window): number {
  return times.length - from;
}

/** The window as it stands at `now`. A clock that is set back gives nothing and takes nothing. */
function moved(window: Window, now: number): Window {
  const back = (window.times.at(-1) ?? now) - now;
  if (back > 0) window.times = window.times.map((time) => time - back);
  const { times, limit } = window;
  while (window.from < times.length && (times[window.from] ?? now) <= now - limit.seconds * 1000) window.from++;
  if (window.from === times.length || window.from > Math.max(PASSED, times.length / 2)) {
    window.times = times.slice(window.from);
    window.from = 0;
  }
  return window;
}
