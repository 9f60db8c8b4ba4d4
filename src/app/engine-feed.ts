/** What the store holds, told to an engine: entities and links as they are, and the changes of them. */
import { ASSIGNMENT_FILTERS, ASSIGNMENTS } from '../domain/assignments/records.js';
import { CONFIGURATIONS } from '../domain/configurations/device-configuration.js';
import { FILTER_SETTINGS } from '../domain/filters/operations.js';
import { MANAGED_DEVICES } from '../domain/managed-devices/records.js';
import { engineAssignment, engineFilter, enginePolicy } from '../domain/targeting/engine-values.js';
import type { MemberKind } from '../engine/group-closure.js';
import type { EngineObject, TenantEngine } from '../engine/tenant-engine.js';
import type { JsonObject } from '../kernel/json.js';
import type { Change, EntityKey, Link } from '../storage/store.js';

/** Links of these kinds matter to the engine. */
export const LINK_KINDS = ['manager', 'members', 'collectionMembers'] as const;

/** Sets of entities that matter, in an order in which each finds what it needs; groups come after the links. */
export const ENTITY_SETS = ['users', 'devices', MANAGED_DEVICES, CONFIGURATIONS, ASSIGNMENT_FILTERS, ASSIGNMENTS] as const;

/** Member kinds by set. */
export const KINDS: Readonly<Record<string, MemberKind>> = { users: 'user', devices: 'device', groups: 'group' };

/**
 * An entity is there, or has changed.
 * @param before the same entity as the engine knows it, where that is known
 */
export function putEntity(engine: TenantEngine, key: EntityKey, type: string, json: JsonObject, before?: JsonObject): void {
  const { targeting } = engine;
  switch (key.set) {
    case 'users':
      engine.putUser(key.id, json, before);
      break;
    case 'devices':
      engine.putDevice(key.id, json, before);
      break;
    case 'groups':
      engine.putGroup(key.id, json);
      break;
    case MANAGED_DEVICES:
      engine.putManagedDevice(key.id, json);
      break;
    case CONFIGURATIONS:
      targeting.putPolicy(enginePolicy(key.id, type, json));
      break;
    case ASSIGNMENT_FILTERS:
      targeting.putFilter(engineFilter(key.id, json));
      break;
    case ASSIGNMENTS: {
      const assignment = engineAssignment(key.id, json);
      if (assignment === undefined) targeting.removeAssignment(key.parent, key.id);
      else targeting.putAssignment(key.parent, assignment);
      break;
    }
    case FILTER_SETTINGS.set:
      if (key.id === FILTER_SETTINGS.id) targeting.enableFilters(json.enabled !== false);
  }
}

export function removeEntity(engine: TenantEngine, key: EntityKey): void {
  const { targeting } = engine;
  switch (key.set) {
    case 'users':
    case 'devices':
    case 'groups':
      engine.remove(KINDS[key.set] as MemberKind, key.id);
      break;
    case MANAGED_DEVICES:
      engine.remove('managedDevice', key.id);
      break;
    case CONFIGURATIONS:
      targeting.removePolicy(key.id);
      break;
    case ASSIGNMENT_FILTERS:
      targeting.removeFilter(key.id);
      break;
    case ASSIGNMENTS:
      targeting.removeAssignment(key.parent, key.id);
      break;
    case FILTER_SETTINGS.set:
      if (key.id === FILTER_SETTINGS.id) targeting.enableFilters(true);
  }
}

export function putLink(engine: TenantEngine, link: Link): void {
  if (link.kind === 'manager') engine.setManager(link.from, link.to);
  else if (link.kind === 'collectionMembers') engine.targeting.addToCollection(link.from, link.to);
  else if (link.kind === 'members') {
    const member = memberOf(link);
    if (member !== undefined) engine.addMember(link.from, member);
  }
}

export function removeLink(engine: TenantEngine, link: Link): void {
  if (link.kind === 'manager') engine.removeManager(link.from, link.to);
  else if (link.kind === 'collectionMembers') engine.targeting.removeFromCollection(link.from, link.to);
  else if (link.kind === 'members') {
    const member = memberOf(link);
    if (member !== undefined) engine.removeMember(link.from, member);
  }
}

export function applyChange(engine: TenantEngine, { kind, key, link, type, before, after }: Change): void {
  if (link !== undefined) (kind === 'link' ? putLink : removeLink)(engine, link);
  else if (key === undefined || !matters(key.set)) return;
  else if (kind === 'delete') removeEntity(engine, key);
  else if (after !== undefined) putEntity(engine, key, type ?? '', parse(after), before === undefined ? undefined : parse(before));
}

/**
 * Takes back the changes of one commit. Entities come back before the links between them, which the engine takes for existing objects alone.
 * @param changes in the order they were made
 */
export function revertChanges(engine: TenantEngine, changes: readonly Change[]): void {
  const reversed = [...changes].reverse();
  for (const change of reversed) if (change.link === undefined) applyChange(engine, inverse(change));
  for (const change of reversed) if (change.link !== undefined) applyChange(engine, inverse(change));
}

function inverse(change: Change): Change {
  const { kind, before, after } = change;
  if (kind === 'link' || kind === 'unlink') return { ...change, kind: kind === 'link' ? 'unlink' : 'link' };
  return { ...change, kind: before === undefined ? 'delete' : 'put', before: after, after: before };
}

const SETS: ReadonlySet<string> = new Set([...ENTITY_SETS, 'groups', FILTER_SETTINGS.set]);

const matters = (set: string) => SETS.has(set);

function parse(text: string): JsonObject {
  return JSON.parse(text) as JsonObject;
}

function memberOf(link: Link): EngineObject | undefined {
  const kind = KINDS[link.toSet];
  return kind === undefined ? undefined : { kind, id: link.to };
}
