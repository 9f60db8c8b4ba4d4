/**
 * The benchmark's groups: static ones whose sizes fall off as a power of their rank, dynamic ones whose rules ask for words of the vocabulary
 * (frequent words make large groups, rare ones small), and groups of groups, five levels of them.
 */
import { type Chance, chanceOf, guidOf } from './chance.js';
import { directoryDeviceId, THING, userId } from './fleet.js';
import type { Identified } from './objects.js';
import {
  categories,
  companies,
  costCentres,
  countries,
  departments,
  deviceKinds,
  jobTitles,
  offices,
  rings,
  sites,
  type Vocabulary,
} from './vocabulary.js';

export interface GroupSizes {
  readonly devices: number;
  readonly users: number;
  readonly groups: number;
}

export interface Membership {
  /** Index of the group. */
  readonly group: number;
  readonly kind: 'user' | 'device' | 'group';
  /** Index of the user, the device (its directory device is the member), or the group. */
  readonly member: number;
}

const STATIC = 0.6;
const DYNAMIC = 0.3;
const LEVELS = 5;
/** Of all users or devices, what the largest static group holds; the others fall off with this power of their rank. */
const LARGEST = 0.08;
const FALL = 0.9;

/** Where each form of group begins; static ones first, groups of groups from the innermost level to the outermost. */
export interface GroupForms {
  readonly groups: number;
  readonly dynamicFrom: number;
  readonly nestedFrom: number;
}

export function formsOf(groups: number): GroupForms {
  const dynamicFrom = Math.round(groups * STATIC);
  return { groups, dynamicFrom, nestedFrom: dynamicFrom + Math.round(groups * DYNAMIC) };
}

export const groupId = (index: number) => guidOf(THING.group, index);

export function groupObject(index: number, forms: GroupForms): Identified {
  const rule = ruleOf(index, forms);
  return {
    id: groupId(index),
    createdDateTime: '2024-03-01T08:00:00Z',
    displayName: `Group ${index}`,
    groupTypes: rule === undefined ? [] : ['DynamicMembership'],
    mailEnabled: false,
    mailNickname: `group${index}`,
    membershipRule: rule ?? null,
    membershipRuleProcessingState: rule === undefined ? null : 'On',
    securityEnabled: true,
  };
}

/** Undefined for a group that no rule fills. */
export function ruleOf(index: number, { dynamicFrom, nestedFrom }: GroupForms): string | undefined {
  if (index < dynamicFrom || index >= nestedFrom) return undefined;
  const broad = broadRules[index - dynamicFrom];
  if (broad !== undefined) return broad;
  const chance = chanceOf(THING.group, index);
  return narrowRules[chance.below(narrowRules.length)]!(chance);
}

const frequent = ({ words }: Vocabulary, rank: number) => words[rank]!;
/** Any word, a rare one as likely as a frequent one: so the sizes of the groups fall off as the words do. */
const any = ({ words }: Vocabulary, chance: Chance) => words[chance.below(words.length)]!;

/** What every company has a group for; the first of the dynamic groups. */
export const broadRules: readonly string[] = [
  ...deviceKinds.map(({ osType }) => `(device.deviceOSType -eq "${osType}")`),
  '(device.deviceOwnership -eq "Company")',
  '(device.deviceOwnership -eq "Personal")',
  '(device.deviceOSType -eq "Windows") -and (device.deviceOSVersion -startsWith "10.0.2")',
  '(device.deviceTrustType -eq "ServerAd")',
  `(device.deviceManufacturer -in ["Dell Inc.", "LENOVO"])`,
  '(user.accountEnabled -eq true)',
  '(user.userType -eq "Guest")',
  '(user.assignedPlans -any (assignedPlan.servicePlanId -eq "c1ec4a95-1f05-45b3-a911-aa3fa01094f5" -and assignedPlan.capabilityStatus -eq "Enabled"))',
  ...[0, 1, 2, 3].map((rank) => `(user.country -eq "${frequent(countries, rank)}")`),
  ...[0, 1, 2].map((rank) => `(user.department -eq "${frequent(departments, rank)}")`),
];

