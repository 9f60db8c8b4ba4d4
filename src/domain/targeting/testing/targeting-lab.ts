/** A small fleet with assignments of several kinds, and callers with Intune roles. */
import { type Answer, type Lab, openLab } from '../../../../tests/support/in-process.js';

export const DC = '/deviceManagement/deviceConfigurations';
export const MD = '/deviceManagement/managedDevices';
export const GUEST = 'b0000000-0000-4000-8000-000000000001';

const id = (kind: number, n: number) => `${kind}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const policies = { wifi: id(1, 1), vpn: id(1, 2), kiosk: id(1, 3), ios: id(1, 4), unassigned: id(1, 5) } as const;
export const groups = { all: id(2, 1), emea: id(2, 2), berlin: id(2, 3), sales: id(2, 4), gone: id(2, 9) } as const;
export const devices = { pc1: id(3, 1), pc2: id(3, 2), phone: id(3, 3) } as const;
export const users = { adele: id(4, 1), bo: id(4, 2) } as const;
export const SURFACES = id(5, 1);
export const EMEA_TAG = '1';

/**
 * - pc1 (Windows, Adele's, tag EMEA) is in Berlin, which is in EMEA, which is in All; pc2 (Windows, nobody's) and phone (iOS, Bo's) in All
 * - Adele is in Sales
 * - wifi: All, applied by the filter Surfaces (pc1 alone); vpn: Sales, without Berlin's devices (no effect on Adele, a user);
 *   kiosk: all devices, without Berlin, tag EMEA; ios: All
 */
export async function openFleet(): Promise<Lab> {
  const lab = await openLab();
  const configuration = (key: keyof typeof policies, type: string, more: object = {}) =>
    lab.put('deviceManagement/deviceConfigurations', type, policies[key], { displayName: key, ...more });
  await configuration('wifi', 'windows10GeneralConfiguration');
  await configuration('vpn', 'windows10CustomConfiguration');
  await configuration('kiosk', 'windows10GeneralConfiguration', { roleScopeTagIds: [EMEA_TAG] });
  await configuration('ios', 'iosGeneralDeviceConfiguration');
  await configuration('unassigned', 'windows10GeneralConfiguration');
  for (const [name, group] of Object.entries(groups)) {
    const given = { displayName: name, mailNickname: name, mailEnabled: false, securityEnabled: true };
    if (name !== 'gone') await lab.put('groups', 'group', group, given);
  }
  await lab.put('users', 'user', users.adele, { displayName: 'Adele', userPrincipalName: 'adele@example.com' });
  await lab.put('users', 'user', users.bo, { displayName: 'Bo', userPrincipalName: 'bo@example.com' });
  const device = async (key: keyof typeof devices, given: object) => {
    const twin = devices[key].replace('3', '6');
    const deviceId = devices[key].replace('3', '7');
    await lab.put('devices', 'device', twin, { displayName: key, deviceId });
    await lab.put('deviceManagement/managedDevices', 'managedDevice', devices[key], {
      deviceName: key,
      azureADDeviceId: deviceId,
      lastSyncDateTime: '2026-02-01T00:00:00Z',
      roleScopeTagIds: ['0'],
      ...given,
    });
    return twin;
  };
  const surface = { operatingSystem: 'Windows', model: 'Surface Pro', roleScopeTagIds: [EMEA_TAG] };
  const pc1 = await device('pc1', { ...surface, userId: users.adele, userPrincipalName: 'adele@example.com', userDisplayName: 'Adele' });
  const pc2 = await device('pc2', { operatingSystem: 'Windows', model: 'Latitude' });
  const phone = await device('phone', { operatingSystem: 'iOS', model: 'iPhone', userId: users.bo, userPrincipalName: 'bo@example.com' });
  const member = (from: string, to: string, toSet: string) => lab.link({ kind: 'members', from, to, toSet });
  await member(groups.all, groups.emea, 'groups');
  await member(groups.emea, groups.berlin, 'groups');
  await member(groups.berlin, pc1, 'devices');
  await member(groups.all, pc2, 'devices');
  await member(groups.all, phone, 'devices');
  await member(groups.sales, users.adele, 'users');
  await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', SURFACES, {
    displayName: 'Surfaces',
    platform: 'windows10AndLater',
    rule: '(device.model -startsWith "Surface")',
    roleScopeTags: ['0'],
  });
  await assign(lab, 'wifi', [{ ...include(groups.all), ...filtered('include') }]);
  await assign(lab, 'vpn', [include(groups.sales), exclude(groups.berlin)]);
  await assign(lab, 'kiosk', [{ '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' }, exclude(groups.berlin)]);
  await assign(lab, 'ios', [include(groups.all)]);
  return lab;
}

const include = (groupId: string) => ({ '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId });
const exclude = (groupId: string) => ({ '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId });
const filtered = (mode: string) => ({
  deviceAndAppManagementAssignmentFilterId: SURFACES,
  deviceAndAppManagementAssignmentFilterType: mode,
});

export async function assign(lab: Lab, policy: keyof typeof policies, targets: readonly object[]): Promise<void> {
  const body = { assignments: targets.map((target) => ({ target })) };
  const { status, text } = await lab.call('POST', `${DC}/${policies[policy]}/assign`, body);
  if (status !== 200) throw new Error(text);
}

export const assignmentId = (policy: keyof typeof policies, target: string) => `${policies[policy]}_${target}`;

/** A signed-in user whose role allows these actions on objects of these scope tags. */
export async function openGuest(lab: Lab, actions: readonly string[], tags: readonly string[] = []) {
  await lab.put('users', 'user', GUEST, { displayName: 'Guest' });
  for (const tag of tags) await lab.put('deviceManagement/roleScopeTags', 'roleScopeTag', tag, { displayName: tag });
  const rolePermissions = [{ resourceActions: [{ allowedResourceActions: actions.map((action) => `Microsoft.Intune_${action}`) }] }];
  const role = await lab.call('POST', '/deviceManagement/roleDefinitions', { displayName: 'R', rolePermissions });
  const bind = (set: string, key: string) => `https://graph.microsoft.com/beta/deviceManagement/${set}('${key}')`;
  const given = await lab.call('POST', '/deviceManagement/roleAssignments', {
    '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleAssignment',
    displayName: 'A',
    members: [GUEST],
    'roleDefinition@odata.bind': bind('roleDefinitions', role.body.id),
    ...(tags.length === 0 ? {} : { 'roleScopeTags@odata.bind': tags.map((tag) => bind('roleScopeTags', tag)) }),
  });
  if (given.status !== 201) throw new Error(given.text);
  const authorization = 'Bearer guest DeviceManagementConfiguration.Read.All DeviceManagementManagedDevices.Read.All';
  return async (method: string, path: string, body?: unknown): Promise<Answer> => await lab.call(method, path, body, { authorization });
}
