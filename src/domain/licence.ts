/** Whether a tenant has Intune (graph-api spec 5.5). */
import { graphError } from '../kernel/errors.js';
import { isObject } from '../kernel/json.js';
import { type Plan, READ_OPERATIONS } from '../query/plan.js';
import type { EntityKey, Reader } from '../storage/store.js';

/** Stands in tenants whose subscription is not active: `{"subscriptionState": "pending"}`. */
export const SUBSCRIPTION: EntityKey = { set: 'muster/subscription', parent: '', id: 'intune' };

const ACTIVE = 'active';
/** States in which the service answers. */
const SERVED: ReadonlySet<string> = new Set([ACTIVE, 'warning']);
/** A tenant's state is given with its seed and does not change while a process runs. */
const known = new WeakMap<object, Map<string, string>>();

/** A member of deviceManagementSubscriptionState. */
export async function subscriptionState(reader: Pick<Reader, 'read'>, tenant: string): Promise<string> {
  const states = known.get(reader) ?? new Map<string, string>();
  known.set(reader, states);
  const before = states.get(tenant);
  if (before !== undefined) return before;
  const [stored] = await reader.read(tenant, [SUBSCRIPTION]);
  const given: unknown = stored === undefined ? undefined : JSON.parse(stored.json);
  const state = isObject(given) && typeof given.subscriptionState === 'string' ? given.subscriptionState : ACTIVE;
  states.set(tenant, state);
  return state;
}

/**
 * Only `GET /deviceManagement`, which shows the state, is for everyone.
 * @param set the set that the path leads to
 * @throws GraphError tenantUnlicensed (400)
 */
export function requireLicence(state: string, plan: Plan, set: string | undefined): void {
  if (SERVED.has(state)) return;
  const showsState = set === 'deviceManagement' && READ_OPERATIONS.has(plan.operation) && plan.options.expand.length === 0;
  if (!showsState) throw graphError('tenantUnlicensed', { state });
}
