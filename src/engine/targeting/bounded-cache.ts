/** Answers that can be worked out again, kept within a budget of memory; those not asked for since they last came up go first. */
export interface BoundedCache<V> {
  get(key: string): V | undefined;
  /** @param bytes that the value takes, about */
  set(key: string, value: V, bytes: number): void;
  /** Without counting as asked. */
  peek(key: string): V | undefined;
  /** How many there are. */
  size(): number;
  delete(key: string): void;
  clear(): void;
}

/** What an entry takes beside its value. */
const OVERHEAD = 200;

/**
 * @param budget bytes, asked with every value that comes
 * @param dropped told of each value that is kept no longer
 */
export function createBoundedCache<V>(budget: () => number, dropped: (value: V) => void = () => undefined): BoundedCache<V> {
  const entries = new Map<string, { value: V; bytes: number; asked: boolean }>();
  let total = 0;
  const remove = (key: string) => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    total -= entry.bytes;
    entries.delete(key);
    dropped(entry.value);
  };
  return {
    size: () => entries.size,
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entry.asked = true;
      return entry.value;
    },
    peek: (key) => entries.get(key)?.value,
    set(key, value, bytes) {
      remove(key);
      entries.set(key, { value, bytes: bytes + OVERHEAD, asked: false });
      total += bytes + OVERHEAD;
      const most = budget();
      // In order of coming; who was asked meanwhile gets a second turn at the end.
      for (const [oldest, entry] of entries) {
        if (total <= most || entries.size === 1) return;
        if (oldest === key) continue;
        if (entry.asked) {
          entry.asked = false;
          entries.delete(oldest);
          entries.set(oldest, entry);
        } else remove(oldest);
      }
    },
    delete: remove,
    clear() {
      for (const key of [...entries.keys()]) remove(key);
    },
  };
}
