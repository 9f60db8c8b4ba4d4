/** People, devices, groups and memberships of a made-up company. Each thing follows from the seed and its number alone, so that a fleet of any size needs no memory. */
import { namedGuid, type Random, random } from '../../app/tenants/random.js';
import type { JsonObject } from '../../kernel/json.js';
import { categories, countries, departments, givenNames, jobTitles, type Platform, platforms, surnames } from './words.js';

export interface FleetSize {
  readonly devices: number;
  readonly users: number;
  readonly groups: number;
}

export interface Fleet {
  readonly size: FleetSize;
  /** Lines of an import, in the order in which they can be taken. */
  lines(): Generator<JsonObject, void, void>;
  /** How many lines there are. */
  count(): number;
  groupId(index: number): string;
  groupName(index: number): string;
  userId(index: number): string;
}

const GRAPH = '#microsoft.graph.';
const SINCE = '2025-03-01T08:00:00Z';
/** Groups filled by rule that hold a large part of the company. */
const BROAD_RULES = 50;
/** Of the groups: those that rules fill, and those that hold groups. The others are laid by hand. */
const DYNAMIC = 0.25;
const NESTED = 0.1;
/** Of all users or devices, what the largest group holds; the others fall off with this power of their rank. */
const LARGEST = 0.08;
const FALL = 0.9;
const SHARED = 0.05;

type City = { readonly country: (typeof countries)[number]; readonly city: string };

/** @param domain of the principal names */
export function createFleet(seed: string, size: FleetSize, domain: string): Fleet {
  const { devices, users, groups } = size;
  const chance = (kind: string, index: number) => random(`${seed}/${kind}/${index}`);
  const idOf = (kind: string, index: number) => namedGuid(`${seed}/id/${kind}/${index}`);
  const userId = (index: number) => idOf('user', index);
  const groupId = (index: number) => idOf('group', index);
  const directoryId = (index: number) => idOf('device', index);
  const dynamicFrom = groups - Math.round(groups * (DYNAMIC + NESTED));
  const nestedFrom = groups - Math.round(groups * NESTED);

  function person(index: number) {
    const draw = chance('user', index);
    const givenName = draw.pick(givenNames);
    const surname = draw.pick(surnames);
    const upn = `${givenName}.${surname}.${index.toString(36)}@${domain}`.toLowerCase();
    return { draw, givenName, surname, upn, department: early(draw, departments), ...place(draw) };
  }

  function user(index: number): JsonObject {
    const { draw, givenName, surname, upn, department, country, city } = person(index);
    return {
      '@odata.type': `${GRAPH}user`,
      id: userId(index),
      accountEnabled: draw.chance(0.97),
      city,
      country: country.name,
      department,
      displayName: `${givenName} ${surname}`,
      givenName,
      jobTitle: early(draw, jobTitles),
      mail: upn,
      mailNickname: `${surname}${index}`,
      officeLocation: `${city} ${1 + draw.below(9)}`,
      surname,
      usageLocation: country.code,
      userPrincipalName: upn,
      userType: draw.chance(0.02) ? 'Guest' : 'Member',
    };
  }

  /** A device in the directory and in the management. */
  function* device(index: number): Generator<JsonObject, void, void> {
    const draw = chance('device', index);
    const platform = draw.weighted(platforms);
    const [manufacturer, model] = draw.pick(platform.models);
    const version = early(draw, platform.versions);
    const shared = users === 0 || draw.chance(SHARED);
    const owner = shared ? undefined : person(index % users);
    const { country, city } = owner ?? place(draw);
    const name = `${country.code}-${city.slice(0, 3)}-${platform.code}${index.toString(36).padStart(5, '0')}`.toUpperCase();
    const personal = !shared && draw.chance(platform.name === 'Windows' ? 0.05 : 0.3);
    const category = draw.chance(0.6) ? early(draw, categories) : undefined;
    const deviceId = idOf('hardware', index);
    const azure = platform.name !== 'Windows' ? 'Workplace' : draw.chance(0.75) ? 'AzureAd' : 'ServerAd';
    yield {
      '@odata.type': `${GRAPH}device`,
      id: directoryId(index),
      accountEnabled: true,
      deviceId,
      deviceOwnership: personal ? 'Personal' : 'Company',
      displayName: name,
      isManaged: true,
      manufacturer,
      model,
      operatingSystem: platform.osType,
      operatingSystemVersion: version,
      profileType: shared ? 'Shared' : 'RegisteredDevice',
      trustType: azure,
      ...(category === undefined ? {} : { deviceCategory: category }),
    };
    yield {
      '@odata.type': `${GRAPH}managedDevice`,
      id: idOf('managed', index),
      azureADDeviceId: deviceId,
      complianceState: draw.chance(0.94) ? 'compliant' : 'noncompliant',
      deviceEnrollmentType: platform.enrollment,
      deviceName: name,
      deviceType: platform.deviceType,
      enrolledDateTime: SINCE,
      managedDeviceOwnerType: personal ? 'personal' : 'company',
      manufacturer,
      model,
      operatingSystem: platform.operatingSystem,
      osVersion: version,
      serialNumber: `SN${index.toString(36).toUpperCase().padStart(8, '0')}`,
      ...(owner === undefined ? {} : { userId: userId(index % users), userPrincipalName: owner.upn }),
      ...(category === undefined ? {} : { deviceCategoryDisplayName: category }),
    };
  }

  function groupName(index: number): string {
    const draw = chance('group', index);
    const { city } = place(draw);
    const form = index >= nestedFrom ? 'All' : index >= dynamicFrom ? 'Dynamic' : 'Team';
    return `${form} ${city} ${early(draw, departments)} ${index}`;
  }

  function group(index: number): JsonObject {
    const rule = index >= dynamicFrom && index < nestedFrom ? ruleOf(chance('rule', index), index - dynamicFrom < BROAD_RULES) : undefined;
    return {
      '@odata.type': `${GRAPH}group`,
      id: groupId(index),
      displayName: groupName(index),
      groupTypes: rule === undefined ? [] : ['DynamicMembership'],
      mailEnabled: false,
      mailNickname: `group${index}`,
      securityEnabled: true,
      ...(rule === undefined ? {} : { membershipRule: rule, membershipRuleProcessingState: 'On' }),
    };
  }

  function shares(index: number): { readonly users: number; readonly devices: number } {
    const share = LARGEST * (index + 1) ** -FALL;
    const of = (all: number) => (all === 0 ? 0 : Math.max(1, Math.round(all * share)));
    return chance('group', index).chance(0.6) ? { users: of(users), devices: 0 } : { users: 0, devices: of(devices) };
  }

  const children = (index: number) => Math.min(3, dynamicFrom, 1 + chance('children', index).below(3));

  function* memberships(): Generator<JsonObject, void, void> {
    for (let index = 0; index < dynamicFrom; index += 1) {
      const share = shares(index);
      for (const member of scattered(chance('members', index), share.users, users)) {
        yield { group: groupId(index), member: userId(member), memberType: 'user' };
      }
      for (const member of scattered(chance('members', index), share.devices, devices)) {
        yield { group: groupId(index), member: directoryId(member), memberType: 'device' };
      }
    }
    for (let index = nestedFrom; index < groups; index += 1) {
      for (const member of scattered(chance('nested', index), children(index), dynamicFrom)) {
        yield { group: groupId(index), member: groupId(member), memberType: 'group' };
      }
    }
  }

  return {
    size,
    groupId,
    groupName,
    userId,
    *lines() {
      for (const [index, displayName] of categories.entries()) {
        yield { '@odata.type': `${GRAPH}deviceCategory`, id: idOf('category', index), displayName };
      }
      for (let index = 0; index < users; index += 1) yield user(index);
      for (let index = 0; index < devices; index += 1) yield* device(index);
      for (let index = 0; index < groups; index += 1) yield group(index);
      yield* memberships();
    },
    count() {
      let links = 0;
      for (let index = 0; index < dynamicFrom; index += 1) {
        const share = shares(index);
        links += Math.min(share.users, users) + Math.min(share.devices, devices);
      }
      for (let index = nestedFrom; index < groups; index += 1) links += children(index);
      return categories.length + users + 2 * devices + groups + links;
    },
  };
}

