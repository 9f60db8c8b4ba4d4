import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../kernel/json.js';
import { seedTenant } from '../index.js';
import { includesIntune, licences } from '../licences.js';
import { fitsRule } from '../testing/fits-rule.js';
import { beta, readSeed } from '../testing/read-seed.js';

const demo = readSeed(seedTenant('demo', { schema: beta }));
const jsonOf = (set: string): JsonObject[] => [...demo.of(set).values()].map(({ json }) => json);

const users = jsonOf('users');
const groups = jsonOf('groups');
const directoryDevices = jsonOf('devices');
const managedDevices = jsonOf('deviceManagement/managedDevices');
const configurations = [...demo.of('deviceManagement/deviceConfigurations').values()];
const assignments = demo.entities
  .filter(({ key }) => key.set === 'deviceManagement/deviceConfigurations/assignments')
  .map(({ json }) => json);

const groupNamed = (name: string) => groups.find((group) => group.displayName === name)!;
const countBy = (items: readonly JsonObject[], property: string) => {
  const counts: Record<string, number> = {};
  for (const item of items) counts[String(item[property])] = (counts[String(item[property])] ?? 0) + 1;
  return counts;
};

describe('the size of the demo tenant', () => {
  it.each([
    ['users', users.length, 800],
    ['groups', groups.length, 60],
    ['managed devices', managedDevices.length, 2400],
    ['directory devices', directoryDevices.length, 2400],
    ['configurations', configurations.length, 40],
    ['configuration types', new Set(configurations.map(({ type }) => type)).size, 20],
    ['assignments', assignments.length, 60],
    ['filters', jsonOf('deviceManagement/assignmentFilters').length, 12],
    ['filter platforms', Object.keys(countBy(jsonOf('deviceManagement/assignmentFilters'), 'platform')).length, 5],
    ['scope tags', jsonOf('deviceManagement/roleScopeTags').length, 3],
    ['role definitions', jsonOf('deviceManagement/roleDefinitions').length, 2],
    ['policy sets', jsonOf('deviceAppManagement/policySets').length, 2],
  ])('has enough %s', (_what, count, least) => {
    expect(count).toBeGreaterThanOrEqual(least);
  });

  it('is no heavier than 25 MB', () => {
    const size = demo.entities.reduce((sum, { json }) => sum + JSON.stringify(json).length, 0);
    expect(size).toBeLessThan(25_000_000);
  });

  it('manages every platform', () => {
    expect(countBy(managedDevices, 'operatingSystem')).toEqual({ Windows: 1440, iOS: 380, iPadOS: 140, macOS: 190, Android: 250 });
    expect(Object.keys(countBy(managedDevices, 'deviceEnrollmentType'))).toEqual(
      expect.arrayContaining([
        'androidEnterpriseFullyManaged',
        'androidAOSPUserlessDeviceEnrollment',
        'windowsCoManagement',
        'appleBulkWithoutUser',
      ]),
    );
  });
});

describe('devices', () => {
  it('each have one directory device, alike in what both say', () => {
    const byDeviceId = new Map(directoryDevices.map((device) => [device.deviceId, device]));
    expect(byDeviceId.size).toBe(managedDevices.length);
    for (const managed of managedDevices) {
      const device = byDeviceId.get(managed.azureADDeviceId)!;
      expect(device.displayName).toBe(managed.deviceName);
      expect(device.model).toBe(managed.model);
      expect(device.operatingSystemVersion).toBe(managed.osVersion);
      expect(device.deviceOwnership).toBe(managed.managedDeviceOwnerType === 'company' ? 'Company' : 'Personal');
      expect(device.trustType).toBe(
        { azureADJoined: 'AzureAd', azureADRegistered: 'Workplace', hybridAzureADJoined: 'ServerAd' }[String(managed.joinType)],
      );
      expect(device.deviceCategory ?? '').toBe(managed.deviceCategoryDisplayName);
    }
  });

  it('belong to users who exist and are licensed, but for shared ones', () => {
    const licensed = new Set(
      users.filter((user) => fitsRule('(user.assignedPlans -any (assignedPlan.service -eq "SCO"))', user)).map(({ id }) => id),
    );
    const owned = managedDevices.filter(({ userId }) => userId !== '');
    expect(owned.every(({ userId }) => licensed.has(String(userId)))).toBe(true);
    expect(owned.length / managedDevices.length).toBeGreaterThan(0.8);
    expect(managedDevices.length - owned.length).toBeGreaterThan(100);
  });

  it('give everybody at a desk a Windows device before a second one', () => {
    const counts = Object.values(
      countBy(
        managedDevices.filter((device) => device.operatingSystem === 'Windows' && device.userId !== ''),
        'userId',
      ),
    );
    expect(counts.length).toBeGreaterThan(500);
    expect(Math.max(...counts)).toBeLessThanOrEqual(3);
  });

  it('point at the category they show', () => {
    for (const { id, deviceCategoryDisplayName } of managedDevices) {
      const [link] = demo.from('deviceCategory', String(id));
      const shown = link === undefined ? '' : demo.of('deviceManagement/deviceCategories').get(link.to)?.json.displayName;
      expect(shown).toBe(deviceCategoryDisplayName);
    }
  });

  it('have serial numbers of their own and categories that exist', () => {
    expect(new Set(managedDevices.map(({ serialNumber }) => serialNumber)).size).toBe(managedDevices.length);
    const known = new Set(['', ...jsonOf('deviceManagement/deviceCategories').map(({ displayName }) => displayName)]);
    expect(managedDevices.every(({ deviceCategoryDisplayName }) => known.has(deviceCategoryDisplayName!))).toBe(true);
  });
});

