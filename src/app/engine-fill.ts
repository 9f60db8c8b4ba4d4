/** How a resident engine comes to know a tenant: out of its snapshot where there is one that can be used, else out of everything that the store holds. */
import { createHash } from 'node:crypto';
import { ASSIGNMENT_FILTERS, ASSIGNMENTS } from '../domain/assignments/records.js';
import { CONFIGURATIONS } from '../domain/configurations/device-configuration.js';
import { FILTER_SETTINGS } from '../domain/filters/operations.js';
import { MANAGED_DEVICES } from '../domain/managed-devices/records.js';
import { ASSIGNMENT_MEMBERS, CONFIGURATION_MEMBERS, FILTER_MEMBERS } from '../domain/targeting/engine-values.js';
import { isReadOf } from '../engine/read-members.js';
import { SnapshotMismatch } from '../engine/snapshot/sections.js';
import { createTenantEngine, type TenantEngine } from '../engine/tenant-engine.js';
import type { Clock } from '../kernel/clock.js';
import { idOfRow, textOfRow } from '../kernel/framed-rows.js';
import type { JsonObject } from '../kernel/json.js';
import { framedMemberReader, memberReader } from '../kernel/json-members.js';
import type { EntityKey, Store } from '../storage/store.js';
import { LINK_KINDS, putEntity, putLink } from './engine-feed.js';
import { readSnapshot, type SnapshotOptions, type SnapshotState } from './engine-snapshot.js';
import { type ApartSet, type FillHelp, type FillThreads, startHelp } from './fill-thread.js';

export interface FilledEngine {
  readonly engine: TenantEngine;
  /** Changes after this one are still to be told; some of them may be known already, which does no harm. */
  readonly sequence: number;
  /** The same of the snapshot on disk; undefined when the engine did not come from it. */
  readonly saved: number | undefined;
  /** How long it took. */
  readonly millis: number;
}

type TypedKey = EntityKey & { readonly type: string };

/** Users and devices first, so that managed devices and memberships find them. */
const USERS = { set: 'users', kind: 'user' } as const;
const DEVICES = { set: 'devices', kind: 'device' } as const;
const MANAGED = { set: MANAGED_DEVICES, kind: 'managedDevice' } as const;
type ObjectSet = typeof USERS | ApartSet;
/** So many objects take longer to tell than another thread takes to start. */
const WORTH_OBJECTS = 5000;
/** Last, when nothing has to be told of memberships any more that they depend on. */
const POLICY_SETS = [CONFIGURATIONS, ASSIGNMENT_FILTERS, ASSIGNMENTS] as const;
/** What `putEntity` reads of them. */
const POLICY_MEMBERS: Readonly<Record<(typeof POLICY_SETS)[number], ReadonlySet<string>>> = {
  [CONFIGURATIONS]: CONFIGURATION_MEMBERS,
  [ASSIGNMENT_FILTERS]: FILTER_MEMBERS,
  [ASSIGNMENTS]: ASSIGNMENT_MEMBERS,
};

