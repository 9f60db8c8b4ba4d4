/**
 * What the writer connection read or wrote last, so that deciding on a write and checking its expectations need not ask SQLite again. This
 * process alone writes the database (see ownership), and every write goes through the applier, so the cache is never behind.
 */
import type { EntityKey, StoredEntity } from '../store.js';

export interface CachedEntity {
  /** Row number in `entities`. */
  readonly row: number;
  /** Number of the type's name. */
  readonly type: number;
  readonly recorded: boolean;
  readonly entity: StoredEntity;
}

export interface EntityCache {
  get(tenant: string, key: EntityKey): CachedEntity | undefined;
  set(tenant: string, key: EntityKey, cached: CachedEntity): void;
  drop(tenant: string, key: EntityKey): void;
  /** After anything was undone. */
  clear(): void;
}

/** Entities held at most, and the longest text of one: about 64 MiB at the very most, 8 MiB as a rule. */
const MOST = 4096;
const LONGEST = 16_384;

export function createEntityCache(): EntityCache {
  const entries = new Map<string, CachedEntity>();
  const nameOf = (tenant: string, { set, parent, id }: EntityKey) => `${tenant}\0${set}\0${parent}\0${id}`;
  return {
    get: (tenant, key) => entries.get(nameOf(tenant, key)),
    set(tenant, key, cached) {
      const name = nameOf(tenant, key);
      if (cached.entity.json.length > LONGEST) {
        entries.delete(name);
        return;
      }
      if (entries.size >= MOST && !entries.has(name)) entries.delete(entries.keys().next().value as string);
      entries.set(name, cached);
    },
    drop: (tenant, key) => void entries.delete(nameOf(tenant, key)),
    clear: () => entries.clear(),
  };
}
