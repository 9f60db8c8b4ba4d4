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
  /** As in the table (see UNRECORDED). */
  readonly recorded: number;
  readonly entity: StoredEntity;
}

/** Names are those of `nameOf`: made once and used for several steps, for making one costs more than looking it up. */
export interface EntityCache {
  get(name: string): CachedEntity | undefined;
  set(name: string, cached: CachedEntity): void;
  drop(name: string): void;
  /** After anything was undone. */
  clear(): void;
}

/** Entities held at most, and the longest text of one: about 64 MiB at the very most, 8 MiB as a rule. */
const MOST = 4096;
const LONGEST = 16_384;

/** No other entity of any tenant has the name. */
export function nameOf(tenant: string, { set, parent, id }: EntityKey): string {
  return `${tenant}\0${set}\0${parent}\0${id}`;
}

export function createEntityCache(): EntityCache {
  const entries = new Map<string, CachedEntity>();
  return {
    get: (name) => entries.get(name),
    set(name, cached) {
      if (cached.entity.json.length > LONGEST) {
        entries.delete(name);
        return;
      }
      if (entries.size >= MOST && !entries.has(name)) entries.delete(entries.keys().next().value as string);
      entries.set(name, cached);
    },
    drop: (name) => void entries.delete(name),
    clear: () => entries.clear(),
  };
}
