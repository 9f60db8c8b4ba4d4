/** The service's limits on requests (graph-api spec, section 7). */

import { setOf } from '../domain/permissions.js';
import type { Caller } from '../kernel/caller.js';
import { graphError } from '../kernel/errors.js';
import { documentedWire, type WireProfile } from '../kernel/wire.js';
import type { Surface } from '../model/surface.js';
import type { Plan } from '../query/plan.js';
import { createBucket, createWindow, type Limit, type Meter } from './throttle/meter.js';
import { costOf } from './throttle/resource-units.js';

/**
 * Count a request; one that is refused takes nothing.
 * @param now milliseconds since the epoch
 * @returns headers that tell the caller what it has used
 * @throws GraphError throttled, directoryThrottled (429)
 */
export type Throttle = (caller: Pick<Caller, 'tenantId' | 'appId'>, plan: Plan, now: number) => Readonly<Record<string, string>>;

interface AreaLimits {
  /** Of all apps together in a tenant. */
  readonly tenant: Limit;
  /** Of one app in one tenant. */
  readonly app: Limit;
}

const of = (tenant: number, app: number): AreaLimits => ({ tenant: { most: tenant, seconds: 20 }, app: { most: app, seconds: 20 } });

/** By the throttle class of the surface. */
const AREAS: Readonly<Record<string, { readonly any: AreaLimits; readonly writes: AreaLimits }>> = {
  deviceConfiguration: { any: of(2000, 1000), writes: of(200, 100) },
  managedDevices: { any: of(4000, 2000), writes: of(400, 200) },
  managedApps: { any: of(2000, 1000), writes: of(200, 100) },
  rbac: { any: of(2000, 1000), writes: of(200, 100) },
};
/** Of one app across all tenants. */
const EVERYTHING: Limit = { most: 130_000, seconds: 10 };

/**
 * The directory's, by what they hold for: resource units, and writes. The units of an app in a tenant are those of a tenant of more than 500 users;
 * smaller ones have 3,500 or 5,000.
 */
const DIRECTORY = {
  Tenant_Application: { units: { most: 8000, seconds: 10 }, writes: { most: 3000, seconds: 150 } },
  Application: { units: { most: 150_000, seconds: 20 }, writes: { most: 35_000, seconds: 300 } },
  Tenant: { units: undefined, writes: { most: 18_000, seconds: 300 } },
} as const;

/** The share of a limit from which the directory says how much of it is used. */
const TOLD_FROM = 0.8;
/** Meters kept before unused ones are dropped. */
const KEPT = 1000;

/** A throttle that has seen nothing yet. */
export function createServiceThrottle(surface: Surface, wire: WireProfile = documentedWire): Throttle {
  const meters = new Map<string, Meter>();
  let sweepAt = KEPT;

  const meterOf = (key: string, limit: Limit, now: number, create: (limit: Limit) => Meter = createWindow): Meter => {
    let meter = meters.get(key);
    if (meter !== undefined) return meter;
    if (meters.size >= sweepAt) {
      for (const [old, one] of meters) if (one.used(now) === 0) meters.delete(old);
      sweepAt = Math.max(KEPT, meters.size * 2);
    }
    meter = create(limit);
    meters.set(key, meter);
    return meter;
  };

  const intune = (area: string, reads: boolean, tenantId: string, appId: string, now: number): Meter[] => {
    const limits = AREAS[area];
    if (limits === undefined) return [];
    return (reads ? (['any'] as const) : (['any', 'writes'] as const)).flatMap((kind) => [
      meterOf(`${area} ${kind} ${tenantId}`, limits[kind].tenant, now),
      meterOf(`${area} ${kind} ${tenantId} ${appId}`, limits[kind].app, now),
    ]);
  };

  const directory = (plan: Plan, tenantId: string, appId: string, now: number): Readonly<Record<string, string>> => {
    const { units, writes } = costOf(plan);
    const keys = { Tenant_Application: `${appId} ${tenantId}`, Application: appId, Tenant: tenantId };
    const asked = (['Tenant_Application', 'Application', 'Tenant'] as const).flatMap((scope) => {
      const limits = DIRECTORY[scope];
      const about = (what: 'units' | 'writes', limit: Limit | undefined, cost: number) =>
        limit === undefined || cost === 0
          ? []
          : [{ scope, what, cost, meter: meterOf(`directory ${what} ${scope} ${keys[scope]}`, limit, now, createBucket) }];
      return [...about('units', limits.units, units), ...about('writes', limits.writes, writes ? 1 : 0)];
    });
    const over = asked.find(({ meter, cost }) => meter.wait(cost, now) > 0);
    if (over !== undefined) {
      throw graphError('directoryThrottled', {
        ...over.meter.limit,
        what: over.what === 'units' ? 'resource units' : 'writes',
        retryAfter: seconds(over.meter.wait(over.cost, now)),
        scope: `${over.scope}/${over.what === 'units' ? 'ReadWrite' : 'Write'}/${appId}/${tenantId}`,
        information: over.what === 'units' ? 'ResourceUnitLimitExceeded' : 'WriteLimitExceeded',
      });
    }
    for (const { meter, cost } of asked) meter.take(cost, now);
    const used = Math.max(...asked.map(({ meter }) => meter.used(now)));
    const told = used < TOLD_FROM ? {} : { 'x-ms-throttle-limit-percentage': used.toFixed(2) };
    return { 'x-ms-resource-unit': String(units), ...told };
  };

  return ({ tenantId, appId }, plan, now) => {
    const area = setOf(plan.path, surface)?.throttle ?? 'deviceConfiguration';
    const reads = plan.method === 'GET' || plan.method === 'HEAD';
    const asked = [meterOf(`app ${appId}`, EVERYTHING, now), ...intune(area, reads, tenantId, appId, now)];
    const full = asked.filter((meter) => meter.wait(1, now) > 0);
    const [first] = full;
    if (first !== undefined) {
      const { most, seconds: within } = first.limit;
      const retryAfter = seconds(Math.max(...full.map((meter) => meter.wait(1, now))));
      const told = wire.retryAfterTold || first.limit === EVERYTHING;
      throw graphError('throttled', { requests: most, seconds: within, retryAfter: told ? retryAfter : undefined });
    }
    const headers = area === 'directory' ? directory(plan, tenantId, appId, now) : {};
    for (const meter of asked) meter.take(1, now);
    return headers;
  };
}

/** Whole ones, for `Retry-After`. */
function seconds(millis: number): number {
  return Math.max(1, Math.ceil(millis / 1000));
}
