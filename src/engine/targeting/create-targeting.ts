/**
 * Targeting of one tenant, kept level: each change first names the policies that it can touch and the devices for which, so that nothing else is
 * worked out again; a rehearsal looks at those policies before the change and after.
 */
import { createAnswers } from './answers.js';
import { collectionKey } from './catalogue.js';
import { loadCatalogue, saveCatalogue } from './catalogue-snapshot.js';
import type { Targeting, TargetingFeed } from './index.js';
import { createRehearse } from './rehearse.js';
import { createTargetingState, type SetWays, type TargetingSources, type TargetingState } from './state.js';
import { createUpkeep, type TargetingUpkeep } from './upkeep.js';

export type { TargetingUpkeep } from './upkeep.js';

/** What its tenant engine needs of targeting beside. */
export interface TargetingParts extends Pick<TargetingState, 'trim' | 'save' | 'load'> {
  readonly upkeep: TargetingUpkeep;
}

export function createTargeting(sources: TargetingSources, ways?: SetWays): Targeting & TargetingFeed & TargetingParts {
  const state = createTargetingState(sources, ways);
  const { managed, catalogue, predicates, collections, settings, touchKeys, touchPolicies } = state;
  /** Counts devices that came or left, rehearsals aside. */
  let epoch = 0;
  const upkeep = createUpkeep(state, () => {
    if (!state.rehearsal.running) epoch += 1;
  });

  const touchCollection = (collectionId: string, deviceId: string) => {
    const device = managed.ordinalOf(deviceId);
    touchKeys([collectionKey(collectionId)], device === undefined ? [] : [device]);
  };

  return {
    ...createAnswers(state),
    rehearse: createRehearse(state, () => epoch),
    upkeep,
    trim: state.trim,
    save(out) {
      state.save(out);
      saveCatalogue(out.within('catalogue'), state);
    },
    load(from) {
      state.load(from);
      loadCatalogue(from.within('catalogue'), state);
    },
    putPolicy(policy) {
      touchPolicies([policy.id]);
      catalogue.putPolicy(policy);
    },
    removePolicy(id) {
      touchPolicies([id]);
      catalogue.removePolicy(id);
      state.forgetDependants();
    },
    putAssignment(policyId, assignment) {
      state.touchAssignments(policyId);
      catalogue.putAssignment(policyId, assignment);
      state.forgetDependants();
    },
    removeAssignment(policyId, assignmentId) {
      state.touchAssignments(policyId);
      catalogue.removeAssignment(policyId, assignmentId);
      state.forgetDependants();
    },
    putFilter(filter) {
      touchPolicies([...catalogue.withFilter(filter.id)].map(({ state: policy }) => policy.id));
      predicates.putFilter(filter);
    },
    removeFilter(id) {
      touchPolicies([...catalogue.withFilter(id)].map(({ state: policy }) => policy.id));
      predicates.removeFilter(id);
    },
    enableFilters(enabled) {
      if (enabled === settings.filtersOn) return;
      touchPolicies([...catalogue.withAnyFilter()].map(({ state: policy }) => policy.id));
      settings.filtersOn = enabled;
    },
    addToCollection(collectionId, deviceId) {
      touchCollection(collectionId, deviceId);
      const members = collections.get(collectionId) ?? new Set();
      collections.set(collectionId, members.add(deviceId));
    },
    removeFromCollection(collectionId, deviceId) {
      touchCollection(collectionId, deviceId);
      const members = collections.get(collectionId);
      members?.delete(deviceId);
      if (members?.size === 0) collections.delete(collectionId);
    },
  };
}