describe('users', () => {
  it('have names of their own', () => {
    expect(new Set(users.map(({ userPrincipalName }) => String(userPrincipalName).toLowerCase())).size).toBe(users.length);
  });

  it('have managers without a cycle', () => {
    for (const { id } of users) {
      const seen = new Set<string>();
      for (let at: string | undefined = String(id); at !== undefined; at = demo.from('manager', at)[0]?.to) {
        expect(seen.has(at)).toBe(false);
        seen.add(at);
      }
      expect(demo.from('manager', String(id)).length).toBeLessThanOrEqual(1);
    }
  });

  it('mostly hold Intune; some hold less, some are guests', () => {
    const withIntune = users.filter((user) => fitsRule('(user.assignedPlans -any (assignedPlan.service -eq "SCO"))', user));
    expect(withIntune.length).toBeGreaterThan(650);
    expect(withIntune.length).toBeLessThan(790);
    expect(countBy(users, 'userType')).toEqual({ Member: 776, Guest: 24 });
    expect(includesIntune('e1')).toBe(false);
  });

  it('consume the licences that were bought', () => {
    for (const sku of jsonOf('subscribedSkus')) {
      const holders = users.filter((user) => (user.assignedLicenses as readonly JsonObject[]).some(({ skuId }) => skuId === sku.skuId));
      expect(sku.consumedUnits).toBe(holders.length);
      expect((sku.prepaidUnits as JsonObject).enabled as number).toBeGreaterThanOrEqual(holders.length);
    }
    expect(jsonOf('subscribedSkus').map(({ skuId }) => skuId)).toContain(licences.e5.skuId);
  });

  it.each([
    ['admin', ['62e90394-69f5-4237-9190-012177145e10']],
    ['intune.admin', ['3a2c62db-5318-420d-8d74-23affee5d9d5']],
    ['helpdesk', []],
    ['someone', []],
  ])('include %s with its directory roles', (nickname, roles) => {
    const user = users.find(({ userPrincipalName }) => userPrincipalName === `${nickname}@fabrikam-demo.example`)!;
    expect(demo.from('directoryRoles', String(user.id)).map(({ to }) => to)).toEqual(roles);
  });
});

describe('groups', () => {
  const dynamic = groups.filter(({ membershipRule }) => membershipRule !== null);

  it.each(dynamic.map((group) => [String(group.displayName), group] as const))(
    '%s: members fit the rule, and nobody else does',
    (_name, group) => {
      const rule = String(group.membershipRule);
      const candidates = rule.includes('user.') ? users : directoryDevices;
      const fitting = candidates.filter((entity) => fitsRule(rule, entity)).map(({ id }) => String(id));
      expect(fitting.length).toBeGreaterThan(0);
      expect(new Set(demo.from('members', String(group.id)).map(({ to }) => to))).toEqual(new Set(fitting));
      expect(group.groupTypes).toContain('DynamicMembership');
      expect(group.membershipRuleProcessingState).toBe('On');
    },
  );

  it('nest four deep, down to users', () => {
    const depth = (id: string): number =>
      1 +
      Math.max(
        0,
        ...demo
          .from('members', id)
          .filter(({ toSet }) => toSet === 'groups')
          .map(({ to }) => depth(to)),
      );
    expect(depth(String(groupNamed('All locations').id))).toBe(4);
  });

  it('reach every member of staff from the top of the places', () => {
    const reach = (id: string): string[] => demo.from('members', id).flatMap(({ to, toSet }) => (toSet === 'groups' ? reach(to) : [to]));
    expect(new Set(reach(String(groupNamed('All locations').id))).size).toBe(776);
  });

  it('mix users, devices and groups in one, are one of Microsoft 365, and never empty', () => {
    expect(new Set(demo.from('members', String(groupNamed('Pilot').id)).map(({ toSet }) => toSet))).toEqual(
      new Set(['users', 'devices', 'groups']),
    );
    expect(groups.filter(({ groupTypes }) => (groupTypes as readonly string[]).includes('Unified'))).toHaveLength(1);
    expect(groups.filter(({ id }) => demo.from('members', String(id)).length === 0)).toEqual([]);
  });

  it('hold every company Windows device in exactly one ring', () => {
    const rings = demo
      .from('members', String(groupNamed('Windows rings').id))
      .flatMap(({ to }) => demo.from('members', to).map((link) => link.to));
    expect(new Set(rings).size).toBe(rings.length);
    expect(rings.length).toBe(
      managedDevices.filter((device) => device.operatingSystem === 'Windows' && device.ownerType === 'company').length,
    );
  });
});

