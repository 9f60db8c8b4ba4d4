import { RE2JS, RE2JSException } from 're2js';
import { translatePattern } from './pattern.js';

/** Tells whether a pattern occurs in a text, case aside. */
export type TextMatcher = (text: string) => boolean;

export type CompiledPattern =
  | { readonly ok: true; readonly matches: TextMatcher; readonly weight: number }
  | { readonly ok: false; readonly at: number; readonly length: number; readonly explanation: string };

/** Compiles a .NET regular expression for unanchored search in linear time. Never throws. */
export function compilePattern(source: string): CompiledPattern {
  const pattern = translatePattern(source);
  if (!pattern.ok) return pattern;
  try {
    const regex = RE2JS.compile(pattern.re2, RE2JS.CASE_INSENSITIVE);
    return { ok: true, matches: (text) => regex.test(text), weight: pattern.weight };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { ok: false, at: 0, length: source.length, explanation: `This is no regular expression: ${error.message}.` };
  }
}
