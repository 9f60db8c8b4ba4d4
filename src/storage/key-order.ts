/**
 * The order of lists: (parent, id), each by Unicode code point. That is the byte order of UTF-8, which databases compare by; JavaScript's
 * own `<` compares UTF-16 units and puts the characters above U+FFFF before U+E000…U+FFFF.
 */
import type { EntityKey } from './store.js';

const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** Negative, zero or positive, as `Array.prototype.sort` wants it. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a === b) continue;
    if (a < FIRST_SURROGATE || b < FIRST_SURROGATE) return a - b;
    return codePointRank(a) - codePointRank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above every unit from U+E000 on. */
function codePointRank(unit: number): number {
  return unit < AFTER_SURROGATES ? unit + 0x10000 : unit;
}

export function compareKeys(left: Pick<EntityKey, 'parent' | 'id'>, right: Pick<EntityKey, 'parent' | 'id'>): number {
  return compareText(left.parent, right.parent) || compareText(left.id, right.id);
}
