/** Who gets which policy, and why: the engine's answers, and what it must be told. */
import type { DeviceList, Filter, Finding, Impact, Outcome, Policy, PolicyAssignment, PolicyOutcome } from './policy.js';

export * from './policy.js';
export type { SetWays } from './state.js';

/** What the engine is told of policies; devices, users, groups and memberships come through the tenant engine. */
export interface TargetingFeed {
  /** Puts or replaces a policy; its assignments stay. */
  putPolicy(policy: Policy): void;
  /** Takes the policy away, and its assignments. */
  removePolicy(id: string): void;
  /** Puts or replaces (same id) an assignment; one that comes before its policy waits for it. */
  putAssignment(policyId: string, assignment: PolicyAssignment): void;
  removeAssignment(policyId: string, assignmentId: string): void;
  putFilter(filter: Filter): void;
  removeFilter(id: string): void;
  /** Filters off: every assignment counts as one without filter. */
  enableFilters(enabled: boolean): void;
  addToCollection(collectionId: string, deviceId: string): void;
  removeFromCollection(collectionId: string, deviceId: string): void;
}

export interface Targeting {
  /** How many devices have each outcome; undefined for an unknown policy. The counts add up to the number of devices. */
  counts(policyId: string): Readonly<Record<Outcome, number>> | undefined;
  /** Devices of one outcome; undefined for an unknown policy. Valid until the engine changes. */
  devicesWith(policyId: string, outcome: Outcome): DeviceList | undefined;
  /** Every policy that reaches the device, by policy id, without reasons; undefined for an unknown device. */
  outcomesOf(deviceId: string): readonly PolicyOutcome[] | undefined;
  /** The same with reasons. @param all also policies that do not reach it (`notTargeted`) */
  effective(deviceId: string, all: boolean): readonly PolicyOutcome[] | undefined;
  /** One policy on one device, with reasons; undefined when either is unknown. */
  explain(policyId: string, deviceId: string): PolicyOutcome | undefined;
  /** Findings of one policy, or of all in order of policy id. */
  findings(policyId?: string): readonly Finding[];
  /**
   * What steps would do, one after the other. Each is carried out on the engine, measured, and in the end all are undone: `undo` must bring back,
   * through the same feed, exactly what was. Nothing else may happen meanwhile. If a step or `undo` throws, the engine is not to be used again.
   */
  rehearse(steps: readonly (() => void)[], undo: () => void, wanted?: RehearsalWishes): Rehearsal;
}

export interface RehearsalWishes {
  /** False: the impacts tell no findings, which cost several times what the devices cost. Default true. */
  readonly findings?: boolean;
}

export interface Rehearsal {
  /** Of each step, beside what stood before it. */
  readonly steps: readonly Impact[];
  /** Of all, beside what stood before the first. */
  readonly total: Impact;
  /** Device lists of the impacts can be paged so long as this holds (devices that came or left since may have taken others' places). */
  valid(): boolean;
}
