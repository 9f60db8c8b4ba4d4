/** The questions about who gets what. */
import type { DeviceSet } from '../device-set.js';
import { NONE } from './bridges.js';
import { ALL_DEVICES, ALL_USERS, collectionKey, objectKey, type Placed, type PolicyState, type Reached } from './catalogue.js';
import { createFilterAnswers, explain, filterValuesOf } from './explain.js';
import { deviceList } from './impact.js';
import type { Targeting } from './index.js';
import { flagsOf, outcomeBy, SIDES } from './outcome-flags.js';
import type { Finding, Outcome, PolicyOutcome, ReachKind, Reason } from './policy.js';
import { withOutcome } from './resolve.js';
import type { TargetingState } from './state.js';

const NO_REASONS: readonly Reason[] = [];
/** Until the first is there. */
const NONE_REACHED: Reached[] = [];

export function createAnswers(targeting: TargetingState): Omit<Targeting, 'rehearse'> {
  const { managed, users, devices, closure, groups, table, catalogue, bridges, predicates, collections } = targeting;
  const { isLicensedNow, questions, isEligible, reachedBy, resolveSources, resultOf, describe } = targeting;

  let question = 0;

  /** Tells of every list of assignments that reach the device, with the side by which they do. */
  const eachReaching = (device: number, visit: (assigned: readonly Placed[], side: number) => void): void => {
    for (const [side, kind] of SIDES.entries()) {
      const object = bridges[kind].objectOf(device);
      if (object !== NONE) {
        for (const group of closure.waysUp(kind, object).keys()) visit(targeting.assignedTo(group, kind), side);
        // A target can name a user or a device itself.
        if (catalogue.namesObjects()) {
          const id = (kind === 'user' ? users : devices).idOf(object);
          for (const key of [objectKey('both', id), objectKey(kind, id)]) visit(catalogue.targeting(key), side);
        }
      }
      if (kind === 'device') visit(catalogue.targeting(ALL_DEVICES), side);
      else if (object !== NONE && isLicensedNow(object)) visit(catalogue.targeting(ALL_USERS), side);
    }
    for (const [collectionId, members] of collections) {
      if (members.has(managed.idOf(device))) visit(catalogue.targeting(collectionKey(collectionId)), SIDES.indexOf('device'));
    }
  };

  /**
   * The policies with an assignment that reaches the device, in order of their ids.
   * @param note told of each such assignment, when the policy's scratch is the question's own
   */
  const gather = (device: number, note: (placed: Placed, side: number) => void): readonly PolicyState[] => {
    question += 1;
    const found: PolicyState[] = [];
    eachReaching(device, (assigned, side) => {
      for (const placed of assigned) {
        const { state } = placed;
        if (state.question !== question) {
          state.question = question;
          state.reached = NONE_REACHED;
          state.flags = 0;
          if (state.policy !== undefined) found.push(state);
        }
        note(placed, side);
      }
    });
    return catalogue.inOrder(found);
  };

  const withReached = (placed: Placed, side: number) => {
    const { state } = placed;
    const each = { placed, kind: SIDES[side]! };
    if (state.reached.length === 0) state.reached = [each];
    else state.reached.push(each);
  };

  const pathsOf = (device: number) => {
    const ways = new Map<ReachKind, ReadonlyMap<number, number>>();
    return ({ target }: Placed, kind: ReachKind): readonly string[] => {
      const id = target.kind === 'group' ? target.groupId : target.kind === 'scopeTag' ? target.objectId : undefined;
      const group = id === undefined ? undefined : groups.ordinalOf(id);
      const object = bridges[kind].objectOf(device);
      if (group === undefined || object === NONE) return [];
      const below = ways.get(kind) ?? closure.waysUp(kind, object);
      ways.set(kind, below);
      const path: string[] = [];
      for (let at: number | undefined = group, next = below.get(group); at !== undefined && next !== undefined; ) {
        path.push(groups.idOf(at));
        at = next === at ? undefined : next;
        next = at === undefined ? undefined : below.get(at);
      }
      return path;
    };
  };

  const explained = (device: number) => {
    const pathOf = pathsOf(device);
    const asked = questions(device);
    const askFilter = createFilterAnswers(asked, predicates, () => filterValuesOf(table, device));
    return (state: PolicyState, reached: readonly Reached[]): PolicyOutcome =>
      explain(state.id, reached, asked, isEligible(state, device), { pathOf, askFilter });
  };

  const byPolicyId = (a: PolicyOutcome, b: PolicyOutcome) => (a.policyId < b.policyId ? -1 : 1);

  const outcomeSet = (state: PolicyState, outcome: Outcome): DeviceSet =>
    outcome === 'applied' || outcome === 'removed' ? resultOf(state.id)[outcome] : withOutcome(state, outcome, resolveSources());

  const knownPolicy = (id: string): PolicyState | undefined => {
    const state = catalogue.policies.get(id);
    return state?.policy === undefined ? undefined : state;
  };

  return {
    counts: targeting.countsOfPolicy,
    devicesWith(policyId, outcome) {
      const state = knownPolicy(policyId);
      return state === undefined ? undefined : deviceList(outcomeSet(state, outcome), describe);
    },
    outcomesOf(deviceId) {
      const device = managed.ordinalOf(deviceId);
      if (device === undefined) return undefined;
      const { matches, filtersOn } = questions(device);
      const gathered = gather(device, (placed, side) => {
        const filter = filtersOn ? placed.filter : undefined;
        placed.state.flags |= flagsOf(placed, side, filter, filter !== undefined && matches(filter.id));
      });
      const found: PolicyOutcome[] = [];
      for (const state of gathered) {
        const passed = outcomeBy(state.flags);
        if (passed === 'notTargeted') continue;
        const ends = (passed === 'applied' || passed === 'removed') && !isEligible(state, device)();
        found.push({ policyId: state.id, outcome: ends ? 'notApplicable' : passed, reasons: NO_REASONS });
      }
      return found;
    },
    effective(deviceId, all) {
      const device = managed.ordinalOf(deviceId);
      if (device === undefined) return undefined;
      const explainPolicy = explained(device);
      const gathered = gather(device, withReached);
      const found = gathered.map((state) => explainPolicy(state, state.reached));
      if (!all) return found.filter(({ outcome }) => outcome !== 'notTargeted');
      for (const state of catalogue.policies.values()) {
        if (state.policy !== undefined && state.question !== question)
          found.push({ policyId: state.id, outcome: 'notTargeted', reasons: NO_REASONS });
      }
      return found.sort(byPolicyId);
    },
    explain(policyId, deviceId) {
      const state = knownPolicy(policyId);
      const device = managed.ordinalOf(deviceId);
      if (state === undefined || device === undefined) return undefined;
      return explained(device)(state, reachedBy(state, device));
    },
    findings(policyId) {
      const states = policyId === undefined ? [...catalogue.policies.values()] : [catalogue.policies.get(policyId)];
      const known = states.filter((state) => state?.policy !== undefined) as PolicyState[];
      return known.sort((a, b) => (a.id < b.id ? -1 : 1)).flatMap((state): readonly Finding[] => targeting.findingsOfPolicy(state));
    },
  };
}
