/** Many keys at once: one statement for those of a set and parent costs a fraction of one statement for each. */
import { isStorable } from '../storable.js';
import type { EntityKey } from '../store.js';

/** From so many keys on, grouping them pays. */
export const MANY = 8;

/** Most ids of one statement. */
const GROUP = 1000;

export interface KeyGroup {
  readonly set: string;
  readonly parent: string;
  /** At most 1,000; none twice in one group. */
  readonly ids: readonly string[];
}

export function keyName({ set, parent, id }: EntityKey): string {
  return `${set}\0${parent}\0${id}`;
}

/** Keys that no store can hold are left out. */
export function keyGroups(keys: Iterable<EntityKey>): readonly KeyGroup[] {
  const places = new Map<string, { readonly set: string; readonly parent: string; readonly ids: Set<string> }>();
  let last: { readonly set: string; readonly parent: string; readonly ids: Set<string> } | undefined;
  for (const { set, parent, id } of keys) {
    if (!isStorable(id) || !isStorable(parent)) continue;
    if (last?.set !== set || last.parent !== parent) {
      const name = keyName({ set, parent, id: '' });
      last = places.get(name) ?? { set, parent, ids: new Set() };
      places.set(name, last);
    }
    last.ids.add(id);
  }
  const groups: KeyGroup[] = [];
  for (const { set, parent, ids } of places.values()) {
    const list = [...ids];
    for (let at = 0; at < list.length; at += GROUP) groups.push({ set, parent, ids: list.slice(at, at + GROUP) });
  }
  return groups;
}
