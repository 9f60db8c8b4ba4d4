/** POST …/deviceConfigurations/getTargetedUsersAndDevices: the devices that get any of some configurations, and their users. */
import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { readMember } from '../../kernel/json-member.js';
import type { Plan } from '../../query/plan.js';
import type { StoredEntity } from '../../storage/store.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import { type DomainContext, notFound } from '../context.js';
import type { Place } from '../read/place.js';
import { collectionOf, pageOf, refuseSearch } from '../read/rows.js';
import type { Decision } from '../write/change.js';
import { askedConfigurations } from './asked-configurations.js';
import { readDevices } from './visible-devices.js';

/** Rows made for one answer: the client of an action cannot follow a next link, so it gets all, or is told to ask for less. */
const MOST = 100_000;
/** Devices taken from the engine between two turns of the event loop. */
const BATCH = 10_000;

/**
 * `deviceConfigurationTargetedUserAndDevice` of the model, one for each device on which one of the configurations comes to `applied`, in
 * the order of the configurations and of enrolment; what `$top` leaves out is left out.
 * @throws GraphError resourceNotFound (404) for an unknown configuration, parameterInvalid (400)
 */
export async function getTargetedUsersAndDevices(
  _place: Place,
  body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  refuseSearch(plan);
  const asked = await askedConfigurations('deviceConfigurationIds', body, plan, context);
  const missing = asked.find(({ stored }) => stored === undefined);
  if (missing !== undefined) throw notFound(context.surface, CONFIGURATIONS, missing.id);
  const { filter, orderBy, top, count } = plan.options;
  const cutFirst = filter === undefined && orderBy.length === 0 && context.rights === undefined;
  const last = context.skip + (top ?? MOST + 1);
  const ids = await devicesOf(asked, count && cutFirst ? Number.POSITIVE_INFINITY : cutFirst ? last : MOST + 1, context);
  const wanted = cutFirst ? ids.slice(context.skip, last) : ids;
  if (wanted.length > MOST) {
    const reason = `more than ${MOST} devices are targeted, which is the most that is answered at once: use $top and $skip, or name fewer configurations.`;
    throw graphError('parameterInvalid', { operation: 'getTargetedUsersAndDevices', reason }, 'deviceConfigurationIds');
  }
  const rows: JsonObject[] = [];
  for await (const batch of readDevices(
    wanted.map((id) => ({ id })),
    context,
  )) {
    for (const stored of batch) if (stored !== undefined) rows.push(rowOf(stored));
  }
  if (cutFirst) return collectionOf({ rows, count: count ? ids.length : undefined, nextSkip: undefined }, plan);
  return collectionOf({ ...pageOf(rows, plan, context, top ?? rows.length), nextSkip: undefined }, plan);
}

/** Ids of the devices that any of them is applied on, each once; not many more than `most`. */
async function devicesOf(policies: readonly { readonly id: string }[], most: number, context: DomainContext): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (const { id } of policies) {
    for (let skip = 0; ids.size < most; skip += BATCH) {
      const devices = await context.resident.targeting((targeting) => targeting.devicesWith(id, 'applied')?.page(skip, BATCH) ?? []);
      for (const device of devices) ids.add(device.id);
      if (devices.length < BATCH) break;
    }
  }
  return [...ids];
}

function rowOf({ id, json }: StoredEntity): JsonObject {
  const text = (name: string) => readMember(json, name) ?? null;
  return {
    deviceId: id,
    deviceName: text('deviceName'),
    lastCheckinDateTime: text('lastSyncDateTime'),
    userDisplayName: text('userDisplayName'),
    userId: text('userId'),
    userPrincipalName: text('userPrincipalName'),
  };
}
