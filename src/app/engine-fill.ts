/** How a resident engine comes to know a tenant: out of its snapshot where there is one that can be used, else out of everything that the store holds. */
import { createHash } from 'node:crypto';
import { ASSIGNMENT_FILTERS, ASSIGNMENTS } from '../domain/assignments/records.js';
import { CONFIGURATIONS } from '../domain/configurations/device-configuration.js';
import { FILTER_SETTINGS } from '../domain/filters/operations.js';
import { MANAGED_DEVICES } from '../domain/managed-devices/records.js';
import { SnapshotMismatch } from '../engine/snapshot/sections.js';
import { createTenantEngine, isReadOf, type TenantEngine } from '../engine/tenant-engine.js';
import type { Clock } from '../kernel/clock.js';
import type { JsonObject } from '../kernel/json.js';
import { memberReader } from '../kernel/json-members.js';
import type { ScannedEntity, Store } from '../storage/store.js';
import { LINK_KINDS, putEntity, putLink } from './engine-feed.js';
import { readSnapshot, type SnapshotOptions, type SnapshotState } from './engine-snapshot.js';

export interface FilledEngine {
  readonly engine: TenantEngine;
  /** Changes after this one are still to be told; some of them may be known already, which does no harm. */
  readonly sequence: number;
  /** The same of the snapshot on disk; undefined when the engine did not come from it. */
  readonly saved: number | undefined;
  /** How long it took. */
  readonly millis: number;
}

/** Users and devices first, so that managed devices and memberships find them. */
const OBJECT_SETS = [
  ['users', 'user'],
  ['devices', 'device'],
  [MANAGED_DEVICES, 'managedDevice'],
] as const;
/** Last, when nothing has to be told of memberships any more that they depend on. */
const POLICY_SETS = [CONFIGURATIONS, ASSIGNMENT_FILTERS, ASSIGNMENTS] as const;

export async function fillEngine(
  store: Store,
  tenant: string,
  clock: Clock,
  snapshots: SnapshotOptions | undefined,
): Promise<FilledEngine> {
  const start = performance.now();
  const restored = snapshots === undefined ? undefined : await restore(store, tenant, clock, snapshots);
  if (restored !== undefined) {
    await tellPolicies(store, tenant, restored.engine);
    return { ...restored, saved: restored.sequence, millis: performance.now() - start };
  }
  const engine = createTenantEngine(() => clock.now());
  // What is committed while the sets are read comes once more with the changes; putting twice does no harm.
  const sequence = await currentSequence(store, tenant);
  await tellObjects(store, tenant, engine);
  await tellPolicies(store, tenant, engine);
  engine.trim();
  return { engine, sequence, saved: undefined, millis: performance.now() - start };
}

/**
 * Which state of a tenant a snapshot at `sequence` is of; undefined for a tenant that does not exist.
 * Its last change is named, since a database that was put back and went another way counts its changes anew.
 */
export async function stateAt(store: Store, tenant: string, sequence: number): Promise<SnapshotState | undefined> {
  const record = (await store.tenants()).find(({ id }) => id === tenant);
  if (record === undefined) return undefined;
  const digest = createHash('sha256');
  for (const { at, kind, key, link } of sequence === 0 ? [] : await store.changesSince(tenant, sequence - 1, 1)) {
    digest.update(JSON.stringify([at, kind, key?.set, key?.parent, key?.id, link]));
  }
  return { tenant, createdAt: record.createdAt, sequence, lastChange: digest.digest('hex') };
}

function currentSequence(store: Store, tenant: string): Promise<number> {
  return store.commit({ tenant, actor: {}, at: '', expect: [], operations: [] });
}

async function restore(
  store: Store,
  tenant: string,
  clock: Clock,
  { files, log }: SnapshotOptions,
): Promise<{ readonly engine: TenantEngine; readonly sequence: number } | undefined> {
  const current = await currentSequence(store, tenant);
  const engine = createTenantEngine(() => clock.now());
  try {
    const state = await readSnapshot(
      files,
      engine,
      async (found) => {
        if (found.sequence > current) throw new SnapshotMismatch('it is ahead of the store');
        const here = await stateAt(store, tenant, found.sequence);
        if (here?.createdAt !== found.createdAt || here.lastChange !== found.lastChange)
          throw new SnapshotMismatch('it is of another history');
      },
      tenant,
    );
    return state === undefined ? undefined : { engine, sequence: state.sequence };
  } catch (error) {
    log?.(`the snapshot of tenant ${tenant} is passed over: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function tellObjects(store: Store, tenant: string, engine: TenantEngine): Promise<void> {
  for (const [set, kind] of OBJECT_SETS) {
    const read = memberReader((name) => isReadOf(kind, name));
    await store.scan(tenant, set, (entity) => putEntity(engine, entity, entity.type, read(entity.json)));
  }
  const readGroup = memberReader((name) => isReadOf('group', name));
  // Their texts are let go of: all groups are held at once.
  const groups: { readonly entity: ScannedEntity; readonly json: JsonObject }[] = [];
  await store.scan(tenant, 'groups', (entity) => void groups.push({ entity: { ...entity, json: '' }, json: readGroup(entity.json) }));
  // Memberships laid by hand first, so that rules about the members of groups find them.
  for (const kind of LINK_KINDS) await store.scanLinks(tenant, kind, (link) => putLink(engine, link));
  engine.expectGroups();
  await inTurns(groups, ({ entity, json }) => putEntity(engine, entity, entity.type, json));
}

async function tellPolicies(store: Store, tenant: string, engine: TenantEngine): Promise<void> {
  const [settings] = await store.read(tenant, [FILTER_SETTINGS]);
  if (settings !== undefined) tell(engine, settings);
  for (const set of POLICY_SETS) await store.scan(tenant, set, (entity) => tell(engine, entity));
}

function tell(engine: TenantEngine, entity: ScannedEntity): void {
  putEntity(engine, entity, entity.type, JSON.parse(entity.json) as JsonObject);
}

/** Milliseconds for which the other work of the process waits at most, as a rule. */
const TURN = 8;

async function inTurns<T>(things: readonly T[], work: (thing: T) => void): Promise<void> {
  let end = performance.now() + TURN;
  for (const thing of things) {
    work(thing);
    if (performance.now() < end) continue;
    await new Promise((resolve) => setImmediate(resolve));
    end = performance.now() + TURN;
  }
}
