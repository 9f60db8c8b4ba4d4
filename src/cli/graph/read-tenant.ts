/** A whole tenant as lines of an import, in the order in which an import can take them; page by page, of a Muster or of the live service. */
import type { JsonObject } from '../../kernel/json.js';
import type { GraphClient } from './client.js';
import { GraphRefused } from './refused.js';
import { configurationStage } from './tenant/configurations.js';
import { keptStages } from './tenant/kept.js';
import { listStage } from './tenant/lists.js';
import { managerStage, membershipStage } from './tenant/memberships.js';
import { policySetStage } from './tenant/policy-sets.js';
import { lineOf, type Part, type Stage } from './tenant/stage.js';

export { type Part, parts, type Slice, type Stage } from './tenant/stage.js';

export interface ReadTenantOptions {
  /** Whether the Graph is a Muster: then there is more to ask for. */
  readonly muster: boolean;
  /** These parts alone; undefined: all. */
  readonly only?: ReadonlySet<Part> | undefined;
  /** Something that a person should know of what was read. */
  note(message: string): void;
  /** @param done lines so far of a part; `total`, where it is known, is about right */
  progress(part: Part, done: number, total?: number): void;
}

/**
 * Reads as the lines are asked for, and holds a page or two at a time.
 * @throws GraphRefused, CommandFailed (a missing permission is named)
 */
export async function* readTenant(client: GraphClient, options: ReadTenantOptions): AsyncGenerator<JsonObject, void, void> {
  const done = new Map<Part, number>();
  for (const stage of tenantStages(options)) {
    const total = await countOf(stage, client);
    for await (const { lines } of stage.read({ client, muster: options.muster, note: options.note }, undefined)) {
      const number = (done.get(stage.part) ?? 0) + lines.length;
      done.set(stage.part, number);
      options.progress(stage.part, number, total);
      yield* lines;
    }
  }
}

const devices = ['DeviceManagementManagedDevices.Read.All', 'DeviceManagementManagedDevices.ReadWrite.All'] as const;
const configuration = ['DeviceManagementConfiguration.Read.All', 'DeviceManagementConfiguration.ReadWrite.All'] as const;

const all: readonly Stage[] = [
  listStage({
    part: 'scopeTags',
    what: 'Role scope tags',
    path: '/deviceManagement/roleScopeTags',
    musterPath: '/deviceManagement/roleScopeTags?$expand=assignments',
    below: 'assignments',
    permissions: ['DeviceManagementRBAC.Read.All', 'DeviceManagementRBAC.ReadWrite.All'],
    type: 'roleScopeTag',
  }),
  listStage({
    part: 'categories',
    what: 'Device categories',
    path: '/deviceManagement/deviceCategories',
    permissions: devices,
    type: 'deviceCategory',
  }),
  listStage({
    part: 'users',
    what: 'Users',
    path: '/users?$top=999',
    // The others show nothing that was not asked for.
    musterPath: '/users?$select=*&$top=999',
    count: '/users/$count',
    permissions: ['User.Read.All', 'Directory.Read.All'],
    type: 'user',
  }),
  listStage({
    part: 'devices',
    what: 'Devices of the directory',
    path: '/devices?$top=999',
    musterPath: '/devices?$select=*&$top=999',
    count: '/devices/$count',
    permissions: ['Device.Read.All', 'Directory.Read.All'],
    type: 'device',
  }),
  listStage({
    part: 'groups',
    what: 'Groups',
    path: '/groups?$top=999',
    musterPath: '/groups?$select=*&$top=999',
    count: '/groups/$count',
    permissions: ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'],
    type: 'group',
  }),
  membershipStage,
  managerStage,
  listStage({
    part: 'filters',
    what: 'Assignment filters',
    path: '/deviceManagement/assignmentFilters',
    permissions: configuration,
    type: 'deviceAndAppManagementAssignmentFilter',
    // Who uses a filter follows from the assignments.
    lines: ({ payloads: _, ...row }) => [lineOf(row, 'deviceAndAppManagementAssignmentFilter')],
  }),
  listStage({
    part: 'managedDevices',
    what: 'Managed devices',
    path: '/deviceManagement/managedDevices?$top=1000',
    count: '/deviceManagement/managedDevices/$count',
    permissions: devices,
    type: 'managedDevice',
  }),
  configurationStage,
];

/** What is to be read, in order. */
export function tenantStages({ muster, only }: Pick<ReadTenantOptions, 'muster' | 'only'>): readonly Stage[] {
  return [...all, policySetStage, ...keptStages(muster)].filter(({ part }) => only?.has(part) ?? true);
}

/** How many objects a stage will read; undefined where the service does not say. */
export async function countOf({ count }: Stage, client: GraphClient): Promise<number | undefined> {
  if (count === undefined) return undefined;
  try {
    const { body } = await client.call('GET', count, undefined, { consistencylevel: 'eventual' });
    return typeof body === 'number' ? body : undefined;
  } catch (error) {
    // It is asked for the sake of the progress alone.
    if (error instanceof GraphRefused) return undefined;
    throw error;
  }
}
