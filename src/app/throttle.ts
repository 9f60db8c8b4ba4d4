/** The service's limits on requests (graph-api spec, section 7), as token buckets: what is used up comes back evenly. */

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

/** So many requests at once, and so many again in each window. */
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

interface Bucket {
  readonly limit: Limit;
  tokens: number;
  /** When `tokens` was right, in milliseconds. */
  at: number;
}

/** Buckets kept before full ones are dropped. */
const KEPT = 1000;

/** A throttle that has seen nothing yet. */
export function createServiceThrottle(surface: Surface, wire: WireProfile = documentedWire): Throttle {
  const buckets = new Map<string, Bucket>();
  let sweepAt = KEPT;

  const bucketOf = (key: string, limit: Limit, now: number): Bucket => {
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      if (buckets.size >= sweepAt) {
        for (const [old, one] of buckets) if (refilled(one, now).tokens === one.limit.requests) buckets.delete(old);
        sweepAt = Math.max(KEPT, buckets.size * 2);
      }
      bucket = { limit, tokens: limit.requests, at: now };
      buckets.set(key, bucket);
    }
    return refilled(bucket, now);
  };

  return ({ tenantId, appId }, plan, now) => {
    const asked = [bucketOf(`app ${appId}`, EVERYTHING, now)];
    const area = setOf(plan.path, surface)?.throttle ?? 'deviceConfiguration';
    const limits = AREAS[area];
    if (limits !== undefined) {
      const kinds = plan.method === 'GET' || plan.method === 'HEAD' ? (['any'] as const) : (['any', 'writes'] as const);
      for (const kind of kinds) {
        asked.push(bucketOf(`${area} ${kind} ${tenantId}`, limits[kind].tenant, now));
        asked.push(bucketOf(`${area} ${kind} ${tenantId} ${appId}`, limits[kind].app, now));
      }
    }
    const empty = asked.filter(({ tokens }) => tokens < 1);
    const [first] = empty;
    if (first === undefined) {
      for (const bucket of asked) bucket.tokens -= 1;
      return;
    }
    const retryAfter = Math.max(1, ...empty.map(({ limit, tokens }) => Math.ceil(((1 - tokens) * limit.seconds) / limit.requests)));
    const told = wire.retryAfterTold || first.limit === EVERYTHING;
    throw graphError('throttled', { ...first.limit, retryAfter: told ? retryAfter : undefined });
  };
}

/** A clock that is set back gives nothing and takes nothing. */
function refilled(bucket: Bucket, now: number): Bucket {
  const { limit } = bucket;
  const back = (Math.max(0, now - bucket.at) * limit.requests) / (limit.seconds * 1000);
  bucket.tokens = Math.min(limit.requests, bucket.tokens + back);
  bucket.at = now;
  return bucket;
}
