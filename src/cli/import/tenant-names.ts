/** What a tenant has of the names and ids that an export means. */
import type { TenantNames, TenantObject, Wanted } from '../../exchange/mapping/tenant-names.js';
import type { Home } from '../../exchange/record.js';
import type { GraphClient } from '../graph/client.js';
import { textOf } from '../graph/names.js';
import { readDirectory } from '../plan/directory.js';

const PATHS: Partial<Record<Home, string>> = {
  deviceAndAppManagementAssignmentFilter: '/deviceManagement/assignmentFilters?$select=id,displayName',
  roleScopeTag: '/deviceManagement/roleScopeTags?$select=id,displayName',
  deviceConfiguration: '/deviceManagement/deviceConfigurations?$select=id,displayName&$top=1000',
  deviceCategory: '/deviceManagement/deviceCategories?$select=id,displayName',
  policySet: '/deviceAppManagement/policySets?$select=id,displayName',
};

/** @param seen told how many rows were read */
export async function readTenantNames(client: GraphClient, wanted: Wanted, seen: (rows: number) => void): Promise<TenantNames> {
  const groups = await readDirectory(client, wanted.groups, false, seen);
  const lists = new Map<Home, readonly TenantObject[]>();
  for (const home of wanted.homes) {
    const path = PATHS[home];
    if (path !== undefined) lists.set(home, (await client.rows(path, seen)).map(objectOf));
  }
  const of = (home: Home, key: string): readonly TenantObject[] => (home === 'group' ? groups.groups(key) : (lists.get(home) ?? []));
  return {
    byId: (home, id) => of(home, id).find((object) => object.id.toLowerCase() === id.toLowerCase()),
    byName: (home, name) => of(home, name).filter((object) => object.name.toLowerCase() === name.toLowerCase()),
  };
}

function objectOf(row: Readonly<Record<string, unknown>>): TenantObject {
  const type = textOf(row['@odata.type']).replace('#microsoft.graph.', '');
  return { id: textOf(row.id), name: textOf(row.displayName), ...(type === '' ? {} : { type }) };
}
