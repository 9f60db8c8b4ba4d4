/** Small random tenants, and what can happen to them: every step as a change of the plain tenant. */
import * as fc from 'fast-check';
import type { ApplicabilityRule, Filter, Policy, PolicyAssignment, PolicyTarget } from '../../src/engine/targeting/policy.js';
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../src/kernel/ids.js';
import type { JsonObject } from '../../src/kernel/json.js';
import { emptyTenant, type NaiveGroup, type NaiveTenant } from './naive-targeting.js';

/** Undefined takes the thing away. A step that cannot be (a member of no group, an assignment of no policy) changes nothing. */
export type Step =
  | { readonly do: 'user'; readonly id: string; readonly to: JsonObject | undefined }
  | { readonly do: 'directoryDevice'; readonly id: string; readonly deviceId: string | undefined }
  | { readonly do: 'managedDevice'; readonly id: string; readonly to: JsonObject | undefined }
  | { readonly do: 'group'; readonly id: string; readonly to: { readonly rule: NaiveGroup['rule'] } | undefined }
  | { readonly do: 'member'; readonly group: string; readonly kind: MemberKind; readonly id: string; readonly in: boolean }
  | { readonly do: 'filter'; readonly id: string; readonly to: Omit<Filter, 'id'> | undefined }
  | { readonly do: 'filters'; readonly on: boolean }
  | { readonly do: 'policy'; readonly id: string; readonly to: Omit<Policy, 'id'> | undefined }
  | { readonly do: 'assignment'; readonly policy: string; readonly id: string; readonly to: Omit<PolicyAssignment, 'id'> | undefined }
  | { readonly do: 'collection'; readonly id: string; readonly device: string; readonly in: boolean };

type MemberKind = 'users' | 'devices' | 'groups';

const oneOf = (prefix: string, count: number) => fc.nat(count - 1).map((n) => `${prefix}${n}`);
const users = oneOf('u', 6);
const directoryDevices = oneOf('d', 6);
const managedDevices = oneOf('m', 10);
const groups = oneOf('g', 5);
const filters = oneOf('f', 3);
const policies = oneOf('p', 4);
const collections = oneOf('c', 2);

const INTUNE = { service: 'exchange', servicePlanId: 'c1ec4a95-1f05-45b3-a911-aa3fa01094f5', capabilityStatus: 'Enabled' };
const plans = fc.constantFrom<readonly JsonObject[]>(
  [INTUNE],
  [{ ...INTUNE, servicePlanId: 'b0000000-0000-4000-8000-000000000000', service: 'SCO' }],
  [{ ...INTUNE, capabilityStatus: 'Suspended' }],
  [],
);
const user = fc.record({ department: fc.constantFrom('Sales', 'IT', null), assignedPlans: plans });

const maybe = <T>(values: readonly T[]) => fc.constantFrom(...values, null);
const managedDevice = fc.record({
  deviceName: fc.constantFrom('PC-1', 'pc-2', 'phone', ''),
  operatingSystem: fc.constantFrom('Windows', 'Windows', 'Windows', 'iOS', 'macOS', 'Linux'),
  osVersion: maybe(['10.0.19045', '10.0.22000.1', '10.0.9', '17.2', 'n/a']),
  model: maybe(['Surface', 'iPhone']),
  skuNumber: fc.constantFrom(4, 48, 7),
  managedDeviceOwnerType: fc.constantFrom('company', 'personal'),
  userId: fc.oneof({ weight: 8, arbitrary: users }, { weight: 1, arbitrary: fc.constantFrom(null, 'nobody') }),
  azureADDeviceId: fc.oneof(
    { weight: 6, arbitrary: fc.nat(5).map((n) => `n${n}`) },
    { weight: 1, arbitrary: fc.nat(5).map((n) => `N${n}`) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
});

const membershipRules = [
  'user.department -eq "Sales"',
  'user.department -ne "IT"',
  'device.deviceId -startsWith "n1"',
  'user.memberof -any (group.objectId -in ["g0"])',
  'nonsense',
];
// A rule about the members of g0 never fills g0 itself.
const groupStep: fc.Arbitrary<Step> = groups.chain((id) => {
  const texts = membershipRules.filter((text) => id !== 'g0' || !text.includes('g0'));
  const rule = fc.option(fc.record({ text: fc.constantFrom(...texts), on: fc.boolean() }), { nil: undefined, freq: 3 });
  return fc.record({ do: fc.constant('group' as const), id: fc.constant(id), to: gone(fc.record({ rule })) });
});

const filterRules = [
  '(device.model -eq "Surface")',
  '(device.model -ne "Surface")',
  '(device.deviceName -startsWith "pc")',
  '(device.deviceName -startsWith "pc") and (device.deviceOwnership -eq "Corporate")',
  '(device.osVersion -eq $null)',
  '(device.operatingSystemVersion -ge 10.0.22000)',
  '(device.operatingSystemSKU -eq "Enterprise")',
  'nonsense',
];
const filter = fc.record({
  platform: fc.constantFrom('windows10AndLater', 'windows10AndLater', 'iOS'),
  rule: fc.constantFrom(...filterRules),
});

const versionEnd = maybe(['10.0.19045', '10.0.22000', '17', '']);
const rule: fc.Arbitrary<ApplicabilityRule> = fc.oneof(
  fc.record({
    kind: fc.constant('edition' as const),
    include: fc.boolean(),
    skus: fc.constantFrom<ReadonlySet<string>>(new Set(['enterprise']), new Set(['professional', 'enterprise']), new Set()),
  }),
  fc.record({ kind: fc.constant('version' as const), include: fc.boolean(), min: versionEnd, max: versionEnd }),
  fc.record({ kind: fc.constant('mode' as const), include: fc.boolean(), sMode: fc.boolean() }),
);
const policy = fc.record({
  platforms: fc.constantFrom<ReadonlySet<string> | undefined>(
    undefined,
    new Set(['windows10AndLater']),
    new Set(['windows10AndLater']),
    new Set(['iOS']),
    new Set(['windows10AndLater', 'macOS']),
    new Set(),
  ),
  rules: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(rule, { maxLength: 2 }) }),
});

