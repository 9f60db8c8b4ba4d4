/** What a change would do: it is carried out, measured, and taken back. */
import { type DeviceSet, forEach, size } from '../device-set.js';
import { NONE } from './bridges.js';
import { changesWithin } from './changes-within.js';
import { changesBetween, impactOf, type PolicyChange } from './impact.js';
import type { Targeting } from './index.js';
import type { Impact, ListedDevice } from './policy.js';
import type { TargetingState } from './state.js';
import type { PolicyView } from './views.js';

/** What has become of a policy since it was looked at. */
function changeIn(state: TargetingState, policyId: string, before: PolicyView): PolicyChange {
  const now = state.catalogue.policies.get(policyId);
  if (before.open && now?.policy !== undefined) {
    const devices = changesWithin(now.policy, before.placed, [...now.assignments.values()], state.resolveSources());
    if (devices !== undefined) return { policyId, before, after: state.viewOf(policyId, 'open'), devices };
  }
  const after = state.viewOf(policyId, 'no');
  const devices = changesBetween(state.resultIn(before), state.resultIn(after), state.arenaNow());
  state.leave(after);
  return { policyId, before, after, devices };
}

/** @param epoch changes when a device comes or leaves */
export function createRehearse(state: TargetingState, epoch: () => number): Targeting['rehearse'] {
  const { managed, table, rehearsal } = state;
  return (steps, undo, { findings = true } = {}) => {
    const total = new Map<string, PolicyView>();
    const totalGroups = new Map<string, number>();
    const totalFormer = new Map<number, string>();
    const impacts: Impact[] = [];
    const listed = new Map<number, ListedDevice>();
    const describeNow = (device: number) => listed.get(device) ?? state.describe(device);
    const fleet = size(table.live());
    const began = epoch();
    rehearsal.running = true;
    rehearsal.findings = findings;
    managed.hold();
    /** Users behind devices: the one that a device has now, or the one it had before the change took it away. */
    const countUsers = (former: ReadonlyMap<number, string>) => (devices: DeviceSet) => {
      const { user } = state.bridges;
      if (former.size === 0) return user.countObjects(devices);
      const seen = new Set<number | string>();
      forEach(devices, (device) => {
        const now = user.objectOf(device);
        const id = now === NONE ? (former.get(device) ?? '') : '';
        if (now !== NONE || id !== '') seen.add(now === NONE ? (state.users.ordinalOf(id) ?? id) : now);
      });
      return seen.size;
    };
    /** Devices that come with a step will not be found when all is taken back. */
    const known = table.rows;
    const measure = (
      journal: ReadonlyMap<string, PolicyView>,
      groupsChanged: ReadonlyMap<string, number>,
      former: ReadonlyMap<number, string>,
    ): Impact => {
      const changes = [...journal].map(([policyId, before]) => changeIn(state, policyId, before));
      for (const { devices } of changes) {
        for (const set of Object.values(devices)) forEachFrom(set, known, (device) => listed.set(device, describeNow(device)));
      }
      return impactOf(changes, {
        devices: fleet,
        arena: state.arenaNow(),
        countUsers: countUsers(former),
        describe: describeNow,
        changedGroups: groupsChanged,
      });
    };
    for (const step of steps) {
      const journal = new Map<string, PolicyView>();
      const groupsChanged = new Map<string, number>();
      const former = new Map<number, string>();
      rehearsal.journals = [total, journal];
      rehearsal.changedGroups = [totalGroups, groupsChanged];
      rehearsal.formerUsers = [totalFormer, former];
      step();
      rehearsal.journals = [];
      rehearsal.changedGroups = [];
      rehearsal.formerUsers = [];
      impacts.push(measure(journal, groupsChanged, former));
      for (const [id, view] of journal) if (total.get(id) !== view) state.leave(view);
    }
    const [only] = impacts;
    const whole = only !== undefined && impacts.length === 1 ? only : measure(total, totalGroups, totalFormer);
    rehearsal.open = [];
    undo();
    rehearsal.running = false;
    managed.release();
    for (const [id, view] of total) state.restore(id, view);
    return { steps: impacts, total: whole, valid: () => epoch() === began };
  };
}

/** The ordinals of a set from one on. */
function forEachFrom(set: DeviceSet, first: number, visit: (device: number) => void): void {
  if (set.universe <= first) return;
  const tail = set.kind === 'dense' ? set.words.subarray(first >>> 5) : undefined;
  if (tail?.every((word) => word === 0)) return;
  forEach(set, (device) => {
    if (device >= first) visit(device);
  });
}
