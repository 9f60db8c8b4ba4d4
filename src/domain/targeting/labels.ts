/** What policies, groups and filters are called, for the reasons of an answer: one read for all of them. */
import type { PolicyOutcome } from '../../engine/targeting/policy.js';
import type { EntityKey } from '../../storage/store.js';
import { ASSIGNMENT_FILTERS } from '../assignments/records.js';
import { CONFIGURATIONS } from '../configurations/device-configuration.js';
import type { DomainContext } from '../context.js';
import { GROUPS } from '../directory/objects.js';
import { isVisible } from '../roles/rights.js';
import { cachedLabels, type Label, labelOf } from './label-cache.js';

/** Undefined: it is gone, or the caller's scope tags do not let him see it. */
export interface Labels {
  policy(id: string): Label | undefined;
  group(id: string): Label | undefined;
  filter(id: string): Label | undefined;
}

export async function readLabels(outcomes: readonly PolicyOutcome[], context: DomainContext): Promise<Labels> {
  const keys = keysIn(outcomes);
  const found = context.rights === undefined ? await cachedLabels(keys, context) : await visibleLabels(keys, context);
  const sets = new Map<string, Map<string, Label>>([CONFIGURATIONS, GROUPS, ASSIGNMENT_FILTERS].map((set) => [set, new Map()]));
  for (const [index, { set, id }] of keys.entries()) {
    const label = found[index];
    if (label !== undefined) sets.get(set)?.set(id, label);
  }
  const labelIn = (set: string) => (id: string) => sets.get(set)?.get(id);
  return { policy: labelIn(CONFIGURATIONS), group: labelIn(GROUPS), filter: labelIn(ASSIGNMENT_FILTERS) };
}

/** Everything that the outcomes and their reasons speak of, each once. */
function keysIn(outcomes: readonly PolicyOutcome[]): readonly EntityKey[] {
  const policies = new Set<string>();
  const groups = new Set<string>();
  const filters = new Set<string>();
  for (const { policyId, reasons } of outcomes) {
    policies.add(policyId);
    for (const { groupPath, filter, excludedBy } of reasons) {
      for (const id of groupPath) groups.add(id);
      for (const id of excludedBy?.groupPath ?? []) groups.add(id);
      if (filter !== undefined) filters.add(filter.id);
    }
  }
  const keysOf = (set: string, ids: ReadonlySet<string>) => [...ids].map((id): EntityKey => ({ set, parent: '', id }));
  return [...keysOf(CONFIGURATIONS, policies), ...keysOf(GROUPS, groups), ...keysOf(ASSIGNMENT_FILTERS, filters)];
}

async function visibleLabels(keys: readonly EntityKey[], context: DomainContext): Promise<readonly (Label | undefined)[]> {
  const found = await context.reader.read(context.tenant, keys);
  return found.map((stored) => (stored !== undefined && isVisible(stored, context) ? labelOf(stored) : undefined));
}