const anyGroup = fc.oneof(
  { weight: 12, arbitrary: groups },
  { weight: 3, arbitrary: fc.constantFrom('never there', ALL_DEVICES_GROUP, ALL_USERS_GROUP) },
);
const target: fc.Arbitrary<PolicyTarget> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('group' as const), groupId: anyGroup, excluded: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'allDevices' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'allUsers' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('collection' as const), collectionId: collections }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('scopeTag' as const),
      side: fc.constantFrom('user' as const, 'device' as const, 'both' as const),
      objectId: fc.oneof(groups, users, directoryDevices),
    }),
  },
);
const assignment = fc.record({
  target,
  intent: fc.constantFrom('apply' as const, 'apply' as const, 'apply' as const, 'remove' as const),
  filter: fc.option(fc.record({ id: filters, mode: fc.constantFrom('include' as const, 'exclude' as const) }), { nil: undefined, freq: 3 }),
});

/** Now and then undefined. */
function gone<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 7 });
}

const member = fc.oneof(
  fc.record({ kind: fc.constant('users' as const), id: users }),
  fc.record({ kind: fc.constant('devices' as const), id: directoryDevices }),
  fc.record({ kind: fc.constant('groups' as const), id: groups }),
);
const isIn = fc.constantFrom(true, true, true, false);

const stepArbitraries: Readonly<Record<Step['do'], readonly [weight: number, arbitrary: fc.Arbitrary<Step>]>> = {
  user: [5, fc.record({ do: fc.constant('user' as const), id: users, to: gone(user) })],
  directoryDevice: [
    5,
    fc.record({ do: fc.constant('directoryDevice' as const), id: directoryDevices, deviceId: gone(fc.nat(5).map((n) => `n${n}`)) }),
  ],
  managedDevice: [9, fc.record({ do: fc.constant('managedDevice' as const), id: managedDevices, to: gone(managedDevice) })],
  group: [5, groupStep],
  member: [
    18,
    fc
      .record({ group: groups, member, in: isIn })
      .map(({ group, member: { kind, id }, in: inside }) => ({ do: 'member' as const, group, kind, id, in: inside })),
  ],
  filter: [3, fc.record({ do: fc.constant('filter' as const), id: filters, to: gone(filter) })],
  filters: [1, fc.record({ do: fc.constant('filters' as const), on: isIn })],
  policy: [4, fc.record({ do: fc.constant('policy' as const), id: policies, to: gone(policy) })],
  assignment: [12, fc.record({ do: fc.constant('assignment' as const), policy: policies, id: oneOf('a', 6), to: gone(assignment) })],
  collection: [2, fc.record({ do: fc.constant('collection' as const), id: collections, device: managedDevices, in: isIn })],
};

export const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  ...Object.values(stepArbitraries).map(([weight, arbitrary]) => ({ weight, arbitrary })),
);

