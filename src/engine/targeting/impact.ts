/** The difference between two states of some policies. */
import { type DeviceSet, ordinalsFrom, size } from '../device-set.js';
import { subtractIn, unionIn } from '../words/algebra.js';
import type { WordArena } from '../words/word-arena.js';
import type { Placed } from './catalogue.js';
import { ALL_DEVICES, ALL_USERS } from './catalogue.js';
import type { SetChanges } from './changes-within.js';
import type { DeviceList, Finding, Impact, ListedDevice, Risk } from './policy.js';
import type { Result } from './resolve.js';

/** What is assigned at one moment. */
export interface Standing {
  readonly placed: readonly Placed[];
  /** Undefined where they are not wanted. */
  readonly findings: readonly Finding[] | undefined;
}

/** A policy before and after. */
export interface PolicyChange {
  readonly policyId: string;
  readonly before: Standing;
  readonly after: Standing;
  readonly devices: SetChanges;
}

export function changesBetween(before: Result, after: Result, arena: WordArena): SetChanges {
  return {
    gained: subtractIn(arena, after.applied, before.applied),
    lost: subtractIn(arena, before.applied, after.applied),
    removed: subtractIn(arena, after.removed, before.removed),
  };
}

export interface ImpactSources {
  readonly devices: number;
  readonly arena: WordArena;
  /** How many users stand behind devices. */
  readonly countUsers: (devices: DeviceSet) => number;
  readonly describe: (device: number) => ListedDevice;
  /** Groups whose members changed, with the number of policies that depend on each. */
  readonly changedGroups: ReadonlyMap<string, number>;
}

/** More than this part of the fleet changes: a risk. */
const LARGE_PART = 0.25;
/** A group that so many policies depend on is critical. */
const CRITICAL_POLICIES = 10;

/** @param changes of every policy that may differ */
export function impactOf(changes: Iterable<PolicyChange>, sources: ImpactSources): Impact {
  const { arena } = sources;
  const sets = { gained: [] as DeviceSet[], lost: [] as DeviceSet[], removed: [] as DeviceSet[] };
  const pairs = { gained: 0, lost: 0, removed: 0 };
  const policies: Impact['policies'][number][] = [];
  const findings: Finding[] = [];
  const risks: Risk[] = [];
  for (const { policyId, before, after, devices } of changes) {
    const counts = { gained: size(devices.gained), lost: size(devices.lost), removed: size(devices.removed) };
    for (const side of ['gained', 'lost', 'removed'] as const) {
      if (counts[side] === 0) continue;
      pairs[side] += counts[side];
      sets[side].push(devices[side]);
    }
    if (counts.gained + counts.lost + counts.removed > 0) policies.push({ policyId, ...counts });
    findings.push(...newFindings(before.findings, after.findings));
    risks.push(...assignmentRisks(policyId, before.placed, after.placed));
  }
  const affected = unionIn(arena, [...sets.gained, ...sets.lost, ...sets.removed]);
  const affectedDevices = size(affected);
  if (affectedDevices > sources.devices * LARGE_PART) {
    risks.push({ code: 'largePartOfFleet', policyId: undefined, assignmentId: undefined, groupId: undefined, devices: affectedDevices });
  }
  for (const [groupId, dependants] of sources.changedGroups) {
    if (dependants >= CRITICAL_POLICIES)
      risks.push({ code: 'criticalGroup', policyId: undefined, assignmentId: undefined, groupId, devices: undefined });
  }
  const listed = (side: keyof typeof sets) => ({ count: pairs[side], devices: deviceList(unionIn(arena, sets[side]), sources.describe) });
  return {
    gained: listed('gained'),
    lost: listed('lost'),
    removed: listed('removed'),
    affectedDevices,
    affectedUsers: sources.countUsers(affected),
    policies: policies.sort((a, b) => (a.policyId < b.policyId ? -1 : 1)),
    findings,
    risks,
  };
}

export function deviceList(set: DeviceSet, describe: (device: number) => ListedDevice): DeviceList {
  return { count: size(set), page: (skip, limit) => ordinalsFrom(set, skip, limit).map(describe) };
}

function newFindings(before: readonly Finding[] = [], after: readonly Finding[] = []): readonly Finding[] {
  if (after.length === 0) return after;
  const known = new Set(before.map(nameOf));
  return after.filter((finding) => !known.has(nameOf(finding)));
}

function nameOf({ code, assignmentId, groupId, filterId }: Finding): string {
  return `${code} ${assignmentId ?? ''} ${groupId ?? ''} ${filterId ?? ''}`;
}

function assignmentRisks(policyId: string, before: readonly Placed[], after: readonly Placed[]): readonly Risk[] {
  const risks: Risk[] = [];
  const reachesEverybody = (placed: readonly Placed[], key: string) =>
    placed.some((each) => !each.excluded && each.key === key && each.filter === undefined);
  for (const [key, code] of [
    [ALL_DEVICES, 'allDevicesReached'],
    [ALL_USERS, 'allUsersReached'],
  ] as const) {
    if (!reachesEverybody(after, key) || reachesEverybody(before, key)) continue;
    const assignment = after.find((each) => !each.excluded && each.key === key && each.filter === undefined);
    risks.push({ code, policyId, assignmentId: assignment?.id, groupId: undefined, devices: undefined });
  }
  for (const { id, key, excluded, target } of before) {
    if (!excluded || after.some((each) => each.excluded && each.key === key)) continue;
    const groupId = target.kind === 'group' ? target.groupId : undefined;
    risks.push({ code: 'exclusionRemoved', policyId, assignmentId: id, groupId, devices: undefined });
  }
  return risks;
}
