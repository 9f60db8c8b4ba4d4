/** The entities of one set of one tenant, by parent and id. */
import { compareCodePoints } from '../../query/compare.js';
import type { StoredEntity } from '../store.js';
import { createSortedIds, type SortedIds } from './sorted-ids.js';

export interface EntitySet {
  get(parent: string, id: string): StoredEntity | undefined;
  put(entity: StoredEntity): void;
  remove(parent: string, id: string): void;
  count(parent: Parents): number;
  /** By (parent, id), the first `skip` left out; the set must not change meanwhile. */
  walk(parent: Parents, skip: number): Iterable<StoredEntity>;
}

/** One parent, some of them, or all (undefined). */
type Parents = string | readonly string[] | undefined;

interface Siblings {
  readonly byId: Map<string, StoredEntity>;
  readonly order: SortedIds;
}

export function createEntitySet(): EntitySet {
  const families = new Map<string, Siblings>();
  const parents = createSortedIds();
  let size = 0;

  function* walkOne(siblings: Siblings, skip: number): Generator<StoredEntity> {
    const ids = siblings.order.values();
    for (let at = skip; at < ids.length; at += 1) yield siblings.byId.get(ids[at]!)!;
  }

  return {
    get: (parent, id) => families.get(parent)?.byId.get(id),

    put(entity) {
      let siblings = families.get(entity.parent);
      if (siblings === undefined) {
        siblings = { byId: new Map(), order: createSortedIds() };
        families.set(entity.parent, siblings);
        parents.add(entity.parent);
      }
      if (!siblings.byId.has(entity.id)) {
        siblings.order.add(entity.id);
        size += 1;
      }
      siblings.byId.set(entity.id, entity);
    },

    remove(parent, id) {
      const siblings = families.get(parent);
      if (siblings === undefined || !siblings.byId.delete(id)) return;
      siblings.order.remove(id);
      size -= 1;
      if (siblings.byId.size > 0) return;
      families.delete(parent);
      parents.remove(parent);
    },

    count: (parent) =>
      parent === undefined ? size : namesOf(parent).reduce((total, name) => total + (families.get(name)?.byId.size ?? 0), 0),

    *walk(parent, skip) {
      let left = skip;
      for (const name of parent === undefined ? parents.values() : namesOf(parent)) {
        const siblings = families.get(name);
        if (siblings === undefined) continue;
        if (left < siblings.byId.size) yield* walkOne(siblings, left);
        left = Math.max(0, left - siblings.byId.size);
      }
    },
  };
}

/** In order, each once. */
function namesOf(parent: string | readonly string[]): readonly string[] {
  return typeof parent === 'string' ? [parent] : [...new Set(parent)].sort(compareCodePoints);
}
