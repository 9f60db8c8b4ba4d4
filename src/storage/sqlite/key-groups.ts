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

interface Place {
  readonly set: string;
  readonly parent: string;
  readonly ids: Set<string>;
}

/** Gathers keys by set and parent; keys that follow each other are mostly of one place. */
function gathering(): { readonly places: readonly Place[]; readonly placeOf: (key: EntityKey) => Place } {
  const byName = new Map<string, Place>();
  const places: Place[] = [];
  let last: Place | undefined;
  return {
    places,
    placeOf({ set, parent }) {
      if (last?.set === set && last.parent === parent) return last;
      const name = `${set}\0${parent}`;
      last = byName.get(name);
      if (last === undefined) {
        last = { set, parent, ids: new Set() };
        byName.set(name, last);
        places.push(last);
      }
      return last;
    },
  };
}

function groupsOf({ set, parent, ids }: Place): readonly KeyGroup[] {
  const list = [...ids];
  const groups: KeyGroup[] = [];
  for (let at = 0; at < list.length; at += GROUP) groups.push({ set, parent, ids: list.slice(at, at + GROUP) });
  return groups;
}

/** Keys that no store can hold are left out. */
export function keyGroups(keys: Iterable<EntityKey>): readonly KeyGroup[] {
  const { places, placeOf } = gathering();
  for (const key of keys) if (isStorable(key.id) && isStorable(key.parent)) placeOf(key).ids.add(key.id);
  return places.flatMap(groupsOf);
}

/**
 * What `select` finds of each group, in the order of the keys.
 * @param select tells `found` of each id that exists
 */
export function selectByGroup<T>(
  keys: readonly EntityKey[],
  select: (group: KeyGroup, found: (id: string, value: T) => void) => void,
): (T | undefined)[] {
  const { places, placeOf } = gathering();
  const placeOfKey = keys.map((key) => {
    const place = placeOf(key);
    if (isStorable(key.id) && isStorable(key.parent)) place.ids.add(key.id);
    return place;
  });
  const results = new Map<Place, Map<string, T>>();
  for (const place of places) {
    const result = new Map<string, T>();
    for (const group of groupsOf(place)) select(group, (id, value) => result.set(id, value));
    if (result.size > 0) results.set(place, result);
  }
  return keys.map((key, at) => results.get(placeOfKey[at]!)?.get(key.id));
}
