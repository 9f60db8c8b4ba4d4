/** An open-addressing index from hashes to ids 1, 2, 3 …; what an id stands for is its owner's to compare. Entries are never taken out. */
export interface HashIndex {
  /** The first id under `hash` that `accept` agrees to; 0 when there is none. */
  find(hash: number, accept: (id: number) => boolean): number;
  /** Adds the next id (1, then 2, …) under `hash`. */
  add(hash: number): void;
}

/** Chosen anew in every process, so that nobody can write values beforehand that all fall into one place. */
export const HASH_SEED = Math.floor(Math.random() * 0x1_0000_0000) >>> 0;

/** Spreads the bits of a hash built by multiplication over the whole word. */
export function finishHash(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export function createHashIndex(): HashIndex {
  let slots = new Uint32Array(16);
  /** Hash of each id, kept so that growing needs no owner. */
  let hashes = new Uint32Array(8);
  let count = 0;

  const place = (hash: number, id: number) => {
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = id;
  };

  return {
    find(hash, accept) {
      const mask = slots.length - 1;
      for (let slot = hash & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
        const id = slots[slot]!;
        if (hashes[id] === hash && accept(id)) return id;
      }
      return 0;
    },
    add(hash) {
      count += 1;
      if (count >= hashes.length) hashes = grown(hashes, hashes.length * 2);
      hashes[count] = hash;
      if (count * 2 > slots.length) {
        slots = new Uint32Array(slots.length * 2);
        for (let id = 1; id < count; id += 1) place(hashes[id]!, id);
      }
      place(hash, count);
    },
  };
}

/** A longer array with the same beginning. */
export function grown(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(length);
  longer.set(array);
  return longer;
}

/** A longer length for an array that grows: twice while it is short, a quarter more when it is long. */
export function roomier(length: number): number {
  return length < 1 << 18 ? length * 2 : length + (length >>> 2);
}
