/** Tells a tenant engine, call by call, how a plain tenant has changed. */

import type { SetWays } from '../../src/engine/targeting/index.js';
import type { EngineObject, TenantEngine } from '../../src/engine/tenant-engine.js';
import { createTenantEngine } from '../../src/engine/tenant-engine.js';
import { plainKernels } from '../../src/engine/words/kernels.js';
import { wasmKernels } from '../../src/engine/words/wasm-kernels.js';
import { createWordArena } from '../../src/engine/words/word-arena.js';
import type { JsonObject } from '../../src/kernel/json.js';
import { emptyTenant, type NaiveGroup, type NaiveTenant } from './naive-targeting.js';

/** Members go before objects and come after them; within that, and for all else, any order does. */
type Stage = 'leave' | 'delete' | 'put' | 'join';
const STAGES: readonly Stage[] = ['leave', 'delete', 'put', 'join'];

interface Call {
  readonly stage: Stage;
  readonly make: () => void;
}

/** @param order picks one of the orders in which the calls may come */
export function feed(engine: TenantEngine, before: NaiveTenant, after: NaiveTenant, order: number): void {
  const random = sequence(order);
  const ranked = callsFor(engine, before, after, () => STAGES[Math.floor(random() * STAGES.length)] ?? 'put').map((call) => ({
    call,
    rank: STAGES.indexOf(call.stage) + random(),
  }));
  for (const { call } of ranked.sort((a, b) => a.rank - b.rank)) call.make();
}

/**
 * An engine that knows this tenant. Every other order leaves rows behind of devices that were there before, among which the tenant's few devices
 * make sparse sets; without those they make dense ones.
 */
export function engineOf(tenant: NaiveTenant, order: number): TenantEngine {
  const engine = createTenantEngine(() => 0, setWays[order % setWays.length]);
  const former = order % 2 === 0 ? [] : Array.from({ length: 150 }, (_, index) => `former ${index}`);
  for (const id of former) engine.putManagedDevice(id, { id, operatingSystem: 'Windows' });
  feed(engine, emptyTenant, tenant, order);
  for (const id of former) engine.remove('managedDevice', id);
  return engine;
}

/** As it comes, with sets of numbers alone, with every change looked at device by device, with both, with the vector kernels that a large fleet has, and with those kernels in TypeScript. */
const setWays: readonly SetWays[] = [
  {},
  { bitsFrom: 0 },
  { singlyFrom: 0 },
  { bitsFrom: 0, singlyFrom: 0 },
  { arenaOf: (universe) => createWordArena(universe, (words) => wasmKernels(words) ?? plainKernels(new Uint32Array(words)), 3) },
  { arenaOf: (universe) => createWordArena(universe, (words) => plainKernels(new Uint32Array(words)), 40) },
];

function callsFor(engine: TenantEngine, before: NaiveTenant, after: NaiveTenant, anyStage: () => Stage): readonly Call[] {
  const calls: Call[] = [];
  const call = (stage: Stage, make: () => void) => void calls.push({ stage, make });
  const objects = (
    name: 'users' | 'directoryDevices' | 'managedDevices',
    kind: 'user' | 'device' | 'managedDevice',
    put: (id: string, json: JsonObject, was: JsonObject | undefined) => void,
  ) =>
    eachDifference(before[name], after[name], (id, was, is) => {
      if (is === undefined) call('delete', () => engine.remove(kind, id));
      else call('put', () => put(id, is, was));
    });

  objects('users', 'user', (id, json, was) => engine.putUser(id, json, was));
  objects('directoryDevices', 'device', (id, json, was) => engine.putDevice(id, json, was));
  objects('managedDevices', 'managedDevice', (id, json) => engine.putManagedDevice(id, json));

  eachDifference(before.groups, after.groups, (id, was, is) => {
    if (is === undefined) call('delete', () => engine.remove('group', id));
    else if (was === undefined || was.rule !== is.rule) call('put', () => engine.putGroup(id, wireGroup(is)));
    const [had, has] = [memberNames(was), memberNames(is)];
    for (const [name, member] of had) if (!has.has(name)) call('leave', () => engine.removeMember(id, member));
    for (const [name, member] of has) if (!had.has(name)) call('join', () => engine.addMember(id, member));
  });

  const { targeting } = engine;
  eachDifference(before.filters, after.filters, (id, _was, is) => {
    call(anyStage(), () => (is === undefined ? targeting.removeFilter(id) : targeting.putFilter(is)));
  });
  eachDifference(before.policies, after.policies, (id, _was, is) => {
    call(anyStage(), () => (is === undefined ? targeting.removePolicy(id) : targeting.putPolicy(is)));
  });
  for (const policyId of new Set([...before.assignments.keys(), ...after.assignments.keys()])) {
    eachDifference(before.assignments.get(policyId) ?? new Map(), after.assignments.get(policyId) ?? new Map(), (id, _was, is) => {
      call(anyStage(), () => (is === undefined ? targeting.removeAssignment(policyId, id) : targeting.putAssignment(policyId, is)));
    });
  }
  for (const id of new Set([...before.collections.keys(), ...after.collections.keys()])) {
    const [had, has] = [before, after].map((tenant) => tenant.collections.get(id) ?? new Set<string>()) as [Set<string>, Set<string>];
    for (const device of had) if (!has.has(device)) call(anyStage(), () => targeting.removeFromCollection(id, device));
    for (const device of has) if (!had.has(device)) call(anyStage(), () => targeting.addToCollection(id, device));
  }
  if (before.filtersEnabled !== after.filtersEnabled) call(anyStage(), () => targeting.enableFilters(after.filtersEnabled));
  return calls;
}

function eachDifference<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  visit: (id: string, was: T | undefined, is: T | undefined) => void,
): void {
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    if (before.get(id) !== after.get(id)) visit(id, before.get(id), after.get(id));
  }
}

function wireGroup({ rule }: NaiveGroup): JsonObject {
  if (rule === undefined) return { groupTypes: [] };
  return {
    groupTypes: ['DynamicMembership'],
    membershipRule: rule.text,
    membershipRuleProcessingState: rule.on ? 'On' : 'Paused',
  };
}

function memberNames(group: NaiveGroup | undefined): ReadonlyMap<string, EngineObject> {
  const named = (kind: EngineObject['kind'], ids: ReadonlySet<string> | undefined) =>
    [...(ids ?? [])].map((id): [string, EngineObject] => [`${kind}:${id}`, { kind, id }]);
  return new Map([...named('user', group?.users), ...named('device', group?.devices), ...named('group', group?.groups)]);
}

/** Numbers from 0 to 1 that the seed determines (a linear congruential generator). */
function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
