/**
 * The resident engines, one a tenant: filled from the store when somebody first asks, kept level by the change records since. Every question
 * first brings the engine level with what is durable, so a client sees its own writes.
 */
import type { ObjectRef, Resident } from '../domain/resident.js';
import type { MemberKind } from '../engine/group-closure.js';
import { validateFilterRule } from '../engine/rules/filter/index.js';
import { createTenantEngine, type EngineObject, type TenantEngine } from '../engine/tenant-engine.js';
import type { Clock } from '../kernel/clock.js';
import type { JsonObject } from '../kernel/json.js';
import type { Change, Link, Store, StoredEntity } from '../storage/store.js';

export interface Resolution {
  /** The answers for a tenant. */
  resident(tenant: string): Resident;
  /** Forget a tenant, e.g. when it is reset. */
  forget(tenant: string): void;
}

const MANAGED_DEVICES = 'deviceManagement/managedDevices';
const KINDS: Readonly<Record<string, MemberKind>> = { users: 'user', devices: 'device', groups: 'group' };
const SETS: Readonly<Record<MemberKind, ObjectRef['set']>> = { user: 'users', device: 'devices', group: 'groups' };
/** Entities read at once while an engine is filled, and commits taken at once when it catches up. */
const PAGE = 20_000;
const COMMITS = 1000;

interface Level {
  readonly engine: TenantEngine;
  sequence: number;
}

export function createResolution(store: Store, clock: Clock): Resolution {
  const tenants = new Map<string, { level: Promise<Level>; waiting: Promise<unknown> }>();

  const levelOf = async (tenant: string): Promise<TenantEngine> => {
    let known = tenants.get(tenant);
    if (known === undefined) {
      const level = fill(store, tenant, clock);
      known = { level, waiting: level };
      tenants.set(tenant, known);
      // A failed start is not kept: the next question tries again.
      level.catch(() => tenants.delete(tenant));
    }
    const level = await known.level;
    // One at a time, in order.
    const caught = known.waiting.then(() => catchUp(store, tenant, level));
    known.waiting = caught.catch(() => undefined);
    await caught;
    return level.engine;
  };

  const residents = new Map<string, Resident>();
  return {
    resident(tenant) {
      const known = residents.get(tenant) ?? answers(() => levelOf(tenant));
      residents.set(tenant, known);
      return known;
    },
    forget: (tenant) => void tenants.delete(tenant),
  };
}

function answers(engine: () => Promise<TenantEngine>): Resident {
  const engineObject = ({ set, id }: ObjectRef): EngineObject => ({ kind: KINDS[set] as MemberKind, id });
  return {
    async dynamicMembers(groupId) {
      const members = (await engine()).dynamicMembers(groupId);
      return members?.map(objectRef).sort(byId);
    },
    transitiveMembers: async (groupId) => (await engine()).transitiveMembers(groupId).map(objectRef).sort(byId),
    groupsOf: async (object, transitive) => [...(await engine()).groupsOf(engineObject(object), transitive)].sort(),
    async devicesMatching(rule, platform) {
      const validated = validateFilterRule(rule.text, platform, 'evaluate');
      return validated.valid ? (await engine()).devicesMatching(validated.ast, platform) : [];
    },
  };
}

const ORDER: Readonly<Record<string, number>> = { groups: 0, users: 1, devices: 2 };

function byId(a: ObjectRef, b: ObjectRef): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return (ORDER[a.set] ?? 0) - (ORDER[b.set] ?? 0);
}

function objectRef({ kind, id }: EngineObject): ObjectRef {
  return { set: SETS[kind], id };
}

async function fill(store: Store, tenant: string, clock: Clock): Promise<Level> {
  const engine = createTenantEngine(() => clock.now());
  // What is committed while the sets are read comes once more with the changes; putting twice does no harm.
  const sequence = await store.commit({ tenant, actor: {}, at: '', expect: [], operations: [] });
  await eachEntity(store, tenant, 'users', (entity, json) => engine.putUser(entity.id, json));
  await eachEntity(store, tenant, 'devices', (entity, json) => engine.putDevice(entity.id, json));
  await eachEntity(store, tenant, MANAGED_DEVICES, (entity, json) => engine.putManagedDevice(entity.id, json));
  for (const link of await store.links(tenant, { kind: 'manager' })) engine.setManager(link.from, link.to);
  const groups: { readonly id: string; readonly json: JsonObject }[] = [];
  await eachEntity(store, tenant, 'groups', ({ id }, json) => void groups.push({ id, json }));
  // Assigned members first, so that rules about the members of groups find them.
  for (const link of await store.links(tenant, { kind: 'members' })) addMember(engine, link);
  for (const { id, json } of groups) engine.putGroup(id, json);
  return { engine, sequence };
}

async function eachEntity(
  store: Store,
  tenant: string,
  set: string,
  visit: (entity: StoredEntity, json: JsonObject) => void,
): Promise<void> {
  for (let skip = 0; ; skip += PAGE) {
    const query = { set, parent: '', filter: undefined, orderBy: [], skip, limit: PAGE, count: false };
    const { entities, more } = await store.list(tenant, query);
    for (const entity of entities) visit(entity, JSON.parse(entity.json) as JsonObject);
    if (!more) return;
  }
}

async function catchUp(store: Store, tenant: string, level: Level): Promise<void> {
  for (;;) {
    const changes = await store.changesSince(tenant, level.sequence, COMMITS);
    for (const change of changes) apply(level.engine, change);
    const last = changes.at(-1);
    if (last === undefined) return;
    level.sequence = last.sequence;
  }
}

function apply(engine: TenantEngine, { kind, key, link, before, after }: Change): void {
  if (link !== undefined) {
    if (link.kind === 'members') (kind === 'link' ? addMember : removeMember)(engine, link);
    else if (link.kind === 'manager') engine[kind === 'link' ? 'setManager' : 'removeManager'](link.from, link.to);
    return;
  }
  if (key === undefined || key.parent !== '') return;
  const objectKind = key.set === MANAGED_DEVICES ? 'managedDevice' : KINDS[key.set];
  if (objectKind === undefined) return;
  if (kind === 'delete') {
    engine.remove(objectKind, key.id);
    return;
  }
  if (after === undefined) return;
  const json = JSON.parse(after) as JsonObject;
  const old = before === undefined ? undefined : (JSON.parse(before) as JsonObject);
  if (objectKind === 'user') engine.putUser(key.id, json, old);
  else if (objectKind === 'device') engine.putDevice(key.id, json, old);
  else if (objectKind === 'group') engine.putGroup(key.id, json);
  else engine.putManagedDevice(key.id, json);
}

function memberOf(link: Link): EngineObject | undefined {
  const kind = KINDS[link.toSet];
  return kind === undefined ? undefined : { kind, id: link.to };
}

function addMember(engine: TenantEngine, link: Link): void {
  const member = memberOf(link);
  if (member !== undefined) engine.addMember(link.from, member);
}

function removeMember(engine: TenantEngine, link: Link): void {
  const member = memberOf(link);
  if (member !== undefined) engine.removeMember(link.from, member);
}
