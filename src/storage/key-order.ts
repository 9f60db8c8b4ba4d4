/**
 * The order of lists: (parent, id), each by Unicode code point. That is the byte order of UTF-8, which databases compare by; JavaScript's
 * own `<` compares UTF-16 units and puts the characters above U+FFFF before U+E000…U+FFFF.
 */
import { compareCodePoints } from '../query/compare.js';
import type { EntityKey } from './store.js';

/** Negative, zero or positive, as `Array.prototype.sort` wants it. */
export function compareKeys(left: Pick<EntityKey, 'parent' | 'id'>, right: Pick<EntityKey, 'parent' | 'id'>): number {
  return compareCodePoints(left.parent, right.parent) || compareCodePoints(left.id, right.id);
}
