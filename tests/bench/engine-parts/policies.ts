/** Filters, policies and who they are assigned to: a fifth of the policies reach a large part of the fleet, the others some groups each. */
import type { AssignedFilter, PolicyAssignment, PolicyTarget } from '../../../src/engine/targeting/index.js';
import { type Chance, chanceOf, guidOf, type Ranks, weighted, zipf } from './chance.js';
import { THING } from './fleet.js';
import { broadRules, formsOf, groupId } from './groups.js';
import { categories, type DeviceKind, deviceKinds, enrollmentProfiles, type Platform, platforms, sites } from './vocabulary.js';

export interface PolicyCounts {
  readonly groups: number;
  readonly filters: number;
  readonly policies: number;
  readonly assignments: number;
}

export interface BenchFilter {
  readonly index: number;
  readonly id: string;
  readonly platform: Platform;
  readonly rule: string;
}

export interface BenchPolicy {
  readonly index: number;
  readonly id: string;
  /** Unqualified type of the configuration. */
  readonly type: string;
  readonly platform: Platform;
}

/** An assignment by the indexes of what it names. */
export interface BenchAssignment {
  /** Place among the policy's own. */
  readonly place: number;
  readonly target: 'allDevices' | 'allUsers' | 'include' | 'exclude';
  /** Of the group, where the target is one. */
  readonly group: number;
  readonly intent: 'apply' | 'remove';
  readonly filter: { readonly index: number; readonly mode: 'include' | 'exclude' } | undefined;
}

/** One assignment before and after a PATCH. */
export interface Patch {
  readonly policy: number;
  readonly before: BenchAssignment;
  readonly after: BenchAssignment;
}

export interface Assigning {
  readonly filters: readonly BenchFilter[];
  policy(index: number): BenchPolicy;
  assignmentsOf(policy: number): readonly BenchAssignment[];
  /** Groups that assignments name or may come to name. */
  readonly pool: readonly number[];
  /** The sample of this number: another target, another filter, or the other intent. */
  patch(sample: number): Patch;
}

const NO_GROUP = -1;
/** Of the groups, so many are ever assigned. */
const POOL = 0.2;
const BROAD_POLICIES = 0.245;
const weights: Readonly<Record<Platform, number>> = {
  windows10AndLater: 66,
  iOS: 15,
  macOS: 9,
  androidForWork: 7,
  androidAOSP: 2,
  android: 1,
};

const types: Readonly<Record<Platform, readonly string[]>> = {
  windows10AndLater: [
    'windows10GeneralConfiguration',
    'windows10CustomConfiguration',
    'windowsUpdateForBusinessConfiguration',
    'windows10EndpointProtectionConfiguration',
  ],
  iOS: ['iosGeneralDeviceConfiguration', 'iosCustomConfiguration', 'iosDeviceFeaturesConfiguration'],
  macOS: ['macOSGeneralDeviceConfiguration', 'macOSCustomConfiguration'],
  androidForWork: ['androidDeviceOwnerGeneralDeviceConfiguration', 'androidForWorkGeneralDeviceConfiguration'],
  androidAOSP: ['aospDeviceOwnerDeviceConfiguration'],
  android: ['androidGeneralDeviceConfiguration'],
};

export const policyId = (index: number) => guidOf(THING.policy, index);
export const filterId = (index: number) => guidOf(THING.filter, index);
export const assignmentId = (policy: number, place: number) => `${policyId(policy)}_${guidOf(THING.assignment, place)}`;

const platformRanks = weighted(platforms.map((platform) => weights[platform]));

