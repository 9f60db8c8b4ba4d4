/** Which names have never been seen, in a few bytes a name: of one that has it says so, of one that has not it is wrong once in some thousands. */
export interface IdFilter {
  add(name: string): void;
  /** False: it was never added. */
  mayHave(name: string): boolean;
}

const FIRST_PLACES = 1024;
/** In place of the hash that stands for a free place. */
const NOT_ZERO = 0x9e3779b9;

/** Hashes of 32 bits in a table of open addresses, at most half full. */
export function createIdFilter(): IdFilter {
  let table = new Uint32Array(FIRST_PLACES);
  let count = 0;

  function placeOf(hash: number): number {
    const mask = table.length - 1;
    let at = hash & mask;
    while (table[at] !== 0 && table[at] !== hash) at = (at + 1) & mask;
    return at;
  }

  function grow(): void {
    const old = table;
    table = new Uint32Array(old.length * 2);
    for (const hash of old) if (hash !== 0) table[placeOf(hash)] = hash;
  }

  return {
    add(name) {
      const hash = hashOf(name);
      const at = placeOf(hash);
      if (table[at] !== 0) return;
      table[at] = hash;
      count += 1;
      if (count * 2 > table.length) grow();
    },
    mayHave: (name) => table[placeOf(hashOf(name))] !== 0,
  };
}

/** FNV-1a, its bits mixed once more: names differ in few places. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = (hash ^ (hash >>> 13)) >>> 0;
  return hash === 0 ? NOT_ZERO : hash;
}