describe('assignments', () => {
  const targets = assignments.map(({ target }) => target as JsonObject);

  it('are of every kind', () => {
    expect(Object.keys(countBy(targets, '@odata.type')).sort()).toEqual([
      '#microsoft.graph.allDevicesAssignmentTarget',
      '#microsoft.graph.allLicensedUsersAssignmentTarget',
      '#microsoft.graph.configurationManagerCollectionAssignmentTarget',
      '#microsoft.graph.exclusionGroupAssignmentTarget',
      '#microsoft.graph.groupAssignmentTarget',
      '#microsoft.graph.scopeTagGroupAssignmentTarget',
    ]);
    expect(Object.keys(countBy(assignments, 'intent')).sort()).toEqual(['apply', 'remove']);
    expect(Object.keys(countBy(assignments, 'source')).sort()).toEqual(['direct', 'policySets']);
    expect(Object.keys(countBy(targets, 'deviceAndAppManagementAssignmentFilterType')).sort()).toEqual(['exclude', 'include', 'none']);
  });

  it('are on every configuration', () => {
    const assigned = new Set(demo.entities.filter(({ key }) => key.set.endsWith('/assignments')).map(({ key }) => key.parent));
    expect(configurations.filter(({ key }) => !assigned.has(key.id)).map(({ json }) => json.displayName)).toEqual([]);
  });

  it('come from a policy set for each of its items', () => {
    for (const { key, json } of demo.entities.filter(({ key }) => key.set === 'deviceAppManagement/policySets/items')) {
      const laid = demo.entities.filter(
        ({ key: at, json: assignment }) =>
          at.parent === json.payloadId && assignment.source === 'policySets' && assignment.sourceId === key.parent,
      );
      expect(laid).toHaveLength(1);
    }
  });
});

/** The steps of each documented path between the configuration and its assignments. */
const paths: readonly (readonly [path: string, type: string | undefined, steps: readonly string[]])[] = [
  ['assignments', undefined, []],
  ['rootCertificate', undefined, ['rootCertificate']],
  ['identityCertificate', undefined, ['identityCertificate']],
  ['identityCertificate/rootCertificate', undefined, ['identityCertificate', 'rootCertificate']],
  ['iosScepCertificateProfile/rootCertificate', 'iosScepCertificateProfile', ['rootCertificate']],
  ['windowsPhone81VpnConfiguration/identityCertificate', 'windowsPhone81VpnConfiguration', ['identityCertificate']],
  ['macOSWired/rootCertificateForServerValidation', 'macOSWiredNetworkConfiguration', ['rootCertificateForServerValidation']],
  [
    'macOSWired/identityCertificateForClientAuthentication',
    'macOSWiredNetworkConfiguration',
    ['identityCertificateForClientAuthentication'],
  ],
  ['windowsWifiEAP/identityCertificate…', 'windowsWifiEnterpriseEAPConfiguration', ['identityCertificateForClientAuthentication']],
  ['windowsWifiEAP/rootCertificates…', 'windowsWifiEnterpriseEAPConfiguration', ['rootCertificatesForServerValidation']],
];

describe('the documented paths', () => {
  it.each(paths)('%s leads from some configuration to an assignment', (_path, type, steps) => {
    const assigned = new Set(
      demo.entities.filter(({ key }) => key.set === 'deviceManagement/deviceConfigurations/assignments').map(({ key }) => key.parent),
    );
    let reached = configurations.filter((one) => type === undefined || one.type === type).map(({ key }) => key.id);
    for (const step of steps) reached = reached.flatMap((id) => demo.from(step, id).map(({ to }) => to));
    expect(reached.some((id) => assigned.has(id))).toBe(true);
  });
});

describe('secrets', () => {
  it('are masked in the configuration and kept apart, out of the change records', () => {
    const secrets = demo.of('muster/omaSecrets');
    const settings = configurations.flatMap(({ key, json }) =>
      ((json.omaSettings ?? []) as readonly JsonObject[])
        .filter(({ isEncrypted }) => isEncrypted)
        .map((setting) => [key.id, setting] as const),
    );
    expect(settings.length).toBeGreaterThan(0);
    expect(secrets.size).toBe(settings.length);
    for (const [configurationId, setting] of settings) {
      const secret = secrets.get(String(setting.secretReferenceValueId))!;
      expect(setting.value).toBe('****');
      expect(secret.key.parent).toBe(configurationId);
      expect(secret.recorded).toBe(false);
      expect(String(secret.json.value).length).toBeGreaterThan(8);
      expect(String(setting.secretReferenceValueId).split('_')[1]).toBe(configurationId);
    }
  });
});