export function createAssigning(counts: PolicyCounts): Assigning {
  const { dynamicFrom, nestedFrom } = formsOf(counts.groups);
  const filters = Array.from({ length: counts.filters }, (_, index) => filterOf(index));
  const filtersFor = (platform: Platform) => filters.filter((filter) => filter.platform === platform);
  const byPlatform = new Map(platforms.map((platform) => [platform, filtersFor(platform)]));
  const broadGroups = [
    ...Array.from({ length: Math.min(broadRules.length, nestedFrom - dynamicFrom) }, (_, index) => dynamicFrom + index),
    ...Array.from({ length: Math.min(40, dynamicFrom) }, (_, index) => index),
  ];
  const pool = poolOf(counts.groups);
  const poolRanks: Ranks = zipf(pool.length, 0.4);
  const ends = placesOf(counts);

  const policy = (index: number): BenchPolicy => {
    const chance = chanceOf(THING.policy, index);
    const platform = platforms[platformRanks.pick(chance)]!;
    return { index, id: policyId(index), platform, type: types[platform][chance.below(types[platform].length)]! };
  };

  const filterFor = (platform: Platform, probability: number, chance: Chance): BenchAssignment['filter'] => {
    const fitting = byPlatform.get(platform) ?? [];
    if (fitting.length === 0 || !chance.hit(probability)) return undefined;
    return { index: fitting[chance.below(fitting.length)]!.index, mode: chance.hit(0.75) ? 'include' : 'exclude' };
  };

  /** The first rules ask for the kinds of devices: each platform has a group or two that hold all its devices. */
  const groupsOf = (platform: Platform) => deviceKinds.flatMap((kind, at) => (kind.platform === platform ? [dynamicFrom + at] : []));

  const broadTarget = (platform: Platform, chance: Chance): Pick<BenchAssignment, 'target' | 'group'> => {
    const form = chance.fraction();
    if (form < 0.2) return { target: 'allDevices', group: NO_GROUP };
    if (form < 0.45) return { target: 'allUsers', group: NO_GROUP };
    const groups = form < 0.85 ? groupsOf(platform) : broadGroups;
    return { target: 'include', group: groups[chance.below(groups.length)]! };
  };

  /** A group that the policy does not name yet. */
  const freeGroup = (taken: ReadonlySet<number>, chance: Chance): number => {
    for (;;) {
      const group = chance.hit(0.01) ? broadGroups[chance.below(broadGroups.length)]! : pool[poolRanks.pick(chance)]!;
      if (!taken.has(group)) return group;
    }
  };

  const assignmentsOf = (index: number): readonly BenchAssignment[] => {
    const { platform } = policy(index);
    const chance = chanceOf(THING.assignment, index);
    const taken = new Set<number>();
    const made: BenchAssignment[] = [];
    for (let place = 0; place < ends[index + 1]! - ends[index]!; place += 1) {
      const first = place === 0;
      const broad = first && chance.hit(BROAD_POLICIES);
      const excluded = !first && chance.hit(0.15);
      const { target, group } = broad
        ? broadTarget(platform, chance)
        : { target: excluded ? ('exclude' as const) : ('include' as const), group: freeGroup(taken, chance) };
      taken.add(group);
      const intent = !excluded && chance.hit(0.03) && !broad ? 'remove' : 'apply';
      made.push({ place, target, group, intent, filter: filterFor(platform, broad ? 0.4 : excluded ? 0.05 : 0.3, chance) });
    }
    return made;
  };

  return {
    filters,
    policy,
    assignmentsOf,
    pool: [...new Set([...pool, ...broadGroups])].sort((a, b) => a - b),
    patch(sample) {
      const chance = chanceOf(THING.patch, sample);
      const index = owner(ends, chance.below(counts.assignments));
      const { platform } = policy(index);
      const own = assignmentsOf(index);
      const before = own[chance.below(own.length)]!;
      const form = chance.fraction();
      if (form < 0.6) {
        const target = before.target === 'exclude' ? 'exclude' : 'include';
        const group = freeGroup(new Set(own.map((each) => each.group)), chance);
        return { policy: index, before, after: { ...before, target, group } };
      }
      if (form < 0.85) {
        const filter = before.filter !== undefined && chance.hit(0.4) ? undefined : filterFor(platform, 1, chance);
        return { policy: index, before, after: { ...before, filter } };
      }
      return { policy: index, before, after: { ...before, intent: before.intent === 'apply' ? 'remove' : 'apply' } };
    },
  };
}

export function asAssignment(policy: number, { place, target, group, intent, filter }: BenchAssignment): PolicyAssignment {
  return { id: assignmentId(policy, place), target: asTarget(target, group), intent, filter: asFilter(filter) };
}

function asTarget(target: BenchAssignment['target'], group: number): PolicyTarget {
  if (target === 'allDevices' || target === 'allUsers') return { kind: target };
  return { kind: 'group', groupId: groupId(group), excluded: target === 'exclude' };
}

function asFilter(filter: BenchAssignment['filter']): AssignedFilter | undefined {
  return filter === undefined ? undefined : { id: filterId(filter.index), mode: filter.mode };
}

