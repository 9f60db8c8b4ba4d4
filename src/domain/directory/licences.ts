/** The service plans that licences bring: what rules ask of a user (`user.assignedPlans`) and what makes a user licensed for Intune. */

import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { DomainContext } from '../context.js';
import { wholeSet } from '../read/whole-set.js';
import { parsed } from './objects.js';

/** `assignedPlans` names a plan's service, `subscribedSkus` its plan alone: by the beginning of the plan's name (licensing reference page). */
const SERVICES: readonly (readonly [prefix: string, service: string])[] = [
  ['INTUNE', 'SCO'],
  ['EXCHANGE', 'exchange'],
  ['AAD', 'AADPremiumService'],
  ['TEAMS', 'TeamspaceAPI'],
  ['SHAREPOINT', 'SharePoint'],
];

const objects = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]).filter(isObject) : [];

/**
 * A user's plans after a change of licences; plans that stay keep the time they were assigned.
 * @returns undefined where no licences are given
 * @throws GraphError directoryRequestInvalid (400) for a licence that the tenant does not have
 */
export async function assignedPlans(
  given: JsonObject,
  before: JsonObject | undefined,
  context: DomainContext,
): Promise<readonly JsonObject[] | undefined> {
  const wanted = objects(given.assignedLicenses);
  if (given.assignedLicenses === undefined) return undefined;
  const skus = wanted.length === 0 ? new Map<string, JsonObject>() : await subscribed(context);
  const held = new Map(objects(before?.assignedPlans).map((plan) => [String(plan.servicePlanId).toLowerCase(), plan]));
  const plans = new Map<string, JsonObject>();
  for (const { skuId, disabledPlans } of wanted) {
    const sku = skus.get(String(skuId).toLowerCase());
    if (sku === undefined) {
      if (context.loose) continue;
      const reason = `License ${String(skuId)} does not correspond to a valid company License.`;
      throw graphError('directoryRequestInvalid', { reason }, 'assignedLicenses');
    }
    const disabled = new Set(
      (Array.isArray(disabledPlans) ? (disabledPlans as readonly JsonValue[]) : []).map((id) => String(id).toLowerCase()),
    );
    for (const { servicePlanId, servicePlanName, appliesTo } of objects(sku.servicePlans)) {
      const id = String(servicePlanId).toLowerCase();
      if (appliesTo === 'Company' || disabled.has(id) || plans.has(id)) continue;
      plans.set(id, held.get(id) ?? newPlan(id, String(servicePlanName), context.now));
    }
  }
  return [...plans.values()];
}

function newPlan(servicePlanId: string, name: string, now: number): JsonObject {
  const service = SERVICES.find(([prefix]) => name.startsWith(prefix))?.[1] ?? name;
  return { assignedDateTime: dateTimeOffset(now), capabilityStatus: 'Enabled', service, servicePlanId };
}

async function subscribed(context: DomainContext): Promise<ReadonlyMap<string, JsonObject>> {
  const entities = await wholeSet(context, 'subscribedSkus');
  return new Map(entities.map(parsed).map((sku) => [String(sku.skuId).toLowerCase(), sku]));
}
