/** GET …/deviceConfigurations/{id}/muster.targetedDevices(outcome='…'): the devices on which a policy comes to one outcome. */
import type { ListedDevice, Outcome } from '../../engine/targeting/policy.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { RowPage } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import { type DomainContext, notFound } from '../context.js';
import { type Found, type Place, routeMissing } from '../read/place.js';
import { collectionOf, pageLimit, pageOf, refuseSearch, rowFilter } from '../read/rows.js';
import { entityOf } from '../read/walk-path.js';
import { actionName } from '../roles/resource-actions.js';
import { requireAction } from '../roles/rights.js';
import type { Decision } from '../write/change.js';
import { visibleDevices } from './visible-devices.js';

/** Devices looked at between two turns of the event loop: a million must not hold everybody up. */
const BATCH = 10_000;

/**
 * Rows in order of enrolment, `muster.targetedDevice` of the model. Without `$filter` and `$orderby` only a page of them is ever made.
 * @throws GraphError roleActionMissing (403), resourceNotFound (404)
 */
export async function targetedDevices(place: Place, _body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  const policy = entityOf(place);
  if (policy === undefined) throw routeMissing(plan);
  requireAction(actionName('ManagedDevices', 'Read'), context);
  refuseSearch(plan);
  const outcome = plan.call?.arguments.outcome as Outcome;
  return collectionOf(await pageOfDevices(policy, outcome, plan, context), plan);
}

export function deviceRow({ id, deviceName, userPrincipalName }: ListedDevice, outcome: Outcome): JsonObject {
  return { managedDeviceId: id, deviceName, userPrincipalName, outcome };
}

async function pageOfDevices(policy: Found, outcome: Outcome, plan: Plan, context: DomainContext): Promise<RowPage> {
  const { filter, orderBy } = plan.options;
  if (orderBy.length > 0) {
    const all: JsonObject[] = [];
    for await (const { devices } of batches(policy, outcome, 0, context)) {
      for (const device of devices) if (device !== undefined) all.push(deviceRow(device, outcome));
    }
    return pageOf(all, plan, context);
  }
  if (filter !== undefined || context.rights !== undefined) return await scannedPage(policy, outcome, plan, context);
  const limit = pageLimit(plan);
  const { count, devices } = await listed(policy, outcome, context.skip, limit, context);
  const end = context.skip + devices.length;
  return {
    rows: devices.map((device) => deviceRow(device, outcome)),
    count: plan.options.count ? count : undefined,
    nextSkip: end < count && limit > 0 ? end : undefined,
  };
}

/** One stretch of the engine's list; what it answers holds no part of the engine. */
async function listed(
  { stored: { id } }: Found,
  outcome: Outcome,
  skip: number,
  limit: number,
  context: DomainContext,
): Promise<{ readonly count: number; readonly devices: readonly ListedDevice[] }> {
  const found = await context.resident.targeting((targeting) => {
    const list = targeting.devicesWith(id, outcome);
    return list === undefined ? undefined : { count: list.count, devices: list.page(skip, limit) };
  });
  if (found === undefined) throw notFound(context.surface, CONFIGURATIONS, id);
  return found;
}

interface Batch {
  /** Where the first of them stands in the engine's list. */
  readonly start: number;
  /** Undefined in the place of a device that the caller may not see. */
  readonly devices: readonly (ListedDevice | undefined)[];
}

async function* batches(policy: Found, outcome: Outcome, from: number, context: DomainContext): AsyncGenerator<Batch> {
  for (let start = from; ; start += BATCH) {
    const { count, devices } = await listed(policy, outcome, start, BATCH, context);
    yield { start, devices: await visibleDevices(devices, context) };
    if (start + BATCH >= count) return;
  }
}

/**
 * A page of those that a filter and the caller's scope tags let through. A next link's token says where in the engine's list to go on, so
 * that no page looks again at what the pages before it have passed; `$skip` counts rows.
 */
async function scannedPage(policy: Found, outcome: Outcome, plan: Plan, context: DomainContext): Promise<RowPage> {
  const { count, skipToken } = plan.options;
  const accepts = rowFilter(plan, context);
  const limit = pageLimit(plan);
  const begin = skipToken === undefined ? 0 : context.skip;
  let toPass = skipToken === undefined ? context.skip : 0;
  const rows: JsonObject[] = [];
  let total = 0;
  let nextSkip: number | undefined;
  for await (const { start, devices } of batches(policy, outcome, count ? 0 : begin, context)) {
    for (const [offset, device] of devices.entries()) {
      if (device === undefined) continue;
      const row = deviceRow(device, outcome);
      if (accepts?.(row) === false) continue;
      total++;
      const at = start + offset;
      if (at < begin || toPass-- > 0) continue;
      if (rows.length < limit) rows.push(row);
      else if (limit > 0) nextSkip ??= at;
    }
    if (!count && (nextSkip !== undefined || limit === 0)) break;
  }
  return { rows, count: count ? total : undefined, nextSkip };
}
