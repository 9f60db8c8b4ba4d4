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
import type { EntityKey, Link, Store } from '../storage/store.js';
import { LINK_KINDS, putEntity, putLink } from './engine-feed.js';
import { readSnapshot, type SnapshotOptions, type SnapshotState } from './engine-snapshot.js';
import { type ApartSet, type FillHelp, type FillThreads, startHelp } from './fill-thread.js';

export interface FilledEngine {
  readonly engine: TenantEngine;
  /** Changes after this one are still to be told; some of them may be known already, which does no harm. */
  readonly sequence: number;
  /** The same of the snapshot on disk; undefined when the engine did not come from it: then it is to be trimmed yet (`TenantEngine.trimming`). */
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
/** So many objects take longer to tell than another thread takes to start; few enough to be counted quickly. */
const WORTH_OBJECTS = 2000;
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
  await tell(store, tenant, engine, threads);
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

async function tell(store: Store, tenant: string, engine: TenantEngine, threads: FillThreads | undefined): Promise<void> {
  const help = await startedHelp(store, tenant, threads);
  const tellSet = async ({ set, kind }: ObjectSet) => {
    const read = memberReader((name) => isReadOf(kind, name));
    await store.scan(
      tenant,
      set,
      (entity) => putEntity(engine, entity, entity.type, read(entity.json)),
      ({ rows }) => engine.putRows(kind, rows),
    );
  };
  const put = ({ entity, json }: ReadEntity) => putEntity(engine, entity, entity.type, json);
  const isElsewhere = ({ kind }: ApartSet) => help?.has(kind) === true;
  /** Takes a set over from the other thread; tells it here where that has failed. */
  const take = async (objects: ApartSet) => {
    const found = await help?.objects(objects.kind).catch((error: Error) => {
      threads?.log?.(`a thread that read ${objects.set} failed, which are read once more: ${error.message}`);
      return undefined;
    });
    if (found === undefined) await tellSet(objects);
    else engine.adopt(objects.kind, found);
  };
  try {
    await tellSet(USERS);
    const areAwaited = isElsewhere(DEVICES);
    if (!areAwaited) {
      await tellSet(DEVICES);
      if (!isElsewhere(MANAGED)) await tellSet(MANAGED);
    }
    const groups = await readWhole(store, tenant, 'groups', (name) => isReadOf('group', name));
    // Memberships laid by hand first, so that rules about the members of groups find them; but for those of devices that are not there yet.
    const later = createLinksLater();
    for (const kind of LINK_KINDS)
      await store.scanLinks(tenant, kind, (link) => {
        if (areAwaited && link.toSet === DEVICES.set) later.keep(link);
        else putLink(engine, link);
      });
    engine.expectGroups();
    if (areAwaited) engine.awaitDevices();
    await inTurns(groups, put);
    if (areAwaited) {
      await take(DEVICES);
      await inTurns(later.links(), (link) => putLink(engine, link));
      await inTurns(engine.settling(), () => undefined);
      if (!isElsewhere(MANAGED)) await tellSet(MANAGED);
    }
    // Last, when nothing has to be told of memberships any more that they depend on.
    const policies = await readPolicies(store, tenant);
    if (isElsewhere(MANAGED)) await take(MANAGED);
    await inTurns(policies, put);
  } finally {
    help?.end();
  }
}

/** Threads for the sets that hold enough to be worth one. */
async function startedHelp(store: Store, tenant: string, threads: FillThreads | undefined): Promise<FillHelp | undefined> {
  if (threads === undefined) return undefined;
  const sets: ApartSet[] = [];
  for (const each of [DEVICES, MANAGED]) {
    const skip = (threads.worthObjects ?? WORTH_OBJECTS) - 1;
    const query = { set: each.set, parent: undefined, filter: undefined, orderBy: [], skip, limit: 1, count: false };
    if ((await store.list(tenant, query)).entities.length > 0) sets.push(each);
  }
  return sets.length === 0 ? undefined : startHelp(threads, { tenant, sets });
}

/** Links that are put later, those of one kind from one object in few bytes each. */
function createLinksLater() {
  const kept: { readonly link: Link; readonly to: string[] }[] = [];
  return {
    keep(link: Link) {
      const last = kept.at(-1);
      if (last?.link.from === link.from && last.link.kind === link.kind && last.link.toSet === link.toSet) last.to.push(link.to);
      else kept.push({ link, to: [link.to] });
    },
    *links(): Generator<Link, void, void> {
      for (const { link, to: all } of kept) for (const to of all) yield { kind: link.kind, from: link.from, to, toSet: link.toSet };
    },
  };
}

interface ReadEntity {
  readonly entity: TypedKey;
  readonly json: JsonObject;
}

/** The entities of a set that is small enough to be held at once. @param wanted members; their texts are let go of */
async function readWhole(store: Store, tenant: string, set: string, wanted: (name: string) => boolean): Promise<ReadEntity[]> {
  const read: ReadEntity[] = [];
  const member = memberReader(wanted);
  const framedMember = framedMemberReader(wanted);
  await store.scan(
    tenant,
    set,
    ({ parent, id, type, json }) => void read.push({ entity: { set, parent, id, type }, json: member(json) }),
    ({ parents, types, rows }) => {
      for (let row = 0; row < types.length; row += 1) {
        const entity = { set, parent: parents[row]!, id: idOfRow(rows, row), type: types[row]! };
        read.push({ entity, json: framedMember(textOfRow(rows, row)) });
      }
    },
  );
  return read;
}

/** The setting of filters, policies, filters and assignments. */
async function readPolicies(store: Store, tenant: string): Promise<readonly ReadEntity[]> {
  const [settings] = await store.read(tenant, [FILTER_SETTINGS]);
  const sets: ReadEntity[][] = [];
  if (settings !== undefined) sets.push([{ entity: settings, json: JSON.parse(settings.json) as JsonObject }]);
  for (const set of POLICY_SETS) sets.push(await readWhole(store, tenant, set, (name) => POLICY_MEMBERS[set].has(name)));
  return sets.flat();
}

/** Milliseconds for which the other work of the process waits at most, as a rule. */
const TURN = 8;

export async function inTurns<T>(things: Iterable<T>, work: (thing: T) => void): Promise<void> {
  let end = performance.now() + TURN;
  for (const thing of things) {
    work(thing);
    if (performance.now() < end) continue;
    await new Promise((resolve) => setImmediate(resolve));
    end = performance.now() + TURN;
  }
}
