/** How a policy set lies in the store: the set, its items and its assignments below it (graph-api spec 2.4). */

import type { JsonObject } from '../../kernel/json.js';
import type { StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { wholeSet } from '../read/whole-set.js';

export const POLICY_SETS = 'deviceAppManagement/policySets';
export const POLICY_SET_ITEMS = `${POLICY_SETS}/items`;
export const POLICY_SET_ASSIGNMENTS = `${POLICY_SETS}/assignments`;
export const CONFIGURATION_ITEM = 'deviceConfigurationPolicySetItem';

/** One policy in a set. */
export interface PolicySetItem {
  readonly id: string;
  /** Unqualified runtime type. */
  readonly type: string;
  readonly json: JsonObject;
}

/** One target of a set. */
export interface PolicySetAssignment {
  readonly id: string;
  readonly target: JsonObject;
  readonly json: JsonObject;
}

export interface PolicySetContent {
  readonly items: readonly PolicySetItem[];
  readonly assignments: readonly PolicySetAssignment[];
}

export const EMPTY: PolicySetContent = { items: [], assignments: [] };

export async function contentOf(policySetId: string, context: DomainContext): Promise<PolicySetContent> {
  const [items, assignments] = await Promise.all([
    below(POLICY_SET_ITEMS, policySetId, context),
    below(POLICY_SET_ASSIGNMENTS, policySetId, context),
  ]);
  return {
    items: items.map(({ id, type, json }) => ({ id, type, json: JSON.parse(json) as JsonObject })),
    assignments: assignments.map(({ id, json }) => assignmentOf(id, JSON.parse(json) as JsonObject)),
  };
}

export function assignmentOf(id: string, json: JsonObject): PolicySetAssignment {
  return { id, target: json.target as JsonObject, json };
}

async function below(set: string, parent: string, context: DomainContext): Promise<readonly StoredEntity[]> {
  return await wholeSet(context, set, parent);
}

/** Kinds of payload as item ids name them, where they are not the item type's own name. */
const KINDS: Readonly<Record<string, string>> = {
  deviceConfigurationPolicySetItem: 'DeviceConfigurationPolicy',
  deviceCompliancePolicyPolicySetItem: 'DeviceCompliance',
};

/** `{policySetId}_{payloadId}_{Kind}_Parcel` */
export function itemId(policySetId: string, payloadId: string, type: string): string {
  const name = type.replace(/PolicySetItem$/, '');
  const kind = KINDS[type] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return `${policySetId}_${payloadId}_${kind}_Parcel`;
}
