/** Planes and filters as bitsets of the arena: what the words of one operation are made of. */
import { type DeviceSet, emptySet, isEmpty } from '../device-set.js';
import type { ReachKind } from './policy.js';
import type { Laid, ResolveSources } from './resolve.js';

const NO_DEVICES = emptySet(0);

export interface Bits {
  /** Words to go over. */
  readonly count: number;
  /** Adds to a bitset what a set holds, and `barred` does not, and `within` does. */
  lay(into: number, set: DeviceSet, barred?: number, within?: number): void;
  /** The devices that a filter matches; none for one that does not exist. Valid until many others were asked for. */
  matching(filterId: string): number;
  /** Adds what an exclusion reaches by one kind: only where its filter lets it hold. */
  layExclusion(into: number, exclusion: Laid, kind: ReachKind): void;
  /** All that exclusions hold on one side; undefined: nothing. */
  barredOn(exclusions: readonly Laid[], kind: ReachKind): number | undefined;
}

export function createBits({ arena, predicates, filtersOn, live }: ResolveSources): Bits {
  const { kernels } = arena;
  const count = arena.countFor(live.universe);

  const lay: Bits['lay'] = (into, set, barred, within) => {
    if (set.kind === 'sparse') {
      laySparse(kernels.words, into, set.ordinals, barred, within);
      return;
    }
    const from = arena.bitsOf(set);
    if (barred === undefined && within === undefined) kernels.or(into, from, count);
    else if (within === undefined) kernels.orPast(into, from, barred!, count);
    else if (barred === undefined) kernels.orWithin(into, from, within, count);
    else kernels.orWithinPast(into, from, within, barred, count);
  };

  const matching = (filterId: string): number => arena.bitsOf(predicates.filter(filterId)?.all() ?? NO_DEVICES);

  const layExclusion = (into: number, exclusion: Laid, kind: ReachKind) => {
    const set = exclusion[kind];
    if (isEmpty(set)) return;
    const asked = filtersOn ? exclusion.placed.filter : undefined;
    const matched = asked === undefined ? undefined : matching(asked.id);
    lay(into, set, asked?.mode === 'exclude' ? matched : undefined, asked?.mode === 'include' ? matched : undefined);
  };

  return {
    count,
    lay,
    matching,
    layExclusion,
    barredOn(exclusions, kind) {
      let at: number | undefined;
      for (const exclusion of exclusions) {
        if (isEmpty(exclusion[kind])) continue;
        at ??= arena.scratch();
        layExclusion(at, exclusion, kind);
      }
      return at;
    },
  };
}

function laySparse(words: Uint32Array, into: number, ordinals: Uint32Array, barred: number | undefined, within: number | undefined): void {
  if (barred === undefined && within === undefined) {
    for (let index = 0; index < ordinals.length; index += 1) words[into + (ordinals[index]! >>> 5)]! |= 1 << (ordinals[index]! & 31);
    return;
  }
  for (let index = 0; index < ordinals.length; index += 1) {
    const word = ordinals[index]! >>> 5;
    let bit = 1 << (ordinals[index]! & 31);
    if (barred !== undefined) bit &= ~words[barred + word]!;
    if (within !== undefined) bit &= words[within + word]!;
    words[into + word]! |= bit;
  }
}
