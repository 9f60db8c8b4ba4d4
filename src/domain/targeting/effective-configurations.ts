/** GET …/managedDevices/{id}/muster.effectiveConfigurations(): every policy that reaches a device, what it comes to there, and why. */
import type { PolicyOutcome } from '../../engine/targeting/policy.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { odataTypeName } from '../../model/schema.js';
import { mentionsMember, mentionsValue } from '../../query/mentions.js';
import type { Plan } from '../../query/plan.js';
import { type DomainContext, notFound } from '../context.js';
import { MANAGED_DEVICES } from '../managed-devices/records.js';
import { type Place, routeMissing } from '../read/place.js';
import { collectionOf, pageOf, refuseSearch } from '../read/rows.js';
import { entityOf } from '../read/walk-path.js';
import { actionName } from '../roles/resource-actions.js';
import { requireAction } from '../roles/rights.js';
import type { Decision } from '../write/change.js';
import type { Label } from './label-cache.js';
import { readLabels } from './labels.js';
import { reasonsJson } from './reason-json.js';

/**
 * Rows in order of policy id, `muster.effectiveConfiguration` of the model, whose `@odata.type` is the policy's. Policies that do not reach
 * the device are left out unless `$filter` speaks of `notTargeted`.
 * @throws GraphError roleActionMissing (403), resourceNotFound (404)
 */
export async function effectiveConfigurations(
  place: Place,
  _body: JsonValue | undefined,
  plan: Plan,
  context: DomainContext,
): Promise<Decision> {
  const device = entityOf(place);
  if (device === undefined) throw routeMissing(plan);
  requireAction(actionName('DeviceConfigurations', 'Read'), context);
  refuseSearch(plan);
  const { id } = device.stored;
  const all = mentionsValue(plan.options.filter, 'notTargeted');
  const withReasons = all || wantsReasons(plan);
  const outcomes = await context.resident.targeting((targeting) => (withReasons ? targeting.effective(id, all) : targeting.outcomesOf(id)));
  if (outcomes === undefined) throw notFound(context.surface, MANAGED_DEVICES, id);
  const labels = await readLabels(outcomes, context);
  const rows = outcomes.flatMap((outcome) => {
    const policy = labels.policy(outcome.policyId);
    return policy === undefined ? [] : [rowOf(outcome, policy, reasonsJson(outcome, labels))];
  });
  return collectionOf(pageOf(rows, plan, context), plan);
}

/** Reasons cost several times what outcomes do. */
function wantsReasons({ options: { select, filter, orderBy } }: Plan): boolean {
  const selected = select === undefined || select.length === 0 || select.some(({ name }) => name === 'reasons');
  return selected || mentionsMember(filter, 'reasons') || orderBy.some(({ expression }) => mentionsMember(expression, 'reasons'));
}

function rowOf({ policyId, outcome }: PolicyOutcome, { type, displayName }: Label, reasons: readonly JsonObject[]): JsonObject {
  return { deviceConfigurationId: policyId, displayName, '@odata.type': odataTypeName({ name: type }), outcome, reasons };
}
