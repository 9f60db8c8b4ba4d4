import type { Home } from '../record.js';
import type { Scan } from '../scan.js';

export interface TenantObject {
  readonly id: string;
  readonly name: string;
  /** Bare name of its type, where the home has several. */
  readonly type?: string;
}

/** What a tenant knows of the objects that an export means. */
export interface TenantNames {
  byId(home: Home, id: string): TenantObject | undefined;
  /** Upper and lower case alike. */
  byName(home: Home, name: string): readonly TenantObject[];
}

/** What is to be looked up in the tenant for an export. */
export interface Wanted {
  /** Ids and names. */
  readonly groups: ReadonlySet<string>;
  /** Homes of which all names are needed; they are short lists. */
  readonly homes: ReadonlySet<Home>;
}

export function wantedNames(scan: Scan): Wanted {
  const groups = new Set<string>();
  for (const { reference } of scan.groups.values()) {
    const name = reference.name ?? (reference.id === undefined ? undefined : scan.names.get(reference.id.toLowerCase()));
    if (reference.id !== undefined) groups.add(reference.id);
    if (name !== undefined) groups.add(name);
  }
  const homes = new Set<Home>();
  if (scan.filters.size > 0) homes.add('deviceAndAppManagementAssignmentFilter');
  if (scan.scopeTags.size > 0) homes.add('roleScopeTag');
  if (scan.configurations.size > 0) homes.add('deviceConfiguration');
  for (const { home, id, name } of scan.objects) {
    if (home === 'roleScopeTag') homes.add(home);
    else if (id !== undefined) continue;
    else if (home === 'group') groups.add(name);
    else homes.add(home);
  }
  return { groups, homes };
}

export const nobody: TenantNames = { byId: () => undefined, byName: () => [] };