/** A fifth of the groups, of every form, in the order in which they are liked. */
function poolOf(groups: number): readonly number[] {
  const chance = chanceOf(THING.group, groups);
  const all = Uint32Array.from({ length: groups }, (_, index) => index);
  const count = Math.max(50, Math.round(groups * POOL));
  for (let at = 0; at < Math.min(count, groups); at += 1) {
    const other = at + chance.below(groups - at);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return [...all.subarray(0, count)];
}

/** Where each policy's assignments begin and end: a third of all spread evenly, the rest by liking. */
function placesOf({ policies, assignments }: PolicyCounts): Uint32Array {
  const chance = chanceOf(THING.policy, -1);
  const ranks = zipf(policies, 0.6);
  const own = new Uint32Array(policies).fill(Math.max(1, Math.floor(assignments / policies / 3)));
  const order = Uint32Array.from({ length: policies }, (_, index) => index);
  for (let at = policies - 1; at > 0; at -= 1) {
    const other = chance.below(at + 1);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  for (let left = assignments - own.reduce((sum, each) => sum + each, 0); left > 0; left -= 1) own[order[ranks.pick(chance)]!]! += 1;
  const ends = new Uint32Array(policies + 1);
  for (let index = 0; index < policies; index += 1) ends[index + 1] = ends[index]! + own[index]!;
  return ends;
}

/** The policy that the assignment of this number belongs to. */
function owner(ends: Uint32Array, assignment: number): number {
  let [low, high] = [0, ends.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (ends[middle]! <= assignment) low = middle;
    else high = middle - 1;
  }
  return low;
}

const anyOf = <T>(words: readonly T[], chance: Chance): T => words[chance.below(words.length)]!;

const anyDevice: readonly ((kind: DeviceKind, chance: Chance) => string)[] = [
  (kind, chance) => `(device.manufacturer -eq "${anyOf(kind.models, chance)[0]}")`,
  (kind, chance) => `(device.model -startsWith "${anyOf(kind.models, chance)[1].split(' ')[0]}")`,
  (kind, chance) => `(device.model -in ["${anyOf(kind.models, chance)[1]}", "${anyOf(kind.models, chance)[1]}"])`,
  (kind, chance) => `(device.osVersion -startsWith "${anyOf(kind.versions, chance).slice(0, 10).split(' ')[0]}")`,
  (kind, chance) => `(device.operatingSystemVersion -ge ${comparable(anyOf(kind.versions, chance))})`,
  (_, chance) => `(device.deviceOwnership -eq "${chance.hit(0.5) ? 'Corporate' : 'Personal'}")`,
  (_, chance) => `(device.deviceCategory -in ["${anyOf(categories.words, chance)}", "${anyOf(categories.words, chance)}"])`,
  (_, chance) => `(device.deviceCategory -ne "${anyOf(categories.words, chance)}")`,
  (_, chance) => `(device.deviceName -startsWith "${anyOf(sites.words, chance).slice(0, 1 + chance.below(3))}")`,
  (_, chance) => `(device.deviceName -contains "${anyOf(sites.words, chance).slice(1, 3)}")`,
];

const windowsOnly: typeof anyDevice = [
  (_, chance) => `(device.operatingSystemSKU -in ["${anyOf(['Enterprise', 'Education', 'IoTEnterprise'], chance)}", "EnterpriseS"])`,
  (_, chance) => `(device.deviceTrustType -eq "${anyOf(['Azure AD joined', 'Hybrid Azure AD joined'], chance)}")`,
  (_, chance) => `(device.cpuArchitecture -eq "${anyOf(['amd64', 'arm64'], chance)}")`,
  (_, chance) => `(device.enrollmentProfileName -startsWith "${anyOf(enrollmentProfiles.words, chance).slice(0, 12)}")`,
];

function filterOf(index: number): BenchFilter {
  const chance = chanceOf(THING.filter, index);
  const platform = platforms[platformRanks.pick(chance)]!;
  const kinds = deviceKinds.filter((kind) => kind.platform === platform);
  const clauses = platform === 'windows10AndLater' ? [...anyDevice, ...windowsOnly] : anyDevice;
  const clause = () => anyOf(clauses, chance)(anyOf(kinds, chance), chance);
  const first = clause();
  const rule = Array.from({ length: chance.below(3) }, () => `${chance.hit(0.7) ? 'and' : 'or'} ${clause()}`);
  return { index, id: filterId(index), platform, rule: [first, ...rule].join(' ') };
}

function comparable(version: string): string {
  const [number = ''] = version.split(' ');
  return number.includes('.') ? number : `${number}.0`;
}