const narrowRules: readonly ((chance: Chance) => string)[] = [
  (chance) => `(user.extensionAttribute1 -eq "${any(costCentres, chance)}")`,
  (chance) => `(user.extensionAttribute1 -in ["${any(costCentres, chance)}", "${any(costCentres, chance)}"])`,
  (chance) => `(user.physicalDeliveryOfficeName -eq "${any(offices, chance)}")`,
  (chance) => `(user.department -eq "${any(departments, chance)}") -and (user.country -eq "${any(countries, chance)}")`,
  (chance) => `(user.jobTitle -eq "${any(jobTitles, chance)}") -and (user.country -ne "${any(countries, chance)}")`,
  (chance) => `(user.jobTitle -startsWith "${any(jobTitles, chance)}") -and (user.companyName -eq "${any(companies, chance)}")`,
  (chance) => `(device.extensionAttribute1 -eq "${any(sites, chance)}")`,
  (chance) => `(device.extensionAttribute1 -eq "${any(sites, chance)}") -and (device.extensionAttribute2 -eq "${any(rings, chance)}")`,
  (chance) => `(device.displayName -startsWith "${any(sites, chance)}-0")`,
  (chance) => `(device.extensionAttribute1 -eq "${any(sites, chance)}") -and (device.deviceOSType -eq "${anyKind(chance).osType}")`,
  (chance) =>
    `(device.deviceCategory -eq "${any(categories, chance)}") -and (device.extensionAttribute1 -in ["${any(sites, chance)}", "${any(sites, chance)}"])`,
  (chance) => `(device.devicePhysicalIds -any (_ -eq "[OrderId]:${any(sites, chance)}"))`,
  (chance) => {
    const kind = anyKind(chance);
    const [maker, model] = kind.models[chance.below(kind.models.length)]!;
    const version = kind.versions[chance.below(kind.versions.length)]!;
    return `(device.deviceManufacturer -eq "${maker}") -and (device.deviceModel -eq "${model}") -and (device.deviceOSVersion -eq "${version}")`;
  },
];

function anyKind(chance: Chance) {
  return deviceKinds[chance.below(deviceKinds.length)]!;
}

/** What a static group holds: users, devices, or some of both. */
export function sharesOf(index: number, { devices, users }: GroupSizes): { readonly users: number; readonly devices: number } {
  const share = LARGEST * (index + 1) ** -FALL;
  const of = (all: number) => Math.max(1, Math.round(all * share));
  const form = chanceOf(THING.group, index).fraction();
  if (form < 0.45) return { users: of(users), devices: 0 };
  return form < 0.9 ? { users: 0, devices: of(devices) } : { users: of(users * 0.5), devices: of(devices * 0.5) };
}

/** All memberships that are laid by hand, without repeats within a group. */
export function* membershipsOf(sizes: GroupSizes): Generator<Membership, void, void> {
  const forms = formsOf(sizes.groups);
  for (let group = 0; group < forms.dynamicFrom; group += 1) {
    const shares = sharesOf(group, sizes);
    yield* scattered(group, 'user', shares.users, sizes.users);
    yield* scattered(group, 'device', shares.devices, sizes.devices);
  }
  for (let group = forms.nestedFrom; group < forms.groups; group += 1) {
    for (const member of childrenOf(group, forms)) yield { group, kind: 'group', member };
  }
}

/** `count` different members: every stride that shares no factor with `all` meets each of them once. */
function* scattered(group: number, kind: 'user' | 'device', count: number, all: number): Generator<Membership, void, void> {
  if (count === 0) return;
  const chance = chanceOf(THING.group + 100, group);
  let stride = 1 + chance.below(all);
  while (commonFactor(stride, all) !== 1) stride += 1;
  let member = chance.below(all);
  for (let left = Math.min(count, all); left > 0; left -= 1) {
    yield { group, kind, member };
    member = (member + stride) % all;
  }
}

function commonFactor(one: number, other: number): number {
  let [a, b] = [one, other];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** Two or three plain groups, and on every level but the innermost one or two of the level below. */
function childrenOf(group: number, { groups, nestedFrom }: GroupForms): readonly number[] {
  const chance = chanceOf(THING.group, group);
  const perLevel = Math.max(1, Math.floor((groups - nestedFrom) / LEVELS));
  const level = Math.min(LEVELS - 1, Math.floor((group - nestedFrom) / perLevel));
  const children = new Set<number>();
  for (let left = 2 + chance.below(2); left > 0; left -= 1) {
    const plain = chance.below(nestedFrom - broadRules.length);
    children.add(plain < formsOf(groups).dynamicFrom ? plain : plain + broadRules.length);
  }
  if (level > 0) {
    const below = nestedFrom + (level - 1) * perLevel;
    for (let left = 1 + chance.below(2); left > 0; left -= 1) children.add(below + chance.below(perLevel));
  }
  return [...children];
}

/** The id of a membership's member. */
export function memberId({ kind, member }: Membership): string {
  if (kind === 'group') return groupId(member);
  return kind === 'user' ? userId(member) : directoryDeviceId(member);
}
