/** The objects of the directory: users, devices and groups share one space of ids. */
export { isFilledByRule } from '../../engine/tenant-engine.js';

import type { JsonObject } from '../../kernel/json.js';
import { isObject } from '../../kernel/json.js';
import type { EntityKey, StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import type { ObjectRef } from '../resident.js';

export const USERS = 'users';
export const DEVICES = 'devices';
export const GROUPS = 'groups';
export const DIRECTORY_OBJECTS = 'directoryObjects';

const SETS: readonly ObjectRef['set'][] = [GROUPS, USERS, DEVICES];
const TYPES: Readonly<Record<ObjectRef['set'], string>> = { groups: 'group', users: 'user', devices: 'device' };

/** Whether a set holds objects that groups can hold. */
export function isDirectorySet(set: string): set is ObjectRef['set'] {
  return set === USERS || set === DEVICES || set === GROUPS;
}

export function setOfType(typeName: string): ObjectRef['set'] | undefined {
  return SETS.find((set) => TYPES[set] === typeName);
}

/** `Group`, `User`, `Device`: how the directory's error texts name a kind of object. */
export function kindName(set: string): string {
  const type = isDirectorySet(set) ? TYPES[set] : set;
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

export function objectKey(ref: ObjectRef): EntityKey {
  return { set: ref.set, parent: '', id: ref.id };
}

/** Find objects of any kind by id, in one read: one result per id, undefined where there is none. */
export async function findObjects(
  ids: readonly string[],
  context: Pick<DomainContext, 'reader' | 'tenant'>,
): Promise<readonly (StoredEntity | undefined)[]> {
  const keys = ids.flatMap((id) => SETS.map((set) => ({ set, parent: '', id })));
  const found = await context.reader.read(context.tenant, keys);
  return ids.map((_, at) => found.slice(at * SETS.length, (at + 1) * SETS.length).find((entity) => entity !== undefined));
}

export function parsed(entity: StoredEntity): JsonObject {
  const json: unknown = JSON.parse(entity.json);
  return isObject(json) ? json : {};
}

const TYPE_DYNAMIC = 'DynamicMembership';
const TYPE_UNIFIED = 'Unified';

function hasGroupType(group: JsonObject, name: string): boolean {
  return Array.isArray(group.groupTypes) && group.groupTypes.includes(name);
}

export function isDynamic(group: JsonObject): boolean {
  return hasGroupType(group, TYPE_DYNAMIC);
}

export function isUnified(group: JsonObject): boolean {
  return hasGroupType(group, TYPE_UNIFIED);
}

/** The order in which members are shown: by id. */
export function byId(a: { readonly id: string; readonly set: string }, b: { readonly id: string; readonly set: string }): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return SETS.indexOf(a.set as ObjectRef['set']) - SETS.indexOf(b.set as ObjectRef['set']);
}
