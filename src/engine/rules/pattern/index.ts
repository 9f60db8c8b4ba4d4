/** Regular expressions that users write, matched in linear time. */
import { type PatternRefusal, parsePattern } from './parse.js';
import { MAX_WEIGHT, searchFor } from './search.js';

/** Tells whether a pattern occurs in a text, case aside. */
export type TextMatcher = (text: string) => boolean;

export type CompiledPattern =
  | {
      readonly ok: true;
      readonly matches: TextMatcher;
      /** How much work the pattern is, at most MAX_PATTERN_WEIGHT. */
      readonly weight: number;
    }
  /** What is too much work weighs more than any pattern may, what is no pattern nothing. */
  | (PatternRefusal & { readonly weight: number });

/** No pattern weighs more: then preparing it, and searching a value of a thousand characters, take some milliseconds. */
export const MAX_PATTERN_WEIGHT = MAX_WEIGHT;

/** Patterns that were compiled last: a rule's is asked for when it is checked and again when it is evaluated. */
const remembered = new Map<string, CompiledPattern>();
const MAX_REMEMBERED = 16;

/** Compiles a .NET regular expression for unanchored search in linear time. Never throws. */
export function compilePattern(source: string): CompiledPattern {
  const known = remembered.get(source);
  if (known !== undefined) return known;
  const compiled = compile(source);
  const [oldest] = remembered.keys();
  if (remembered.size >= MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  remembered.set(source, compiled);
  return compiled;
}

function compile(source: string): CompiledPattern {
  const parsed = parsePattern(source);
  if (!parsed.ok) return { ...parsed, weight: 0 };
  const search = searchFor(parsed.tree);
  if (search !== undefined) return { ok: true, matches: search.matches, weight: search.weight };
  const explanation = 'This pattern is too much work: it has too many wildcards, classes or repetitions.';
  return { ok: false, at: 0, length: source.length, explanation, weight: 2 * MAX_PATTERN_WEIGHT };
}
