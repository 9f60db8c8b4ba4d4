/**
 * Repeatable chance for the built-in tenants. Every thing draws from a stream of its own, named by a text, so that adding one thing to
 * a tenant changes nothing else in it.
 */
export interface Random {
  /** At least 0, less than 1. */
  fraction(): number;
  /** An integer from 0 to `limit - 1`. */
  below(limit: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** As likely as its weight says. */
  weighted<T extends { readonly weight: number }>(items: readonly T[]): T;
  /** `length` characters out of `alphabet`. */
  text(alphabet: string, length: number): string;
  /** A lower-case GUID of version 4. */
  guid(): string;
}

/** FNV-1a from a basis of its own, then the final mix of MurmurHash3: four of these fill the generator's state from a name. */
function hash(name: string, basis: number): number {
  let mixed = basis;
  for (let at = 0; at < name.length; at++) mixed = Math.imul(mixed ^ name.charCodeAt(at), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function half(word: number): string {
  return `${BYTES[(word >>> 8) & 255]}${BYTES[word & 255]}`;
}

function pairs(word: number): string {
  return half(word >>> 16) + half(word);
}

/** The stream of this name: xoshiro128** (Blackman and Vigna), the same on every machine. */
export function random(name: string): Random {
  let a = hash(name, 0x811c9dc5);
  let b = hash(name, 0x9e3779b9);
  let c = hash(name, 0x7f4a7c15);
  let d = hash(name, 0x2545f491) | 1;

  function word(): number {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  }

  const fraction = () => word() / 0x1_0000_0000;
  const below = (limit: number) => Math.floor(fraction() * limit);
  return {
    fraction,
    below,
    chance: (probability) => fraction() < probability,
    pick: <T>(items: readonly T[]) => items[below(items.length)] as T,
    weighted<T extends { readonly weight: number }>(items: readonly T[]): T {
      let left = fraction() * items.reduce((sum, item) => sum + item.weight, 0);
      for (const item of items) {
        left -= item.weight;
        if (left < 0) return item;
      }
      return items.at(-1) as T;
    },
    text(alphabet, length) {
      let text = '';
      for (let at = 0; at < length; at++) text += alphabet.charAt(below(alphabet.length));
      return text;
    },
    guid() {
      const high = (word() & 0xffff0fff) | 0x4000;
      const low = (word() & 0x3fffffff) | 0x80000000;
      const end = word();
      return `${pairs(word())}-${half(high >>> 16)}-${half(high)}-${half(low >>> 16)}-${half(low)}${pairs(end)}`;
    },
  };
}

/** The id of the thing of this name. */
export function namedGuid(name: string): string {
  return random(name).guid();
}
