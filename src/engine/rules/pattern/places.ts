/** A pattern as places: one for every character it can take, with what may follow. Repetitions are written out. */
import type { CharacterSet } from './character-set.js';
import { type Assertion, type Tree, writtenOut } from './tree.js';

/** What a place takes. */
export type PlaceSymbol = Extract<Tree, { kind: 'literal' | 'set' }>;

/** What lies between two places. */
export type Junction =
  | { readonly kind: 'end' }
  | { readonly kind: 'place'; readonly place: number }
  | { readonly kind: 'fork'; readonly ways: number[] }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly next: number };

export interface Places {
  /** What each place takes, in the order of the pattern. */
  readonly symbols: readonly PlaceSymbol[];
  /** The junction after each place. */
  readonly after: readonly number[];
  readonly junctions: readonly Junction[];
  readonly start: number;
}

/** No pattern is written out longer. A rule has 3,072 characters: what has no counted repetitions fits. */
const MAX_NODES = 3072;

const END = 0;

/** @returns undefined for a pattern that is too long once its repetitions are written out */
export function placesOf(tree: Tree): Places | undefined {
  if (writtenOut(tree) > MAX_NODES) return undefined;
  const symbols: PlaceSymbol[] = [];
  const after: number[] = [];
  const junctions: Junction[] = [{ kind: 'end' }];
  const join = (junction: Junction): number => junctions.push(junction) - 1;

  /** Builds what stands before `next`. @returns the junction where it begins */
  const build = (part: Tree, next: number): number => {
    switch (part.kind) {
      case 'literal':
      case 'set':
        // From the last to the first: places are turned round at the end.
        after.push(next);
        return join({ kind: 'place', place: symbols.push(part) - 1 });
      case 'assertion':
        return join({ kind: 'assertion', assertion: part.assertion, next });
      case 'sequence':
        return part.parts.reduceRight((at, each) => build(each, at), next);
      case 'choice':
        return join({ kind: 'fork', ways: part.parts.map((_, at) => build(part.parts[part.parts.length - 1 - at]!, next)).reverse() });
      case 'repetition':
        return repeat(part.part, part.least, part.most, next);
    }
  };

  const repeat = (part: Tree, least: number, most: number | undefined, next: number): number => {
    let at = next;
    let copies = least;
    if (most === undefined) {
      const ways: number[] = [];
      const loop = join({ kind: 'fork', ways });
      const body = build(part, loop);
      ways.push(body, next);
      at = least === 0 ? loop : body;
      copies = Math.max(0, least - 1);
    } else for (let count = least; count < most; count += 1) at = join({ kind: 'fork', ways: [build(part, at), next] });
    for (let count = 0; count < copies; count += 1) at = build(part, at);
    return at;
  };

  const start = build(tree, END);
  const last = symbols.length - 1;
  const turned = junctions.map((junction) => (junction.kind === 'place' ? { ...junction, place: last - junction.place } : junction));
  return { symbols: symbols.reverse(), after: after.reverse(), junctions: turned, start };
}

/** The sets among the symbols, each once, with the places that take it. */
export function placesOfSets(
  symbols: readonly PlaceSymbol[],
): readonly { readonly set: CharacterSet; readonly places: readonly number[] }[] {
  const known = new Map<string, { set: CharacterSet; places: number[] }>();
  const keys = new Map<CharacterSet, string>();
  for (const [place, symbol] of symbols.entries()) {
    if (symbol.kind !== 'set') continue;
    const key = keys.get(symbol.set) ?? JSON.stringify(symbol.set);
    keys.set(symbol.set, key);
    const entry = known.get(key) ?? { set: symbol.set, places: [] };
    known.set(key, entry);
    entry.places.push(place);
  }
  return [...known.values()];
}
