/**
 * The same as `resolve`, for policies that reach many devices: every set is laid into a few bitsets that serve again and again, and nothing is counted
 * before the end. A bitset an operation, counted each time, costs several times as much at a million devices.
 */
import { countBits, type DeviceSet, emptySet, fromWords, isEmpty, wordCount } from '../device-set.js';
import type { Placed } from './catalogue.js';
import type { ReachKind } from './policy.js';
import type { ResolveSources, Result, Sides } from './resolve.js';

export interface Tally {
  readonly result: Result;
  /** Devices that the includes reach; of them not excluded; of them let by the filters. */
  readonly reached: number;
  readonly survivors: number;
  readonly passed: number;
}

/** Bitsets that no one uses at the moment, all of one length. */
let spare: Uint32Array[] = [];

function take(length: number): Uint32Array {
  const words = spare.pop();
  if (words === undefined || words.length !== length) {
    spare = [];
    return new Uint32Array(length);
  }
  return words.fill(0);
}

/**
 * @param eligible devices that platform and applicability rules admit; undefined: all
 * @param counting false: `reached` and `survivors` are left at 0
 */
export function resolveByWords(
  { includes, exclusions }: Sides,
  eligible: DeviceSet | undefined,
  sources: ResolveSources,
  counting: boolean,
): Tally {
  const length = wordCount(sources.live.universe);
  const used: Uint32Array[] = [];
  const fresh = () => {
    const words = take(length);
    used.push(words);
    return words;
  };
  const bitsOf = (set: DeviceSet): Uint32Array => {
    if (set.kind === 'dense' && set.words.length === length) return set.words;
    const words = fresh();
    lay(words, set, undefined, undefined);
    return words;
  };
  const matching = new Map<string, Uint32Array>();
  const matchingOf = (filterId: string): Uint32Array => {
    let words = matching.get(filterId);
    if (words === undefined) {
      const set = sources.predicates.filter(filterId)?.all();
      words = set === undefined ? fresh() : bitsOf(set);
      matching.set(filterId, words);
    }
    return words;
  };
  const barredOn = (kind: ReachKind): Uint32Array | undefined => {
    let words: Uint32Array | undefined;
    for (const { key, filter } of exclusions) {
      const set = sources.planes[kind](key);
      if (isEmpty(set)) continue;
      words ??= fresh();
      // An exclusion holds only where its filter lets it.
      const asked = sources.filtersOn ? filter : undefined;
      const matched = asked === undefined ? undefined : matchingOf(asked.id);
      lay(words, set, asked?.mode === 'exclude' ? matched : undefined, asked?.mode === 'include' ? matched : undefined);
    }
    return words;
  };
  const barred = { device: barredOn('device'), user: barredOn('user') };
  /** Lays what an include reaches, past the exclusions. */
  const layPlaced = (into: Uint32Array, { key }: Placed, within: Uint32Array | undefined, excluding = true) => {
    lay(into, sources.planes.device(key), excluding ? barred.device : undefined, within);
    lay(into, sources.planes.user(key), excluding ? barred.user : undefined, within);
  };
  const passing = (intent: 'apply' | 'remove'): Uint32Array | undefined => {
    let passed: Uint32Array | undefined;
    let decided: Uint32Array | undefined;
    let refused: Uint32Array | undefined;
    for (const placed of includes) {
      if (placed.intent !== intent) continue;
      passed ??= fresh();
      const filter = sources.filtersOn ? placed.filter : undefined;
      if (filter?.mode !== 'exclude') layPlaced(passed, placed, filter === undefined ? undefined : matchingOf(filter.id));
      else {
        decided ??= fresh();
        refused ??= fresh();
        layPlaced(decided, placed, undefined);
        layPlaced(refused, placed, matchingOf(filter.id));
      }
    }
    if (passed === undefined || decided === undefined || refused === undefined) return passed;
    for (let at = 0; at < length; at += 1) passed[at] = (decided[at]! & ~refused[at]!) | (passed[at]! & ~decided[at]!);
    return passed;
  };

  const remove = passing('remove');
  const apply = passing('apply');
  if (remove !== undefined && apply !== undefined) for (let at = 0; at < length; at += 1) apply[at]! &= ~remove[at]!;
  const passed = bitsIn(remove) + bitsIn(apply);
  const filtered = sources.filtersOn && includes.some(({ filter }) => filter !== undefined);
  const excluding = barred.device !== undefined || barred.user !== undefined;
  const countAll = (past: boolean) => {
    const all = fresh();
    for (const placed of includes) layPlaced(all, placed, undefined, past);
    return bitsIn(all);
  };
  const survivors = counting ? (filtered ? countAll(true) : passed) : 0;
  const reached = counting ? (excluding ? countAll(false) : survivors) : 0;
  const admitted = eligible === undefined || passed === 0 ? undefined : bitsOf(eligible);
  const settle = (words: Uint32Array | undefined): DeviceSet => {
    if (words === undefined) return emptySet(0);
    if (admitted !== undefined) for (let at = 0; at < length; at += 1) words[at]! &= admitted[at]!;
    const set = fromWords(words, sources.live.universe);
    // A dense set keeps the words it was made of.
    return set.kind === 'dense' ? { ...set, words: set.words.slice() } : set;
  };
  const result = { applied: settle(apply), removed: settle(remove) };
  spare.push(...used);
  return { result, reached, survivors, passed };
}

/** Adds what a set holds, and `barred` does not, and `within` does. */
function lay(into: Uint32Array, set: DeviceSet, barred: Uint32Array | undefined, within: Uint32Array | undefined): void {
  if (set.kind === 'sparse') laySparse(into, set.ordinals, barred, within);
  else layDense(into, set.words, barred, within);
}

function laySparse(into: Uint32Array, ordinals: Uint32Array, barred: Uint32Array | undefined, within: Uint32Array | undefined): void {
  for (let index = 0; index < ordinals.length; index += 1) {
    const ordinal = ordinals[index]!;
    const word = ordinal >>> 5;
    let bit = 1 << (ordinal & 31);
    if (barred !== undefined) bit &= ~barred[word]!;
    if (within !== undefined) bit &= within[word]!;
    into[word]! |= bit;
  }
}

function layDense(into: Uint32Array, words: Uint32Array, barred: Uint32Array | undefined, within: Uint32Array | undefined): void {
  if (barred === undefined && within === undefined) for (let at = 0; at < words.length; at += 1) into[at]! |= words[at]!;
  else if (within === undefined) for (let at = 0; at < words.length; at += 1) into[at]! |= words[at]! & ~barred![at]!;
  else if (barred === undefined) for (let at = 0; at < words.length; at += 1) into[at]! |= words[at]! & within[at]!;
  else for (let at = 0; at < words.length; at += 1) into[at]! |= words[at]! & within[at]! & ~barred[at]!;
}

function bitsIn(words: Uint32Array | undefined): number {
  return words === undefined ? 0 : countBits(words);
}
