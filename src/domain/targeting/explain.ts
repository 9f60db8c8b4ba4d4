/** GET …/deviceConfigurations/{id}/muster.explain(managedDeviceId='…'): what one policy comes to on one device, and why. */
import type { JsonValue } from '../../kernel/json.js';
import { readMember } from '../../kernel/json-member.js';
import type { Plan } from '../../query/plan.js';
import type { StoredEntity } from '../../storage/store.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import { type DomainContext, notFound } from '../context.js';
import { MANAGED_DEVICES } from '../managed-devices/records.js';
import { type Place, routeMissing } from '../read/place.js';
import { singleRow } from '../read/rows.js';
import { entityOf } from '../read/walk-path.js';
import { actionName } from '../roles/resource-actions.js';
import { isVisible, requireAction } from '../roles/rights.js';
import type { Decision } from '../write/change.js';
import { readLabels } from './labels.js';
import { reasonsJson } from './reason-json.js';

/**
 * One `muster.explanation` of the model.
 * @throws GraphError roleActionMissing (403), resourceNotFound (404) for a device that is not there, or not for this caller
 */
export async function explain(place: Place, _body: JsonValue | undefined, plan: Plan, context: DomainContext): Promise<Decision> {
  const policy = entityOf(place);
  if (policy === undefined) throw routeMissing(plan);
  requireAction(actionName('ManagedDevices', 'Read'), context);
  const deviceId = String(plan.call?.arguments.managedDeviceId);
  const [device] = await context.reader.read(context.tenant, [{ set: MANAGED_DEVICES, parent: '', id: deviceId }]);
  if (device === undefined || !isVisible(device, context)) throw notFound(context.surface, MANAGED_DEVICES, deviceId);
  const outcome = await context.resident.targeting((targeting) => targeting.explain(policy.stored.id, deviceId));
  if (outcome === undefined) throw notFound(context.surface, CONFIGURATIONS, policy.stored.id);
  const labels = await readLabels([outcome], context);
  const row = {
    managedDeviceId: deviceId,
    deviceName: nameIn(device, 'deviceName'),
    userPrincipalName: nameIn(device, 'userPrincipalName'),
    outcome: outcome.outcome,
    reasons: reasonsJson(outcome, labels),
  };
  return singleRow(row, plan);
}

/** A device without a user says so by an empty name; the engine's lists say null. */
function nameIn({ json }: StoredEntity, property: string): JsonValue {
  return readMember(json, property) || null;
}
