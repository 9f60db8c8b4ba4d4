/** `@odata.context`, `@odata.id` and the other URLs an answer carries (graph-api spec 4.3). */
import type { ApiVersion } from '../model/schema.js';
import type { Item } from '../query/outcome.js';
import type { QueryOptions } from '../query/plan.js';

/** Keys that need no escaping, GUIDs above all. */
const PLAIN_KEY = /^[\w.-]+$/;

/** `'O''Brien'`: a key as a quoted literal, safe inside a URL. */
export function keyLiteral(id: string): string {
  if (PLAIN_KEY.test(id)) return `'${id}'`;
  return `'${encodeURIComponent(id.replaceAll("'", "''")).replaceAll('%27', "'").replaceAll('%20', ' ')}'`;
}

/**
 * A set's containment path with the keys on the way:
 * `deviceManagement/deviceConfigurations/assignments` below `c` -> `deviceManagement/deviceConfigurations('c')/assignments`.
 */
export function containmentPath(set: string, parent: string): string {
  if (parent === '') return set;
  const names = set.split('/');
  const ids = parent.split('/');
  // The keys belong to the names just before the last ones: what is contained once, such as deviceManagement, has none.
  const firstKeyed = names.length - 1 - ids.length;
  return names
    .map((name, at) => (at >= firstKeyed && at < names.length - 1 ? `${name}(${keyLiteral(ids[at - firstKeyed] ?? '')})` : name))
    .join('/');
}

/** `(id,displayName,assignments())`: what was selected and expanded, as the client wrote it. */
export function projectionText(options: QueryOptions): string {
  const parts = (options.select ?? []).map((item) => item.text);
  for (const item of options.expand) {
    if (item.form !== 'entities') continue;
    const name = item.cast === undefined ? item.property.name : `microsoft.graph.${item.cast.name}/${item.property.name}`;
    const inner = projectionText(item.options);
    parts.push(`${name}${inner === '' ? '()' : inner}`);
  }
  return parts.length === 0 ? '' : `(${parts.join(',')})`;
}

/** `https://HOST/beta/$metadata#FRAGMENT` */
export function contextUrl(origin: string, version: ApiVersion, fragment: string): string {
  return `${origin}/${version}/$metadata#${fragment}`;
}

/** The canonical path of an entity, e.g. `deviceManagement/deviceConfigurations('c')/assignments('a')`. */
export function entityPath(item: Pick<Item, 'set' | 'parent' | 'id'>): string {
  const path = containmentPath(item.set, item.parent);
  // What there is one of, such as deviceManagement, has no key.
  return item.id === '' ? path : `${path}(${keyLiteral(item.id)})`;
}
