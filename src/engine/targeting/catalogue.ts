/** Policies, their assignments and the filters, with the indexes by which a change finds what depends on it. */
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../kernel/ids.js';
import type { AssignedFilter, Policy, PolicyAssignment, PolicyTarget, ReachKind } from './policy.js';

export interface PolicyState {
  readonly id: string;
  /** Undefined while only assignments of it are known. */
  policy: Policy | undefined;
  readonly assignments: Map<string, Placed>;
  /** Place in order of ids, among the policies that there were when it was last asked. */
  rank: number;
  /** Scratch of the question of this number: what of the policy reaches the device in question, as list or as flags. */
  question: number;
  reached: Reached[];
  flags: number;
}

/** An assignment on its policy. */
export interface Placed extends PolicyAssignment {
  readonly state: PolicyState;
  /** What it points at: equal for equal reach. */
  readonly key: string;
  readonly excluded: boolean;
}

/** An assignment whose target holds a device on one side. */
export interface Reached {
  readonly placed: Placed;
  readonly kind: ReachKind;
}

export interface Catalogue {
  readonly policies: ReadonlyMap<string, PolicyState>;
  /** Assignments by target key. */
  targeting(key: string): readonly Placed[];
  usesKey(key: string): boolean;
  /** The policies in order of their ids. */
  inOrder(policies: readonly PolicyState[]): readonly PolicyState[];
  /** Whether any target names a directory object (`objectKey`). */
  namesObjects(): boolean;
  withFilter(filterId: string): Iterable<Placed>;
  withAnyFilter(): Iterable<Placed>;
  putPolicy(policy: Policy): void;
  removePolicy(id: string): void;
  putAssignment(policyId: string, assignment: PolicyAssignment): void;
  removeAssignment(policyId: string, assignmentId: string): void;
}

export const ALL_DEVICES = 'devices';
export const ALL_USERS = 'users';
export const groupKey = (groupId: string) => `g:${groupId}`;
export const collectionKey = (collectionId: string) => `c:${collectionId}`;
export const objectKey = (side: 'user' | 'device' | 'both', objectId: string) => `${side}:${objectId}`;

/** The virtual groups resolve as what they stand for (semantics, section 7). */
export function keyOf(target: PolicyTarget): string {
  switch (target.kind) {
    case 'allDevices':
      return ALL_DEVICES;
    case 'allUsers':
      return ALL_USERS;
    case 'collection':
      return collectionKey(target.collectionId);
    case 'scopeTag':
      return objectKey(target.side, target.objectId);
    case 'group':
      if (target.groupId === ALL_DEVICES_GROUP) return ALL_DEVICES;
      return target.groupId === ALL_USERS_GROUP ? ALL_USERS : groupKey(target.groupId);
  }
}

export function createCatalogue(): Catalogue {
  const policies = new Map<string, PolicyState>();
  const byKey = new Map<string, Placed[]>();
  const byFilter = new Map<string, Set<Placed>>();
  let objectTargets = 0;
  /** Policies in order of their ids; those that went stay until one comes. */
  let byRank: readonly PolicyState[] | undefined;

  /** Equal things once: sixty thousand assignments have some thousand targets and some hundred filters. */
  const sharedFilter = ({ id, mode }: AssignedFilter): AssignedFilter => {
    for (const { filter } of byFilter.get(id) ?? []) if (filter?.mode === mode) return filter;
    return { id, mode };
  };

  const placedOn = (state: PolicyState, { id, target, intent, filter }: PolicyAssignment): Placed => {
    const key = keyOf(target);
    const excluded = target.kind === 'group' && target.excluded;
    // Key, kind and side say all there is in a target.
    const alike = byKey.get(key)?.find((other) => other.excluded === excluded && other.target.kind === target.kind);
    return {
      id,
      target: alike?.target ?? target,
      intent,
      filter: filter === undefined ? undefined : sharedFilter(filter),
      state,
      key: alike?.key ?? key,
      excluded,
    };
  };

  const stateOf = (id: string): PolicyState => {
    let state = policies.get(id);
    if (state === undefined) {
      state = { id, policy: undefined, assignments: new Map(), rank: 0, question: 0, reached: [], flags: 0 };
      policies.set(id, state);
      byRank = undefined;
    }
    return state;
  };

  const index = (placed: Placed) => {
    if (placed.target.kind === 'scopeTag') objectTargets += 1;
    const others = byKey.get(placed.key);
    if (others === undefined) byKey.set(placed.key, [placed]);
    else others.push(placed);
    if (placed.filter !== undefined) {
      const users = byFilter.get(placed.filter.id);
      if (users === undefined) byFilter.set(placed.filter.id, new Set([placed]));
      else users.add(placed);
    }
  };

  const unindex = (placed: Placed) => {
    if (placed.target.kind === 'scopeTag') objectTargets -= 1;
    const others = byKey.get(placed.key) ?? [];
    const at = others.indexOf(placed);
    // The order within a key says nothing.
    const last = others.pop();
    if (last !== undefined && last !== placed) others[at] = last;
    if (others.length === 0) byKey.delete(placed.key);
    if (placed.filter !== undefined) {
      const users = byFilter.get(placed.filter.id);
      users?.delete(placed);
      if (users?.size === 0) byFilter.delete(placed.filter.id);
    }
  };

  const forgetEmpty = (state: PolicyState) => {
    if (state.policy === undefined && state.assignments.size === 0) policies.delete(state.id);
  };

  return {
    policies,
    targeting: (key) => byKey.get(key) ?? [],
    usesKey: (key) => byKey.has(key),
    inOrder(states) {
      if (byRank === undefined) {
        byRank = [...policies.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
        for (const [rank, state] of byRank.entries()) state.rank = rank;
      }
      // Numbers are sorted many times faster than texts, or than anything by a function.
      const ranks = new Uint32Array(states.length);
      for (let at = 0; at < ranks.length; at += 1) ranks[at] = states[at]!.rank;
      ranks.sort();
      const ordered: PolicyState[] = [];
      for (let at = 0; at < ranks.length; at += 1) ordered.push(byRank[ranks[at]!]!);
      return ordered;
    },
    namesObjects: () => objectTargets > 0,
    withFilter: (filterId) => byFilter.get(filterId) ?? [],
    *withAnyFilter() {
      for (const users of byFilter.values()) yield* users;
    },
    putPolicy(policy) {
      stateOf(policy.id).policy = policy;
    },
    removePolicy(id) {
      const state = policies.get(id);
      if (state === undefined) return;
      for (const placed of state.assignments.values()) unindex(placed);
      policies.delete(id);
    },
    putAssignment(policyId, assignment) {
      const state = stateOf(policyId);
      const before = state.assignments.get(assignment.id);
      if (before !== undefined) unindex(before);
      const placed = placedOn(state, assignment);
      state.assignments.set(assignment.id, placed);
      index(placed);
    },
    removeAssignment(policyId, assignmentId) {
      const state = policies.get(policyId);
      const placed = state?.assignments.get(assignmentId);
      if (state === undefined || placed === undefined) return;
      state.assignments.delete(assignmentId);
      forgetEmpty(state);
      unindex(placed);
    },
  };
}
