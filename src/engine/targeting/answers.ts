/** The questions about who gets what. */
import type { DeviceSet } from '../device-set.js';
import { assess } from './assess.js';
import { NONE } from './bridges.js';
import { ALL_DEVICES, ALL_USERS, collectionKey, objectKey, type Placed, type PolicyState, type Reached } from './catalogue.js';
import { explain, filterValuesOf } from './explain.js';
import { deviceList } from './impact.js';
import type { Targeting } from './index.js';
import type { Finding, Outcome, PolicyOutcome, ReachKind } from './policy.js';
import { withOutcome } from './resolve.js';
import type { TargetingState } from './state.js';

interface Gathered {
  readonly state: PolicyState;
  readonly reached: readonly Reached[];
}

export function createAnswers(targeting: TargetingState): Omit<Targeting, 'rehearse'> {
  const { managed, users, devices, closure, groups, table, catalogue, bridges, predicates, collections } = targeting;
  const { isLicensedNow, questions, isEligible, reachedBy, resolveSources, resultOf, describe } = targeting;

  let question = 0;

  /** The policies with an assignment that reaches the device, each with what reaches it; until the next question. */
  const gather = (device: number): readonly Gathered[] => {
    question += 1;
    const found: Gathered[] = [];
    const take = (assigned: readonly Placed[], kind: ReachKind) => {
      for (const placed of assigned) {
        const { state } = placed;
        if (state.gathered?.question === question) state.gathered.reached.push({ placed, kind });
        else {
          const reached: Reached[] = [{ placed, kind }];
          state.gathered = { question, reached };
          found.push({ state, reached });
        }
      }
    };
    for (const kind of ['device', 'user'] as const) {
      const object = bridges[kind].objectOf(device);
      if (object !== NONE) {
        for (const group of closure.waysUp(kind, object).keys()) take(targeting.assignedTo(group, kind), kind);
        // A target can name a user or a device itself.
        if (catalogue.namesObjects) {
          const id = (kind === 'user' ? users : devices).idOf(object);
          for (const key of [objectKey('both', id), objectKey(kind, id)]) take(catalogue.targeting(key), kind);
        }
      }
      if (kind === 'device') take(catalogue.targeting(ALL_DEVICES), kind);
      else if (object !== NONE && isLicensedNow(object)) take(catalogue.targeting(ALL_USERS), kind);
    }
    for (const [collectionId, members] of collections) {
      if (members.has(managed.idOf(device))) take(catalogue.targeting(collectionKey(collectionId)), 'device');
    }
    return found;
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
    let values: ReturnType<typeof filterValuesOf> | undefined;
    const valuesOf = () => {
      values ??= filterValuesOf(table, device);
      return values;
    };
    return (state: PolicyState, reached: readonly Reached[]): PolicyOutcome =>
      explain(state.id, reached, questions(device), isEligible(state, device), { predicates, pathOf, valuesOf });
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
      const found: PolicyOutcome[] = [];
      const asked = questions(device);
      for (const { state, reached } of gather(device)) {
        const { outcome } = assess(reached, asked, isEligible(state, device));
        if (state.policy !== undefined && outcome !== 'notTargeted') found.push({ policyId: state.id, outcome, reasons: [] });
      }
      return found.sort(byPolicyId);
    },
    effective(deviceId, all) {
      const device = managed.ordinalOf(deviceId);
      if (device === undefined) return undefined;
      const explainPolicy = explained(device);
      const gathered = gather(device);
      const found: PolicyOutcome[] = [];
      for (const { state, reached } of gathered) if (state.policy !== undefined) found.push(explainPolicy(state, reached));
      if (!all) return found.filter(({ outcome }) => outcome !== 'notTargeted').sort(byPolicyId);
      for (const state of catalogue.policies.values()) {
        if (state.policy !== undefined && state.gathered?.question !== question)
          found.push({ policyId: state.id, outcome: 'notTargeted', reasons: [] });
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