/** What happens to an empty tenant until there is something in it: what others need first. */
const beginnings: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    ...(['user', 'directoryDevice', 'managedDevice', 'group', 'filter', 'policy', 'collection', 'member', 'assignment'] as const).map(
      (kind) => {
        const [weight, arbitrary] = stepArbitraries[kind];
        return fc.array(arbitrary, { minLength: weight, maxLength: 3 * weight, size: 'max' });
      },
    ),
  )
  .map((phases) => phases.flat());

export const arbitraryTenant: fc.Arbitrary<NaiveTenant> = beginnings.map((steps) => steps.reduce(afterStep, emptyTenant));

/** The tenant after a step. Whatever names an object that goes is taken away with it, as the domain does; targets and filters of assignments stay. */
export function afterStep(tenant: NaiveTenant, step: Step): NaiveTenant {
  switch (step.do) {
    case 'user':
      return {
        ...put(tenant, 'users', step.id, step.to),
        ...(step.to === undefined ? { groups: withoutMember(tenant, 'users', step.id) } : {}),
      };
    case 'directoryDevice': {
      if (step.deviceId === undefined) {
        return { ...put(tenant, 'directoryDevices', step.id, undefined), groups: withoutMember(tenant, 'devices', step.id) };
      }
      // A deviceId is one directory device's.
      for (const [id, device] of tenant.directoryDevices) if (device.deviceId === step.deviceId && id !== step.id) return tenant;
      return put(tenant, 'directoryDevices', step.id, { deviceId: step.deviceId });
    }
    case 'managedDevice': {
      const collectionsLeft = new Map([...tenant.collections].map(([id, members]) => [id, without(members, step.id)]));
      const to = step.to === undefined ? undefined : { ...step.to, id: step.id, userPrincipalName: `${step.id}@example.com` };
      return { ...put(tenant, 'managedDevices', step.id, to), ...(to === undefined ? { collections: collectionsLeft } : {}) };
    }
    case 'group': {
      if (step.to === undefined) {
        const left = new Map(withoutMember(tenant, 'groups', step.id));
        left.delete(step.id);
        return { ...tenant, groups: left };
      }
      const known = tenant.groups.get(step.id) ?? { users: new Set(), devices: new Set(), groups: new Set() };
      return put(tenant, 'groups', step.id, { ...known, rule: step.to.rule });
    }
    case 'member': {
      const group = tenant.groups.get(step.group);
      const objects = { users: tenant.users, devices: tenant.directoryDevices, groups: tenant.groups }[step.kind];
      if (group === undefined || !objects.has(step.id) || (step.kind === 'groups' && step.id === step.group)) return tenant;
      const members = step.in ? new Set([...group[step.kind], step.id]) : without(group[step.kind], step.id);
      return put(tenant, 'groups', step.group, { ...group, [step.kind]: members });
    }
    case 'filter':
      return put(tenant, 'filters', step.id, step.to === undefined ? undefined : { ...step.to, id: step.id });
    case 'filters':
      return { ...tenant, filtersEnabled: step.on };
    case 'policy': {
      const assignments = new Map(tenant.assignments);
      if (step.to === undefined) assignments.delete(step.id);
      return { ...put(tenant, 'policies', step.id, step.to === undefined ? undefined : { ...step.to, id: step.id }), assignments };
    }
    case 'assignment': {
      if (!tenant.policies.has(step.policy)) return tenant;
      const assignments = new Map(tenant.assignments.get(step.policy));
      const id = `${step.policy}_${step.id}`;
      if (step.to === undefined) assignments.delete(id);
      else assignments.set(id, { ...step.to, id });
      return put(tenant, 'assignments', step.policy, assignments);
    }
    case 'collection': {
      if (!tenant.managedDevices.has(step.device)) return tenant;
      const members = tenant.collections.get(step.id) ?? new Set<string>();
      return put(tenant, 'collections', step.id, step.in ? new Set([...members, step.device]) : without(members, step.device));
    }
  }
}

type Maps = Omit<NaiveTenant, 'filtersEnabled'>;

function put<K extends keyof Maps>(
  tenant: NaiveTenant,
  name: K,
  id: string,
  value: Maps[K] extends ReadonlyMap<string, infer V> ? V | undefined : never,
): NaiveTenant {
  const entries = new Map<string, unknown>(tenant[name]);
  if (value === undefined) entries.delete(id);
  else entries.set(id, value);
  return { ...tenant, [name]: entries };
}

function withoutMember(tenant: NaiveTenant, kind: MemberKind, id: string): ReadonlyMap<string, NaiveGroup> {
  return new Map([...tenant.groups].map(([groupId, group]) => [groupId, { ...group, [kind]: without(group[kind], id) }]));
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids].filter((each) => each !== id));
}
