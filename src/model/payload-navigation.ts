import { graphError } from '../kernel/errors.js';
import type { JsonObject, JsonValue } from '../kernel/json.js';
import { echoed, requireNode } from './primitive-value.js';
import type { NavigationProperty, StructuredType } from './schema.js';

export const BIND = '@odata.bind';

/** What only the entity at the top may carry. */
export interface Collected {
  readonly binds: Map<string, readonly string[]>;
  readonly removedBinds: string[];
  readonly deepInserts: Map<string, readonly JsonObject[]>;
}

/**
 * Collect `NAME@odata.bind`: the URL of one entity for a single navigation property, an array of them for a collection. On update, null
 * removes a single one; on create it says nothing.
 *
 * @param collected undefined inside a complex value, where nothing can be bound
 * @throws GraphError `propertyUnknown`, `bindInvalid`
 */
export function readBind(
  mode: 'create' | 'update',
  type: StructuredType,
  name: string,
  value: JsonValue,
  prefix: string,
  collected: Collected | undefined,
): void {
  const navigation = type.navigation.get(name);
  if (navigation === undefined) throw unknownProperty(name, type, prefix);
  const refuse = (reason: string, shown: JsonValue = value) =>
    graphError('bindInvalid', { property: name, value: echoed(shown), reason }, `${prefix}${name}${BIND}`);
  if (collected === undefined) throw refuse('only the entity itself can be bound, not a value inside it.');
  if (navigation.contains) throw refuse('the navigation property contains its entities; give them inline or through their own path.');
  if (navigation.collection) {
    if (!Array.isArray(value)) throw refuse('an array of URLs is expected.');
    for (const item of value as readonly JsonValue[])
      if (typeof item !== 'string' || item.trim() === '') throw refuse('every reference is the URL of an entity.', item);
    collected.binds.set(name, value);
  } else if (value === null) {
    if (mode === 'update') collected.removedBinds.push(name);
  } else {
    if (typeof value !== 'string' || value.trim() === '') throw refuse('the URL of one entity is expected.');
    collected.binds.set(name, [value]);
  }
}

/**
 * A navigation property given as a member: contained entities are collected on create; everything else has its own path or a bind.
 *
 * @throws GraphError `patchNavigation` (update), `requestInvalid` (a reference on create), `jsonShape`
 */
export function readInline(
  mode: 'create' | 'update',
  type: StructuredType,
  navigation: NavigationProperty,
  value: JsonValue,
  prefix: string,
  collected: Collected | undefined,
): void {
  const { name } = navigation;
  const path = prefix + name;
  if (mode === 'update') throw graphError('patchNavigation', { property: name, type: type.name }, path);
  if (value === null && !navigation.collection) return;
  if (!navigation.contains || collected === undefined) {
    // An empty collection says nothing; objects sent back as they were read carry it.
    if (navigation.collection && Array.isArray(value) && value.length === 0) return;
    const reason = `The navigation property '${name}' cannot be created inline. Refer to existing objects with '${name}${BIND}'.`;
    throw graphError('requestInvalid', { reason }, path);
  }
  requireNode(value, navigation.collection ? 'StartArray' : 'StartObject', path);
  const items = (navigation.collection ? value : [value]) as readonly JsonObject[];
  for (const [i, item] of items.entries()) requireNode(item, 'StartObject', `${path}[${i}]`);
  collected.deepInserts.set(name, items);
}

/** `propertyUnknown`, with the JSON path as its target. */
export function unknownProperty(name: string, type: StructuredType, prefix: string): Error {
  return graphError('propertyUnknown', { property: echoed(name), type: type.name }, prefix + echoed(name));
}
