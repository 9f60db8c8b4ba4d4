/** Policies, assignments and filters in a snapshot: what targeting knows of them, which is little of what the store holds. */
import type { SnapshotReader, SnapshotWriter } from '../snapshot/sections.js';
import type { Catalogue } from './catalogue.js';
import type { ApplicabilityRule, AssignedFilter, Filter, Policy, PolicyTarget } from './policy.js';
import type { DevicePredicates } from './predicates.js';

/** Sets are lists in JSON. */
type SavedRule =
  | Exclude<ApplicabilityRule, { readonly kind: 'edition' }>
  | { readonly kind: 'edition'; readonly include: boolean; readonly skus: readonly string[] };
/** Id, platforms (null: any), rules; id alone where only assignments of the policy are known. */
type SavedPolicy = readonly [id: string] | readonly [id: string, platforms: readonly string[] | null, rules: readonly SavedRule[]];
/** The policy by its place in the list. */
type SavedAssignment = readonly [policy: number, id: string, target: PolicyTarget, remove: 0 | 1, filter?: AssignedFilter];

export interface CatalogueParts {
  readonly catalogue: Catalogue;
  readonly predicates: DevicePredicates;
  readonly settings: { filtersOn: boolean };
}

export function saveCatalogue(out: SnapshotWriter, { catalogue, predicates, settings }: CatalogueParts): void {
  const policies: SavedPolicy[] = [];
  const assignments: SavedAssignment[] = [];
  for (const { id, policy, assignments: placed } of catalogue.policies.values()) {
    for (const { id: assignmentId, target, intent, filter } of placed.values()) {
      const remove = intent === 'remove' ? 1 : 0;
      const head = [policies.length, assignmentId, target, remove] as const;
      assignments.push(filter === undefined ? head : [...head, filter]);
    }
    policies.push(
      policy === undefined ? [id] : [id, policy.platforms === undefined ? null : [...policy.platforms], policy.rules.map(savedRule)],
    );
  }
  out.json('policies', policies);
  out.json('assignments', assignments);
  out.json('filters', [...predicates.filters()]);
  out.json('filtersOn', settings.filtersOn);
}

/** Into a catalogue that never held a policy. */
export function loadCatalogue(from: SnapshotReader, { catalogue, predicates, settings }: CatalogueParts): void {
  const policies = from.json('policies') as readonly SavedPolicy[];
  for (const [id, platforms, rules = []] of policies) {
    if (platforms !== undefined) catalogue.putPolicy(policyOf(id, platforms, rules));
  }
  for (const [policy, id, target, remove, filter] of from.json('assignments') as readonly SavedAssignment[]) {
    catalogue.putAssignment(policies[policy]![0], { id, target, intent: remove === 1 ? 'remove' : 'apply', filter });
  }
  for (const filter of from.json('filters') as readonly Filter[]) predicates.putFilter(filter);
  settings.filtersOn = from.json('filtersOn') as boolean;
}

function policyOf(id: string, platforms: readonly string[] | null, rules: readonly SavedRule[]): Policy {
  return { id, platforms: platforms === null ? undefined : new Set(platforms), rules: rules.map(ruleOf) };
}

function savedRule(rule: ApplicabilityRule): SavedRule {
  return rule.kind === 'edition' ? { ...rule, skus: [...rule.skus] } : rule;
}

function ruleOf(rule: SavedRule): ApplicabilityRule {
  return rule.kind === 'edition' ? { ...rule, skus: new Set(rule.skus) } : rule;
}
