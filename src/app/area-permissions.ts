import type { Surface } from '../model/surface.js';

/** Permissions of the area that no operation of the surface names yet (graph-api spec 6.3). */
const ALWAYS: readonly string[] = [
  'DeviceManagementConfiguration.Read.All',
  'DeviceManagementConfiguration.ReadWrite.All',
  'DeviceManagementManagedDevices.Read.All',
  'DeviceManagementManagedDevices.ReadWrite.All',
  'DeviceManagementManagedDevices.PrivilegedOperations.All',
  'DeviceManagementRBAC.Read.All',
  'DeviceManagementRBAC.ReadWrite.All',
  'DeviceManagementServiceConfig.Read.All',
  'DeviceManagementServiceConfig.ReadWrite.All',
  'DeviceManagementApps.Read.All',
  'DeviceManagementApps.ReadWrite.All',
  'GroupMember.Read.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'User.Read.All',
  'Device.Read.All',
  'Directory.Read.All',
];

/** Every permission of the area, sorted: what the demo client holds. */
export function areaPermissions(surface: Surface): readonly string[] {
  const sets = [...surface.sets.values()].flatMap(({ read, write }) => [...read, ...write]);
  const operations = [...surface.operations.values()].flatMap(({ permissions, also = [] }) => [...permissions, ...also]);
  return [...new Set([...ALWAYS, ...sets, ...operations])].sort();
}
