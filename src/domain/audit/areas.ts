/** How audit events name what they are about. Categories and activity types are worded as the service's portal words them [M]. */
import type { Surface } from '../../model/surface.js';

export const AUDIT_EVENTS = 'deviceManagement/auditEvents';

const CATEGORIES: readonly (readonly [set: string, category: string])[] = [
  ['deviceManagement/deviceConfigurations', 'DeviceConfiguration'],
  ['deviceManagement/assignmentFilters', 'AssignmentFilter'],
  ['deviceManagement/managedDevices', 'Device'],
  ['deviceManagement/deviceCategories', 'Device'],
  ['deviceManagement/roleScopeTags', 'Role'],
  ['deviceManagement/roleDefinitions', 'Role'],
  ['deviceManagement/roleAssignments', 'Role'],
  ['deviceAppManagement/policySets', 'PolicySet'],
];

/** The category of changes in a set; undefined for sets whose changes are not told of (the directory's, Muster's own). */
export function categoryOf(set: string): string | undefined {
  return CATEGORIES.find(([name]) => set === name || set.startsWith(`${name}/`))?.[1];
}

export const categories: readonly string[] = [...new Set(CATEGORIES.map(([, category]) => category))].sort();

export type AuditOperation = 'Create' | 'Patch' | 'Delete';

/** `Create DeviceConfiguration`: by the declared type of the set, not by the type of the one entity. */
export function activityType(operation: AuditOperation, typeName: string): string {
  return `${operation} ${capital(typeName)}`;
}

export function capital(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Every activity type of a category; of every category when none is named. */
export function activityTypes(category: string | undefined, surface: Surface): readonly string[] {
  const types = new Set<string>();
  for (const [name, { type }] of surface.sets) {
    const own = categoryOf(name);
    if (own === undefined || (category !== undefined && own.toLowerCase() !== category.toLowerCase())) continue;
    for (const operation of ['Create', 'Patch', 'Delete'] as const) types.add(activityType(operation, type));
  }
  return [...types].sort();
}
