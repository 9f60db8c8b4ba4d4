/**
 * Which places follow which, as words of bits: bit p of word p / 32 is place p. Most places are followed by the next one, by themselves, or both; that
 * is two masks for all of them. The rest is a list of jumps: when any of these places was reached, all of those follow.
 */
import type { Junction, Places } from './places.js';
import type { Assertion } from './tree.js';

export interface Follow {
  /** Places that the next place follows. */
  readonly next: Int32Array;
  /** Places that follow themselves. */
  readonly again: Int32Array;
  /** Jump after jump: number of pairs, pairs of word and mask to look for, number of pairs, pairs of word and mask to add. */
  readonly jumps: Int32Array;
  /** Places where a match begins. */
  readonly first: Int32Array;
  /** Places after which a match may end. */
  readonly last: Int32Array;
  /** Whether nothing at all is a match. */
  readonly empty: boolean;
}

/** The work of preparing a pattern, for all its variants. */
export interface Preparation {
  /** Junctions and places that may still be passed. */
  left: number;
  /** What is reached without an assertion on the way, and so in every variant. */
  readonly settled: Map<number, Reached>;
}

export interface Reached {
  readonly places: readonly number[];
  readonly end: boolean;
}

/** @returns undefined when there is more to prepare than may be */
export function followOf(places: Places, holding: ReadonlySet<Assertion>, preparation: Preparation): Follow | undefined {
  const words = Math.max(1, (places.symbols.length + 31) >> 5);
  const masks = () => new Int32Array(words);
  const [next, again, first, last] = [masks(), masks(), masks(), masks()];
  const jumps = jumpsByTarget(places.symbols.length);
  const reach = reacher(places.junctions, holding, preparation);
  for (const [junction, sources] of sourcesOf(places.after)) {
    const reached = reach(junction);
    if (reached === undefined) return undefined;
    if (reached.end) for (const place of sources) add(last, place);
    const [source] = sources;
    const others: number[] = [];
    for (const place of reached.places) {
      if (sources.length === 1 && place === source! + 1) add(next, source!);
      else if (sources.length === 1 && place === source) add(again, place);
      else others.push(place);
    }
    if (others.length > 0) jumps.put(sources, others);
  }
  const start = reach(places.start);
  if (start === undefined) return undefined;
  for (const place of start.places) add(first, place);
  return { next, again, jumps: listOf(jumps.all, words), first, last, empty: start.end };
}

interface Jump {
  readonly sources: number[];
  /** Each once, in any order. */
  readonly targets: readonly number[];
}

/** Jumps with the same targets are one: what ends a counted repetition is the same after each of its copies. */
function jumpsByTarget(places: number) {
  const all: Jump[] = [];
  const bySum = new Map<number, Jump[]>();
  const marks = new Int32Array(places);
  let round = 0;
  const same = (one: readonly number[], other: readonly number[]): boolean => {
    if (one.length !== other.length) return false;
    round += 1;
    for (const place of one) marks[place] = round;
    return other.every((place) => marks[place] === round);
  };
  const put = (sources: readonly number[], targets: readonly number[]): void => {
    let sum = targets.length;
    for (const place of targets) sum = (sum + Math.imul(place + 1, 0x9e37_79b1)) | 0;
    const alike = bySum.get(sum) ?? [];
    bySum.set(sum, alike);
    const known = alike.find((jump) => same(jump.targets, targets));
    if (known !== undefined) {
      known.sources.push(...sources);
      return;
    }
    const jump = { sources: [...sources], targets };
    alike.push(jump);
    all.push(jump);
  };
  return { all, put };
}

/** How many words one step of a text touches. */
export function costOf({ next, jumps }: Follow): number {
  return next.length + jumps.length;
}

function add(mask: Int32Array, place: number): void {
  mask[place >> 5]! |= 1 << (place & 31);
}

function sourcesOf(after: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const sources = new Map<number, number[]>();
  for (const [place, junction] of after.entries()) {
    const known = sources.get(junction);
    if (known === undefined) sources.set(junction, [place]);
    else known.push(place);
  }
  return sources;
}

/** Everything that can be reached from a junction without taking a character. */
function reacher(junctions: readonly Junction[], holding: ReadonlySet<Assertion>, preparation: Preparation) {
  const { settled } = preparation;
  const seen = new Int32Array(junctions.length);
  let round = 0;
  const walk = (from: number): Reached => {
    round += 1;
    const places: number[] = [];
    let [end, asserted] = [false, false];
    const open = [from];
    for (let at = open.pop(); at !== undefined && preparation.left >= 0; at = open.pop()) {
      if (seen[at] === round) continue;
      seen[at] = round;
      preparation.left -= 1;
      const junction = junctions[at]!;
      if (junction.kind === 'end') end = true;
      else if (junction.kind === 'place') places.push(junction.place);
      else if (junction.kind === 'fork') for (const way of junction.ways) open.push(way);
      else {
        asserted = true;
        if (holding.has(junction.assertion)) open.push(junction.next);
      }
    }
    const reached = { places, end };
    if (!asserted) settled.set(from, reached);
    return reached;
  };
  return (from: number): Reached | undefined => {
    const known = settled.get(from);
    preparation.left -= known?.places.length ?? 0;
    const reached = known ?? walk(from);
    return preparation.left < 0 ? undefined : reached;
  };
}

function listOf(jumps: readonly Jump[], words: number): Int32Array {
  const list: number[] = [];
  const mask = new Int32Array(words);
  for (const { sources, targets } of jumps) {
    for (const places of [sources, targets]) {
      mask.fill(0);
      for (const place of places) add(mask, place);
      const count = list.push(0) - 1;
      for (let word = 0; word < words; word += 1) if (mask[word] !== 0) list.push(word, mask[word]!);
      list[count] = (list.length - 1 - count) / 2;
    }
  }
  return Int32Array.from(list);
}
