/** A small fleet with a bit of everything that decides who gets what, and the plain answer to it: every outcome of every device. */
import { type Lab, openLab, TENANT } from '../../../../tests/support/in-process.js';
import type { Finding, Outcome } from '../../../engine/targeting/index.js';
import { type Clock, fixedClock } from '../../../kernel/clock.js';
import type { Store } from '../../../storage/store.js';
import { createResolution } from '../../resolution.js';

const guid = (family: number, n: number) => `${String(family).repeat(8)}-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const userId = (n: number) => guid(1, n);
export const directoryId = (n: number) => guid(2, n);
export const groupId = (n: number) => guid(3, n);
export const deviceId = (n: number) => guid(4, n);
export const policyId = (n: number) => guid(5, n);
export const filterId = (n: number) => guid(6, n);
export const setId = guid(7, 0);

export const USERS = 4;
export const DEVICES = 6;
/** The first are assigned, number 4 is filled by a rule about users, number 5 by one about devices. */
export const GROUPS = 6;
export const POLICIES = 5;
export const FILTERS = 2;

export const CLOCK = '2026-03-01T08:00:00Z';
const CONFIGURATIONS = 'deviceManagement/deviceConfigurations';
const MANAGED = 'deviceManagement/managedDevices';
const PLAN = 'c1ec4a95-1f05-45b3-a911-aa3fa01094f5';
const POLICY_TYPES = [
  'windows10GeneralConfiguration',
  'windows81TrustedRootCertificate',
  'iosGeneralDeviceConfiguration',
  'windows10GeneralConfiguration',
  'windows10GeneralConfiguration',
];

const group = (n: number, more: object = {}) => ({
  target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: groupId(n), ...more },
});
const filteredBy = (n: number) => ({
  deviceAndAppManagementAssignmentFilterId: filterId(n),
  deviceAndAppManagementAssignmentFilterType: 'include',
});
const ASSIGNED: readonly (readonly object[])[] = [
  [group(0)],
  [group(1, filteredBy(0)), { ...group(5), intent: 'remove' }],
  [group(2)],
  [group(4), { target: { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId: groupId(1) } }],
  [group(5)],
];

/** The ids of the assignments that stand. */
export const ASSIGNMENT_IDS = [
  [0, 0],
  [1, 1],
  [1, 5],
  [2, 2],
  [3, 4],
  [3, 1],
  [4, 5],
].map(([policy = 0, of = 0]) => [policyId(policy), `${policyId(policy)}_${groupId(of)}`] as const);

export async function openFleet(options: { store?: Store; clock?: Clock } = {}): Promise<Lab> {
  const lab = await openLab({ clock: fixedClock(CLOCK), ...options });
  for (let n = 0; n < USERS; n++) {
    const assignedPlans = n % 2 === 0 ? [{ servicePlanId: PLAN, capabilityStatus: 'Enabled', service: 'SCO', assignedDateTime: null }] : [];
    const userPrincipalName = `user${n}@example.com`;
    await lab.put('users', 'user', userId(n), {
      userPrincipalName,
      displayName: `User ${n}`,
      department: n < 2 ? 'Sales' : 'IT',
      assignedPlans,
    });
  }
  for (let n = 0; n < DEVICES; n++) {
    const windows = n !== 5;
    await lab.put('devices', 'device', directoryId(n), {
      deviceId: guid(8, n),
      displayName: `PC-${n}`,
      operatingSystem: windows ? 'Windows' : 'iPhone',
      deviceOwnership: n < 3 ? 'Company' : 'Personal',
    });
    await lab.put(MANAGED, 'managedDevice', deviceId(n), {
      deviceName: `PC-${n}`,
      azureADDeviceId: guid(8, n),
      userId: n < 5 ? userId(n % USERS) : '',
      userPrincipalName: n < 5 ? `user${n % USERS}@example.com` : '',
      operatingSystem: windows ? 'Windows' : 'iOS',
      osVersion: windows ? `10.0.2${n}000.1` : '17.0',
      model: n % 2 === 0 ? 'Surface' : 'Latitude',
      managedDeviceOwnerType: n < 3 ? 'company' : 'personal',
    });
  }
  const rules = ['(user.department -eq "Sales")', '(device.deviceOwnership -eq "Company")'];
  for (let n = 0; n < GROUPS; n++) {
    const rule = rules[n - 4];
    const dynamic =
      rule === undefined
        ? { groupTypes: [] }
        : { groupTypes: ['DynamicMembership'], membershipRule: rule, membershipRuleProcessingState: 'On' };
    await lab.put('groups', 'group', groupId(n), {
      displayName: `Group ${n}`,
      mailNickname: `g${n}`,
      securityEnabled: true,
      mailEnabled: false,
      ...dynamic,
    });
  }
  const member = (group: number, to: string, toSet: string) => lab.link({ kind: 'members', from: groupId(group), to, toSet });
  for (const n of [0, 1, 2]) await member(0, directoryId(n), 'devices');
  for (const n of [0, 3]) await member(1, userId(n), 'users');
  await member(2, groupId(0), 'groups');
  await member(2, directoryId(5), 'devices');
  for (let n = 0; n < FILTERS; n++) {
    const rule = n === 0 ? '(device.model -eq "Surface")' : '(device.deviceOwnership -eq "Corporate")';
    await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', filterId(n), {
      displayName: `Filter ${n}`,
      platform: 'windows10AndLater',
      rule,
      assignmentFilterManagementType: 'devices',
    });
  }
  for (let n = 0; n < POLICIES; n++) await lab.put(CONFIGURATIONS, POLICY_TYPES[n] ?? '', policyId(n), { displayName: `Policy ${n}` });
  for (const [n, assignments] of ASSIGNED.entries()) {
    await lab.call('POST', `/deviceManagement/deviceConfigurations/${policyId(n)}/assign`, { assignments });
  }
  return lab;
}

/** Everything a store holds of the tenant: sets and links as the records name them, and the records. */
export async function wholeStore(store: Store): Promise<unknown> {
  const changes = await store.changesSince(TENANT, 0, Number.MAX_SAFE_INTEGER);
  const sets = [...new Set(changes.flatMap(({ key }) => (key === undefined ? [] : [key.set])))].sort();
  const ends = new Map(changes.flatMap(({ link }) => (link === undefined ? [] : [[`${link.kind} ${link.from}`, link] as const])));
  const list = (set: string) =>
    store.list(TENANT, { set, parent: undefined, filter: undefined, orderBy: [], skip: 0, limit: undefined, count: true });
  return {
    changes,
    sets: await Promise.all(sets.map(list)),
    links: await Promise.all([...ends.values()].map(({ kind, from }) => store.links(TENANT, { kind, from }))),
  };
}

export interface Standing {
  /** By `device policy`; what reaches a device in no way is left out. Devices are named by name, since ids of new ones are random. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly findings: readonly Finding[];
}

/** Who gets what, worked out from the store by an engine that has seen nothing else. */
export async function standing(store: Store): Promise<Standing> {
  const { entities } = await store.list(TENANT, {
    set: MANAGED,
    parent: '',
    filter: undefined,
    orderBy: [],
    skip: 0,
    limit: undefined,
    count: false,
  });
  const devices = entities.map(({ id, json }) => [id, (JSON.parse(json) as { deviceName: string }).deviceName] as const);
  return await createResolution(store, fixedClock(CLOCK))
    .resident(TENANT)
    .targeting((targeting) => {
      const outcomes = new Map<string, Outcome>();
      for (const [id, name] of devices) {
        for (const { policyId, outcome } of targeting.outcomesOf(id) ?? []) outcomes.set(`${name} ${policyId}`, outcome);
      }
      return { outcomes, findings: [...targeting.findings()] };
    });
}

/** What a write did, told from how things stood before and after. */
export function difference(before: Standing, after: Standing) {
  const pairs = (from: Standing, to: Standing, outcome: Outcome) =>
    [...from.outcomes].filter(([pair, now]) => now === outcome && to.outcomes.get(pair) !== outcome).map(([pair]) => pair);
  const lists = {
    gained: pairs(after, before, 'applied'),
    lost: pairs(before, after, 'applied'),
    removed: pairs(after, before, 'removed'),
  };
  const deviceOf = (pair: string) => pair.split(' ')[0] ?? '';
  const list = (all: readonly string[]) => ({ count: all.length, devices: [...new Set(all.map(deviceOf))].sort() });
  const nameOf = ({ code, policyId, assignmentId, groupId, filterId }: Finding) =>
    [code, policyId, assignmentId ?? '', groupId ?? '', filterId ?? ''].join(' ');
  const known = new Set(before.findings.map(nameOf));
  return {
    gained: list(lists.gained),
    lost: list(lists.lost),
    removed: list(lists.removed),
    affectedDevices: new Set(Object.values(lists).flat().map(deviceOf)).size,
    findings: after.findings
      .map(nameOf)
      .filter((name) => !known.has(name))
      .sort(),
  };
}

/** The same of an impact as it is told. */
// biome-ignore lint/suspicious/noExplicitAny: an answer as it came
export function toldBy(impact: any): ReturnType<typeof difference> {
  // biome-ignore lint/suspicious/noExplicitAny: the same
  const list = ({ count, devices }: any) => ({ count, devices: devices.map((one: any) => one.deviceName).sort() });
  return {
    gained: list(impact.gained),
    lost: list(impact.lost),
    removed: list(impact.removed),
    affectedDevices: impact.affectedDevices,
    findings: impact.findings
      // biome-ignore lint/suspicious/noExplicitAny: the same
      .map((one: any) => [one.code, one.deviceConfigurationId, one.assignmentId ?? '', one.groupId ?? '', one.filterId ?? ''].join(' '))
      .sort(),
  };
}
