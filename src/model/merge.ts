import { isObject, type JsonObject, type JsonValue } from '../kernel/json.js';
import { completeProperty } from './defaults.js';
import type { StructuredType } from './schema.js';

/**
 * A stored entity after a PATCH with validated properties. Given values replace stored ones; a complex value replaces as a whole, its
 * members that were left out taking their defaults (semantics, section 7). Members that `stored` lacks are put in wire order.
 *
 * The very object `stored` comes back when nothing changes.
 */
export function mergeUpdate(type: StructuredType, stored: JsonObject, given: JsonObject): JsonObject {
  let out: Record<string, JsonValue | undefined> | undefined;
  let added = false;
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (value === undefined || name === '__proto__') continue;
    const whole = completeProperty(type, name, value);
    const held = Object.hasOwn(stored, name);
    if (held && sameJson(stored[name], whole)) continue;
    out ??= { ...stored };
    out[name] = whole;
    added ||= !held;
  }
  if (out === undefined) return stored;
  return added ? inWireOrder(type, out) : out;
}

function inWireOrder(type: StructuredType, members: JsonObject): JsonObject {
  const out: Record<string, JsonValue | undefined> = {};
  for (const name of type.properties.keys()) if (Object.hasOwn(members, name)) out[name] = members[name];
  return { ...out, ...members };
}

/** Equal as JSON: the order of an object's members has no meaning, the order of an array's items has. */
export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    return (a as readonly JsonValue[]).every((item, i) => sameJson(item, b[i]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && sameJson(a[name], b[name]));
}
