/** The demo company's groups: places nested four deep, departments, rings, pilots, exclusions; some of them dynamic, with members that fit the rule. */
import type { JsonObject } from '../../../kernel/json.js';
import { sets } from '../organization.js';
import { namedGuid } from '../random.js';
import { daysAgo, type SeedWriter } from '../seed-writer.js';
import { countries, departments, offices, regions } from './company.js';
import { type DemoDevice, windowsRings } from './devices.js';
import type { Person } from './people.js';

type MemberSet = typeof sets.users | typeof sets.devices | typeof sets.groups;

interface Member {
  readonly id: string;
  readonly set: MemberSet;
}

interface DemoGroup {
  readonly name: string;
  readonly description: string;
  /** A dynamic group's membership rule. */
  readonly rule?: string;
  /** A Microsoft 365 group: mail and a team besides security. */
  readonly unified?: boolean;
  readonly members: readonly Member[];
  readonly owners?: readonly Person[];
}

export function groupId(name: string): string {
  return namedGuid(`demo/group/${name}`);
}

const asUsers = (people: readonly Person[]): Member[] => people.map(({ id }) => ({ id, set: sets.users }));
const asDevices = (devices: readonly DemoDevice[]): Member[] => devices.map((device) => ({ id: device.directoryId, set: sets.devices }));
const asGroups = (names: readonly string[]): Member[] => names.map((name) => ({ id: groupId(name), set: sets.groups }));

const officeGroup = (city: string) => `Office ${city}`;
const countryGroup = (country: string) => `Country ${country}`;
const regionGroup = (region: string) => `Region ${region}`;
export const departmentGroup = (name: string) => `Department ${name}`;
export const ringGroup = (ring: string) => `Windows ring ${ring}`;

function placeGroups(people: readonly Person[]): DemoGroup[] {
  const staff = people.filter((person) => !person.guest);
  return [
    { name: 'All locations', description: 'Everybody, by region, country and office', members: asGroups(regions.map(regionGroup)) },
    ...regions.map((region) => {
      const inside = [...new Set(offices.filter((at) => at.region === region).map((at) => at.country))];
      return { name: regionGroup(region), description: `Staff in ${region}`, members: asGroups(inside.map(countryGroup)) };
    }),
    ...countries.map((country) => {
      const inside = offices.filter((at) => at.country === country).map((at) => officeGroup(at.city));
      return { name: countryGroup(country), description: `Staff in ${country}`, members: asGroups(inside) };
    }),
    ...offices.map((at) => ({
      name: officeGroup(at.city),
      description: `Staff of the office in ${at.city} (${at.code})`,
      members: asUsers(staff.filter((person) => person.office === at)),
    })),
  ];
}

function dynamicUserGroups(people: readonly Person[]): DemoGroup[] {
  const dynamic = (name: string, description: string, rule: string, fits: (person: Person) => boolean): DemoGroup => ({
    name,
    description,
    rule,
    members: asUsers(people.filter(fits)),
  });
  const frontline = departments.filter((one) => one.frontline).map((one) => `"${one.name}"`);
  return [
    ...departments.map((one) =>
      dynamic(
        departmentGroup(one.name),
        `Everybody in ${one.name}`,
        `(user.department -eq "${one.name}")`,
        (person) => !person.guest && person.department === one,
      ),
    ),
    dynamic(
      'Intune licensed users',
      'Holders of an enabled Intune service plan',
      '(user.assignedPlans -any (assignedPlan.servicePlanId -eq "c1ec4a95-1f05-45b3-a911-aa3fa01094f5" -and assignedPlan.capabilityStatus -eq "Enabled"))',
      (person) => person.licensed,
    ),
    dynamic('Guests', 'Invited partners', '(user.userType -eq "Guest")', (person) => person.guest),
    dynamic(
      'Managers in Germany',
      'Line managers, for works-council notices',
      '(user.country -eq "Germany") -and (user.jobTitle -contains "Manager")',
      (person) => !person.guest && person.office.country === 'Germany' && person.jobTitle.includes('Manager'),
    ),
    dynamic(
      'Frontline staff',
      'Paid by the hour: shop floor and warehouse',
      `(user.department -in [${frontline.join(', ')}]) -and (user.accountEnabled -eq true)`,
      (person) => !person.guest && person.department.frontline && person.enabled,
    ),
  ];
}

