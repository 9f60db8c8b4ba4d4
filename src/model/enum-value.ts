import type { EnumType } from './schema.js';

interface EnumIndex {
  /** Lower-case member name to declared spelling. */
  readonly byName: ReadonlyMap<string, string>;
  readonly byValue: ReadonlyMap<number, string>;
  /** Members in canonical order: by value, then by declaration. */
  readonly order: ReadonlyMap<string, number>;
}

/** More than any sensible list of flags; bounds the work on a hostile one. */
const FLAGS_TEXT_LIMIT = 4096;

const indexes = new WeakMap<EnumType, EnumIndex>();

function indexOf(type: EnumType): EnumIndex {
  const known = indexes.get(type);
  if (known !== undefined) return known;
  const byName = new Map<string, string>();
  const byValue = new Map<number, string>();
  for (const [name, value] of type.members) {
    byName.set(name.toLowerCase(), name);
    if (!byValue.has(value)) byValue.set(value, name);
  }
  const sorted = [...type.members].sort((a, b) => a[1] - b[1]);
  const index = { byName, byValue, order: new Map(sorted.map(([name], position) => [name, position])) };
  indexes.set(type, index);
  return index;
}

/**
 * A JSON scalar as a value of an enumeration, in the declared spelling: member names in any case, or a declared value as an integer or
 * its text. Flags are one comma-joined string; out comes the canonical order without spaces and without duplicates, and the zero
 * member only when it stands alone. Undefined when it names no member.
 */
export function readEnum(type: EnumType, value: string | number | boolean): string | undefined {
  if (typeof value === 'boolean') return undefined;
  const index = indexOf(type);
  if (typeof value === 'number') return fromNumber(type, index, value);
  if (!type.flags) return memberOf(index, value);
  if (value.length > FLAGS_TEXT_LIMIT) return undefined;
  const members = new Set<string>();
  for (const part of value.split(',')) {
    const member = memberOf(index, part.trim());
    if (member !== undefined) members.add(member);
    else {
      const several = /^\s*\d{1,10}\s*$/.test(part) ? fromNumber(type, index, Number(part)) : undefined;
      if (several === undefined) return undefined;
      for (const one of several.split(',')) members.add(one);
    }
  }
  return joined(type, index, members);
}

function memberOf(index: EnumIndex, text: string): string | undefined {
  const exact = index.order.has(text) ? text : index.byName.get(text.toLowerCase());
  if (exact !== undefined) return exact;
  return /^-?\d{1,10}$/.test(text) ? index.byValue.get(Number(text)) : undefined;
}

/** For flags any sum of single-bit members; else a declared value. */
function fromNumber(type: EnumType, index: EnumIndex, value: number): string | undefined {
  const declared = index.byValue.get(value);
  if (declared !== undefined || !type.flags || !Number.isInteger(value) || value < 1 || value > 0x7fffffff) return declared;
  const members = new Set<string>();
  for (let bit = 1, rest = value; rest > 0; bit *= 2) {
    if ((rest & bit) === 0) continue;
    const member = index.byValue.get(bit);
    if (member === undefined) return undefined;
    members.add(member);
    rest -= bit;
  }
  return joined(type, index, members);
}

function joined(type: EnumType, index: EnumIndex, members: ReadonlySet<string>): string {
  const all = [...members].sort((a, b) => index.order.get(a)! - index.order.get(b)!);
  const set = all.filter((name) => type.members.get(name) !== 0);
  return set.length === 0 ? all.slice(0, 1).join() : set.join();
}