export async function fillEngine(
  store: Store,
  tenant: string,
  clock: Clock,
  { snapshots, threads }: { readonly snapshots?: SnapshotOptions; readonly threads?: FillThreads },
): Promise<FilledEngine> {
  const start = performance.now();
  const restored = snapshots === undefined ? undefined : await restore(store, tenant, clock, snapshots);
  if (restored !== undefined) return { ...restored, saved: restored.sequence, millis: performance.now() - start };
  const engine = createTenantEngine(() => clock.now());
  // What is committed while the sets are read comes once more with the changes; putting twice does no harm.
  const sequence = await currentSequence(store, tenant);
  await tellObjects(store, tenant, engine, threads);
  await tellPolicies(store, tenant, engine);
  await inTurns(engine.trimming('devices'), () => undefined);
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

async function tellObjects(store: Store, tenant: string, engine: TenantEngine, threads: FillThreads | undefined): Promise<void> {
  let told = 0;
  let help: FillHelp | undefined;
  /** @param later sets that are not begun: another thread takes them once there is much to tell */
  const tell = async ({ set, kind }: ObjectSet, later: readonly ApartSet[]) => {
    const read = memberReader((name) => isReadOf(kind, name));
    const count = (objects: number) => {
      told += objects;
      if (threads === undefined || later.length === 0 || told < (threads.worthObjects ?? WORTH_OBJECTS)) return;
      help ??= startHelp(threads, { tenant, sets: later });
    };
    await store.scan(
      tenant,
      set,
      (entity) => {
        putEntity(engine, entity, entity.type, read(entity.json));
        count(1);
      },
      ({ rows }) => {
        engine.putRows(kind, rows);
        count(rows.frames.length);
      },
    );
  };
  const isElsewhere = ({ kind }: ApartSet) => help?.has(kind) === true;
  /** Takes a set over from the other thread; tells it here where that has failed. */
  const take = async (objects: ApartSet) => {
    const found = await help?.objects(objects.kind).catch((error: Error) => {
      threads?.log?.(`a thread that read ${objects.set} failed, which are read once more: ${error.message}`);
      return undefined;
    });
    if (found === undefined) await tell(objects, []);
    else engine.adopt(objects.kind, found);
  };
  try {
    await tell(USERS, [DEVICES, MANAGED]);
    if (!isElsewhere(DEVICES)) await tell(DEVICES, [MANAGED]);
    if (!isElsewhere(MANAGED)) await tell(MANAGED, []);
    const groups = await readGroups(store, tenant);
    if (isElsewhere(DEVICES)) await take(DEVICES);
    // Memberships laid by hand first, so that rules about the members of groups find them.
    for (const kind of LINK_KINDS) await store.scanLinks(tenant, kind, (link) => putLink(engine, link));
    engine.expectGroups();
    await inTurns(groups, ({ entity, json }) => putEntity(engine, entity, entity.type, json));
    await inTurns(engine.trimming('usersAndGroups'), () => undefined);
    if (isElsewhere(MANAGED)) await take(MANAGED);
  } finally {
    help?.end();
  }
}

interface ReadGroup {
  readonly entity: TypedKey;
  readonly json: JsonObject;
}

async function readGroups(store: Store, tenant: string): Promise<readonly ReadGroup[]> {
  // Their texts are let go of: all groups are held at once.
  const groups: ReadGroup[] = [];
  await scanMembers(
    store,
    tenant,
    'groups',
    (name) => isReadOf('group', name),
    ({ set, parent, id, type }, json) => void groups.push({ entity: { set, parent, id, type }, json }),
  );
  return groups;
}

/** Every entity of a set with those of its members that are wanted. */
function scanMembers(
  store: Store,
  tenant: string,
  set: string,
  wanted: (name: string) => boolean,
  visit: (entity: TypedKey, members: JsonObject) => void,
): Promise<void> {
  const read = memberReader(wanted);
  const readFramed = framedMemberReader(wanted);
  return store.scan(
    tenant,
    set,
    (entity) => visit(entity, read(entity.json)),
    ({ parents, types, rows }) => {
      for (let row = 0; row < types.length; row += 1) {
        visit({ set, parent: parents[row]!, id: idOfRow(rows, row), type: types[row]! }, readFramed(textOfRow(rows, row)));
      }
    },
  );
}

async function tellPolicies(store: Store, tenant: string, engine: TenantEngine): Promise<void> {
  const [settings] = await store.read(tenant, [FILTER_SETTINGS]);
  if (settings !== undefined) putEntity(engine, settings, settings.type, JSON.parse(settings.json) as JsonObject);
  for (const set of POLICY_SETS) {
    await scanMembers(
      store,
      tenant,
      set,
      (name) => POLICY_MEMBERS[set].has(name),
      (entity, members) => putEntity(engine, entity, entity.type, members),
    );
  }
}

/** Milliseconds for which the other work of the process waits at most, as a rule. */
const TURN = 8;

async function inTurns<T>(things: Iterable<T>, work: (thing: T) => void): Promise<void> {
  let end = performance.now() + TURN;
  for (const thing of things) {
    work(thing);
    if (performance.now() < end) continue;
    await new Promise((resolve) => setImmediate(resolve));
    end = performance.now() + TURN;
  }
}
