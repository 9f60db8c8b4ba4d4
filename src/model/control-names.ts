/**
 * Control information of OData 4.01, which leaves out the prefix that 4.0 has: `@type` is `@odata.type`, `rootCertificate@bind` is
 * `rootCertificate@odata.bind` (OData JSON format 4.01, section 4.6). Annotations have a namespace, and so a dot, behind the at sign.
 */
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.js';

/** The same value with the names of 4.0; where both forms of a name stand, the one with the prefix counts. */
export function prefixed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(prefixed);
  if (!isObject(value)) return value;
  const out: Record<string, JsonValue | undefined> = Object.create(null);
  for (const [name, member] of Object.entries(value)) {
    const full = prefixedName(name);
    if (full === name || !Object.hasOwn(value, full)) out[full] = member === undefined ? undefined : prefixed(member);
  }
  return out as JsonObject;
}

function prefixedName(name: string): string {
  const at = name.lastIndexOf('@');
  return at < 0 || at === name.length - 1 || name.includes('.', at) ? name : `${name.slice(0, at)}@odata.${name.slice(at + 1)}`;
}