function dynamicDeviceGroups(devices: readonly DemoDevice[]): DemoGroup[] {
  const dynamic = (name: string, description: string, rule: string, fits: (device: DemoDevice) => boolean): DemoGroup => ({
    name,
    description,
    rule,
    members: asDevices(devices.filter(fits)),
  });
  const windows = (device: DemoDevice) => device.kind === 'windows';
  return [
    dynamic('Windows devices', 'Every Windows device', '(device.deviceOSType -eq "Windows")', windows),
    dynamic(
      'Windows 11 devices',
      'Windows devices on version 11',
      '(device.deviceOSType -eq "Windows") -and (device.deviceOSVersion -startsWith "10.0.2")',
      (device) => windows(device) && device.os.version.startsWith('10.0.2'),
    ),
    dynamic(
      'Windows Autopilot devices',
      'Registered with Windows Autopilot',
      '(device.devicePhysicalIds -any (_ -startsWith "[ZTDId]"))',
      (device) => device.autopilot,
    ),
    dynamic(
      'Windows hybrid joined devices',
      'Joined to the domain and to the directory',
      '(device.deviceTrustType -eq "ServerAD")',
      (device) => device.joinType === 'hybridAzureADJoined',
    ),
    dynamic('iPhones', 'Every iPhone', '(device.deviceOSType -eq "iPhone")', (device) => device.kind === 'iPhone'),
    dynamic('iPads', 'Every iPad', '(device.deviceOSType -eq "iPad")', (device) => device.kind === 'iPad'),
    dynamic('Macs', 'Every Mac', '(device.deviceOSType -eq "MacMDM")', (device) => device.kind === 'mac'),
    dynamic(
      'Android corporate devices',
      'Fully managed, and corporate with a work profile',
      '(device.deviceOSType -eq "AndroidEnterprise")',
      (device) => device.kind === 'androidFullyManaged' || device.kind === 'androidCorporateWorkProfile',
    ),
    dynamic(
      'Android work profile devices',
      'Personal phones with a work profile',
      '(device.deviceOSType -eq "AndroidForWork")',
      (device) => device.kind === 'androidWorkProfile',
    ),
    dynamic('Personal devices', 'Owned by the staff', '(device.deviceOwnership -eq "Personal")', (device) => !device.company),
    dynamic('Kiosk devices', 'Single-purpose devices', '(device.deviceCategory -eq "Kiosk")', (device) => device.category === 'Kiosk'),
    dynamic(
      'Warehouse devices',
      'Scanners, tablets and stations',
      '(device.deviceCategory -eq "Warehouse")',
      (device) => device.category === 'Warehouse',
    ),
  ];
}

/** Update rings: every company Windows device is in exactly one, directly. */
function ringGroups(devices: readonly DemoDevice[]): DemoGroup[] {
  return [
    { name: 'Windows rings', description: 'All update rings', members: asGroups(windowsRings.map(ringGroup)) },
    ...windowsRings.map((ring) => ({
      name: ringGroup(ring),
      description: `Company Windows devices of the ring ${ring}`,
      members: asDevices(devices.filter((device) => device.ring === ring)),
    })),
  ];
}

