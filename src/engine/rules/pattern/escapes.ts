/** Escapes of .NET's regular expressions that stand for one character or one category. */
import { categoryMask } from './general-category.js';

/** Escapes that stand for one control character. */
const CONTROLS: Readonly<Record<string, number>> = { a: 0x07, t: 0x09, r: 0x0d, v: 0x0b, f: 0x0c, n: 0x0a, e: 0x1b };

export interface Escape<T> {
  readonly value: T;
  readonly length: number;
}

/** @returns undefined when the escape at `start` is of another kind, or none */
export function characterEscape(source: string, start: number): Escape<number> | undefined {
  const rest = source.slice(start, start + 6);
  const hex = /^\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/i.exec(rest);
  if (hex !== null) return { value: Number.parseInt(hex[1] ?? hex[2]!, 16), length: hex[0].length };
  const octal = /^\\0[0-7]{0,2}/.exec(rest);
  if (octal !== null) return { value: Number.parseInt(octal[0].slice(1), 8), length: octal[0].length };
  const control = /^\\c([a-z@[\]^_])/i.exec(rest);
  if (control !== null) return { value: control[1]!.toUpperCase().charCodeAt(0) & 0x1f, length: 3 };
  const letter = rest[1] ?? '';
  if (Object.hasOwn(CONTROLS, letter)) return { value: CONTROLS[letter]!, length: 2 };
  if (letter === '' || /\w/.test(letter)) return undefined;
  const value = source.codePointAt(start + 1)!;
  return { value, length: 1 + String.fromCodePoint(value).length };
}

export type CategoryEscape =
  | { readonly kind: 'category'; readonly mask: number; readonly negated: boolean; readonly length: number }
  | { readonly kind: 'block'; readonly name: string; readonly text: string }
  | { readonly kind: 'unknown'; readonly name: string; readonly text: string };

/** `\p{…}` and `\P{…}`; undefined where there is none. */
export function categoryEscape(source: string, start: number): CategoryEscape | undefined {
  const match = /^\\([pP])\{([\w-]{1,40})\}/.exec(source.slice(start, start + 48));
  if (match === null) return undefined;
  const [text, letter, name] = match as unknown as [string, string, string];
  if (name.startsWith('Is')) return { kind: 'block', name, text };
  const mask = categoryMask(name);
  if (mask === undefined || name === 'Cs') return { kind: 'unknown', name, text };
  return { kind: 'category', mask, negated: letter === 'P', length: text.length };
}
