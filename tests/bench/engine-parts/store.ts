/** The benchmark's tenant in a store on disk, and how long the first question takes after a start from there. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FillWork } from '../../../src/app/fill-thread.js';
import { createResolution } from '../../../src/app/resolution.js';
import { diskSnapshots } from '../../../src/config/snapshot-files.js';
import { assignmentOperations } from '../../../src/domain/assignments/records.js';
import { isMarker } from '../../../src/domain/write/marker.js';
import { systemClock } from '../../../src/kernel/clock.js';
import type { JsonObject } from '../../../src/kernel/json.js';
import { completeComplex, entityText } from '../../../src/model/defaults.js';
import { loadSchema } from '../../../src/model/load-schema.js';
import type { StructuredType } from '../../../src/model/schema.js';
import { type ChangeOperation, FramedPut } from '../../../src/storage/change-set.js';
import { openSqliteStore } from '../../../src/storage/sqlite/sqlite-store.js';
import type { Store } from '../../../src/storage/store.js';
import { groupId, memberId } from './groups.js';
import type { Identified } from './objects.js';
import { assignmentId, type BenchAssignment, filterId, policyId } from './policies.js';
import { progress } from './progress.js';
import type { BenchTenant } from './tenant.js';

const TENANT = '77777777-7777-4777-8777-777777777777';
export const DATABASE = 'muster.db';
const OPERATIONS = 5000;
/** A line of progress after so many. */
const TOLD = 500_000;

const MEMBER_SETS = { user: 'users', device: 'devices', group: 'groups' } as const;

export function openStore(folder: string): Promise<Store> {
  return openSqliteStore({ path: join(folder, DATABASE), types: { isA: () => false, now: () => systemClock.now() } });
}

/** Writes the whole tenant by change sets. @param root of the repository */
export async function fillStore(store: Store, tenant: BenchTenant, root: string): Promise<void> {
  await store.createTenant({ id: TENANT, name: 'fleet', createdAt: '2026-01-01T00:00:00Z' });
  let operations: ChangeOperation[] = [];
  let written = 0;
  const flush = async () => {
    await store.commit({ tenant: TENANT, actor: {}, at: '2026-01-01T00:00:00Z', expect: [], operations });
    if (Math.floor(written / TOLD) < Math.floor((written + operations.length) / TOLD))
      progress(`store: ${written + operations.length} operations`);
    written += operations.length;
    operations = [];
  };
  for (const operation of operationsOf(tenant, root)) {
    operations.push(operation);
    if (operations.length >= OPERATIONS) await flush();
  }
  await flush();
  progress(`store filled: ${written} operations`);
}

/** Seconds from an open store, and nothing in memory, to the first answer. */
export interface Start {
  readonly seconds: number;
  /** Writes the snapshot from which the next start begins. @returns seconds */
  save(): Promise<number>;
}

/** @param folder for snapshots @throws Error when a snapshot that is there was of no use */
export async function measureStart(store: Store, tenant: BenchTenant, folder: string): Promise<Start> {
  let complaint: string | undefined;
  const snapshots = {
    files: diskSnapshots(folder),
    log: (message: string) => {
      complaint = message;
    },
    // Only when told to: the processor is to be the first question's alone.
    worthMillis: Number.POSITIVE_INFINITY,
  };
  const from = performance.now();
  const threads = {
    start: (work: FillWork) =>
      new Worker(new URL('./fill-thread.js', import.meta.url), {
        workerData: { folder, work },
        resourceLimits: { maxYoungGenerationSizeMb: 48 },
      }),
    atOnce: availableParallelism() - 1,
    log: snapshots.log,
  };
  const resolution = createResolution(store, systemClock, { snapshots, threads });
  const counts = await resolution.resident(TENANT).targeting((targeting) => targeting.counts(policyId(0)));
  const seconds = (performance.now() - from) / 1000;
  const found = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  if (found !== tenant.size.devices) throw new Error(`the engine counts ${found} devices of ${tenant.size.devices}`);
  if (complaint !== undefined) throw new Error(complaint);
  return {
    seconds,
    async save() {
      const began = performance.now();
      if (!(await resolution.save(TENANT))) throw new Error(complaint ?? 'no snapshot was written');
      return (performance.now() - began) / 1000;
    },
  };
}

function* operationsOf(tenant: BenchTenant, root: string): Generator<ChangeOperation, void, void> {
  const schema = loadSchema('beta', JSON.parse(readFileSync(join(root, 'api/model/beta/schema.json'), 'utf8')));
  const typed = (name: string): StructuredType => {
    const type = schema.types.get(name);
    if (type === undefined) throw new Error(`the model has no type ${name}`);
    return type;
  };
  // As an import writes them.
  const put = (set: string, type: string, object: Identified): ChangeOperation => {
    const key = { set, parent: '', id: object.id };
    const text = entityText(typed(type), [object]);
    return typeof text === 'string' ? { kind: 'put', key, type, json: text } : new FramedPut(key, type, text);
  };
  for (const user of tenant.users()) yield put('users', 'user', user);
  for (const { directory, managed } of tenant.devices()) {
    yield put('devices', 'device', directory);
    yield put('deviceManagement/managedDevices', 'managedDevice', managed);
  }
  for (const group of tenant.groups()) yield put('groups', 'group', group);
  for (const membership of tenant.memberships()) {
    const [from, to] = [groupId(membership.group), memberId(membership)];
    yield { kind: 'link', link: { kind: 'members', from, to, toSet: MEMBER_SETS[membership.kind] } };
  }
  for (const { index, id, platform, rule } of tenant.filters) {
    const filter = { id, displayName: `Filter ${index}`, platform, rule, assignmentFilterManagementType: 'devices' };
    yield put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', filter);
  }
  const targetType = typed('deviceAndAppManagementAssignmentTarget');
  for (const { index, id, type } of tenant.policies()) {
    yield put('deviceManagement/deviceConfigurations', type, { id, displayName: `Policy ${index}`, version: 1 });
    for (const assignment of tenant.assignmentsOf(index)) {
      const draft = {
        configurationId: id,
        id: assignmentId(index, assignment.place),
        target: completeComplex(targetType, targetObject(assignment)),
        source: 'direct',
        sourceId: id,
        intent: assignment.intent,
      } as const;
      yield* assignmentOperations(draft).filter((operation) => !isMarker(operation));
    }
  }
}

const TARGET_TYPES: Readonly<Record<BenchAssignment['target'], string>> = {
  allDevices: 'allDevicesAssignmentTarget',
  allUsers: 'allLicensedUsersAssignmentTarget',
  include: 'groupAssignmentTarget',
  exclude: 'exclusionGroupAssignmentTarget',
};

function targetObject({ target, group, filter }: BenchAssignment): JsonObject {
  return {
    '@odata.type': `#microsoft.graph.${TARGET_TYPES[target]}`,
    ...(target === 'include' || target === 'exclude' ? { groupId: groupId(group) } : {}),
    ...(filter === undefined
      ? {}
      : { deviceAndAppManagementAssignmentFilterId: filterId(filter.index), deviceAndAppManagementAssignmentFilterType: filter.mode }),
  };
}