function assignedGroups(people: readonly Person[], devices: readonly DemoDevice[]): DemoGroup[] {
  const named = (nickname: string) => people.filter((person) => person.userPrincipalName.startsWith(`${nickname}@`));
  const it = people.filter((person) => !person.guest && person.department.name === 'IT');
  const executives = people.filter((person) => person.jobTitle === person.department.head);
  const pilots = people.filter((person) => person.licensed && person.index % 23 === 5);
  const pilotDevices = devices.filter((device) => device.company && device.kind !== 'windows' && device.index % 29 === 3);
  const project = people.filter((person) => !person.guest && person.index % 41 === 7);
  return [
    { name: 'Pilot users', description: 'First to get new policies', members: asUsers(pilots) },
    { name: 'Pilot devices', description: 'Phones, tablets and Macs for trials', members: asDevices(pilotDevices) },
    {
      name: 'Pilot',
      description: 'Users, their trial devices and the Windows pilot ring in one',
      members: [...asUsers(it.slice(0, 6)), ...asDevices(pilotDevices.slice(0, 10)), ...asGroups(['Pilot users', ringGroup('Pilot')])],
    },
    { name: 'Executives', description: 'The management board', members: asUsers(executives) },
    {
      name: 'Help desk',
      description: 'First-level support',
      members: asUsers([...named('helpdesk'), ...it.filter((person) => person.jobTitle === 'Support Specialist' && person.index > 3)]),
      owners: named('intune.admin'),
    },
    {
      name: 'Endpoint engineering',
      description: 'Owners of device policies',
      members: asUsers([...named('intune.admin'), ...it.filter((person) => person.jobTitle === 'Endpoint Engineer' && person.index > 3)]),
      owners: named('intune.admin'),
    },
    { name: 'Exclude break-glass accounts', description: 'Emergency access, never managed', members: asUsers(named('admin')) },
    {
      name: 'Exclude lab devices',
      description: 'Test benches that no production policy may touch',
      members: asDevices(devices.filter((device) => device.category === 'Lab')),
    },
    {
      name: 'Exclude executives',
      description: 'The management board, where a policy must wait for its consent',
      members: asGroups(['Executives']),
    },
    {
      name: 'Exclude scan stations',
      description: 'Warehouse and kiosk devices',
      members: asGroups(['Warehouse devices', 'Kiosk devices']),
    },
    {
      name: 'Project Northwind',
      description: 'Merger with Northwind Traders',
      unified: true,
      members: asUsers([...project, ...people.filter((person) => person.guest).slice(0, 12)]),
      owners: project.slice(0, 2),
    },
  ];
}

/** Departments of an office, each with its own printers: the largest. */
function teamGroups(people: readonly Person[]): DemoGroup[] {
  const teams = new Map<string, Person[]>();
  for (const person of people) {
    if (person.guest) continue;
    const name = `Team ${person.office.city} ${person.department.name}`;
    const known = teams.get(name);
    if (known === undefined) teams.set(name, [person]);
    else known.push(person);
  }
  return [...teams]
    .sort(([a, staff], [b, others]) => others.length - staff.length || (a < b ? -1 : 1))
    .slice(0, TEAMS)
    .map(([name, staff]) => ({ name, description: 'One department in one office', members: asUsers(staff) }));
}

const TEAMS = 100;

export function teamNames(people: readonly Person[]): readonly string[] {
  return teamGroups(people).map(({ name }) => name);
}

export function demoGroups(people: readonly Person[], devices: readonly DemoDevice[]): readonly DemoGroup[] {
  return [
    ...placeGroups(people),
    ...dynamicUserGroups(people),
    ...dynamicDeviceGroups(devices),
    ...ringGroups(devices),
    ...assignedGroups(people, devices),
    ...teamGroups(people),
  ];
}

export function writeGroups(writer: SeedWriter, groups: readonly DemoGroup[]): void {
  for (const group of groups) writer.put(sets.groups, 'group', groupMembers(writer, group));
  for (const group of groups) {
    const id = groupId(group.name);
    for (const member of group.members) writer.link('members', id, member.id, member.set);
    for (const owner of group.owners ?? []) writer.link('owners', id, owner.id, sets.users);
  }
}

function groupMembers(writer: SeedWriter, group: DemoGroup): JsonObject & { readonly id: string } {
  const nickname = group.name.normalize('NFD').replace(/[^A-Za-z0-9]/g, '');
  const created = daysAgo(writer.tenant.now, 700 - (group.name.length % 30) * 11);
  return {
    id: groupId(group.name),
    createdDateTime: created,
    renewedDateTime: created,
    displayName: group.name,
    description: group.description,
    groupTypes: [...(group.unified ? ['Unified'] : []), ...(group.rule === undefined ? [] : ['DynamicMembership'])],
    mailEnabled: group.unified === true,
    mail: group.unified ? `${nickname}@${writer.tenant.domain}` : null,
    mailNickname: nickname,
    proxyAddresses: group.unified ? [`SMTP:${nickname}@${writer.tenant.domain}`] : [],
    securityEnabled: true,
    visibility: group.unified ? 'Private' : null,
    membershipRule: group.rule ?? null,
    membershipRuleProcessingState: group.rule === undefined ? null : 'On',
  };
}