/** One of the list, the first ones more often. */
function early<T>(draw: Random, items: readonly T[]): T {
  return items[Math.floor(draw.fraction() ** 1.7 * items.length)] as T;
}

function place(draw: Random): City {
  const country = early(draw, countries);
  return { country, city: draw.pick(country.cities as readonly string[]) };
}

/** A company has some groups of a whole department or country; nearly all its others are of a team in an office, or of some machines at a place. */
function ruleOf(draw: Random, broad: boolean): string {
  const { country, city } = place(draw);
  const platform: Platform = draw.weighted(platforms);
  const [manufacturer, model] = draw.pick(platform.models);
  const [department, category] = [early(draw, departments), early(draw, categories)];
  const here = `(device.displayName -startsWith "${country.code}-${city.slice(0, 3).toUpperCase()}-${platform.code}")`;
  return draw.pick(
    broad
      ? [
          `(user.country -eq "${country.name}") -and (user.department -eq "${department}")`,
          `(user.department -eq "${department}")`,
          `(device.displayName -startsWith "${country.code}-")`,
          `(device.deviceOSType -eq "${platform.osType}") -and (device.deviceManufacturer -eq "${manufacturer}")`,
          `(device.deviceCategory -eq "${category}")`,
        ]
      : [
          `(user.department -eq "${department}") -and (user.physicalDeliveryOfficeName -eq "${city} ${1 + draw.below(9)}") -and (user.jobTitle -eq "${early(draw, jobTitles)}")`,
          `${here} -and (device.deviceModel -eq "${model}") -and (device.deviceCategory -eq "${category}")`,
        ],
  );
}

/** `count` different numbers below `all`: every stride that shares no factor with `all` meets each of them once. */
function* scattered(draw: Random, count: number, all: number): Generator<number, void, void> {
  if (count === 0 || all === 0) return;
  let stride = 1 + draw.below(all);
  while (commonFactor(stride, all) !== 1) stride += 1;
  let at = draw.below(all);
  for (let left = Math.min(count, all); left > 0; left -= 1) {
    yield at;
    at = (at + stride) % all;
  }
}

function commonFactor(one: number, other: number): number {
  let [a, b] = [one, other];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
