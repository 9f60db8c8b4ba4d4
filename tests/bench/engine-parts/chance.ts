/** Repeatable chance by number: what a thing is follows from its kind and index alone, so that a tenant of any size is made again without being kept. */

/** A stream of its own for the thing `index` of a kind. */
export interface Chance {
  /** At least 0, less than 1. */
  fraction(): number;
  /** An integer from 0 to `limit - 1`. */
  below(limit: number): number;
  hit(probability: number): boolean;
}

/** The final mix of MurmurHash3: a permutation of the 32-bit numbers. */
function scramble(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function unscramble(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x7ed1_b41d);
  mixed ^= (mixed >>> 13) ^ (mixed >>> 26);
  mixed = Math.imul(mixed, 0xa5cb_9243);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export function chanceOf(kind: number, index: number): Chance {
  let state = scramble(scramble(Math.imul(kind, 0x9e37_79b1) ^ 0x2545_f491) ^ index);
  // The counter of a Weyl sequence, mixed: good enough for shapes, and nothing to set up.
  const fraction = () => {
    state = (state + 0x6d2b_79f5) | 0;
    return scramble(state) / 0x1_0000_0000;
  };
  return { fraction, below: (limit) => Math.floor(fraction() * limit), hit: (probability) => fraction() < probability };
}

/** Ranks from 0, the first the likeliest: a rank's weight is `1 / (rank + 1) ** exponent`. */
export interface Ranks {
  readonly count: number;
  pick(chance: Chance): number;
}

export function zipf(count: number, exponent: number): Ranks {
  const ends = new Float64Array(count);
  let total = 0;
  for (let rank = 0; rank < count; rank += 1) {
    total += (rank + 1) ** -exponent;
    ends[rank] = total;
  }
  return { count, pick: (chance) => firstAbove(ends, chance.fraction() * total) };
}

/** Ranks with the weights given. */
export function weighted(weights: readonly number[]): Ranks {
  const ends = new Float64Array(weights.length);
  let total = 0;
  for (const [rank, weight] of weights.entries()) {
    total += weight;
    ends[rank] = total;
  }
  return { count: weights.length, pick: (chance) => firstAbove(ends, chance.fraction() * total) };
}

function firstAbove(ends: Float64Array, value: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

const HEX = Buffer.from('0123456789abcdef');
const text = Buffer.from('00000000-0000-4000-8000-000000000000');

/** The GUID of the thing `index` of a kind, as random to look at as any. In one piece: text that is joined of pieces takes several times the memory. */
export function guidOf(kind: number, index: number): string {
  hex(scramble(index ^ scramble(kind)), 0, 8);
  hex(scramble(index + Math.imul(kind, 0x51ed_270b)), 9, 4);
  const last = scramble(index ^ 0x68bc_21eb);
  hex(last, 15, 3);
  hex(scramble(last), 24, 8);
  hex(scramble(last ^ kind), 32, 4);
  return text.toString('latin1', 0, 36);
}

/** The index that `guidOf` made a GUID of. */
export function indexOfGuid(kind: number, guid: string): number {
  return (unscramble(Number.parseInt(guid.slice(0, 8), 16)) ^ scramble(kind)) >>> 0;
}

function hex(value: number, at: number, digits: number): void {
  for (let digit = 0; digit < digits; digit += 1) text[at + digit] = HEX[(value >>> (28 - 4 * digit)) & 15]!;
}
