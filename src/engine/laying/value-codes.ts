/** JSON values that many rows have alike, known by their bytes: each distinct one under a code, and read once. */
import type { JsonValue } from '../../kernel/json.js';
import { createHashIndex, finishHash, HASH_SEED } from '../columns/hash-index.js';

export interface ValueCodes {
  /** The code, from 1 on, of the value that stands in these ASCII bytes; 0 where there are so many distinct ones that a further one gets none. */
  codeOf(bytes: Buffer, start: number, end: number): number;
  value(code: number): JsonValue;
}

const MOST = 1 << 13;
/** Longer values are not looked for. */
const LONGEST = 4096;
/** Up to here the call that compares longer ones costs more than comparing. */
const SHORT = 48;

export function createValueCodes(): ValueCodes {
  const index = createHashIndex();
  const texts: Buffer[] = [Buffer.alloc(0)];
  const values: JsonValue[] = [null];
  /** What is sought: `isSought` is made once, for there are very many searches. */
  let soughtIn = texts[0]!;
  let [soughtAt, soughtEnd] = [0, 0];
  const isSought = (code: number): boolean => {
    const text = texts[code]!;
    const length = soughtEnd - soughtAt;
    if (text.length !== length) return false;
    if (length > SHORT) return text.compare(soughtIn, soughtAt, soughtEnd) === 0;
    for (let at = 0; at < length; at += 1) if (text[at] !== soughtIn[soughtAt + at]) return false;
    return true;
  };

  return {
    codeOf(bytes, start, end) {
      if (end - start > LONGEST) return 0;
      const hash = finishHash(hashOfBytes(bytes, start, end));
      soughtIn = bytes;
      soughtAt = start;
      soughtEnd = end;
      const known = index.find(hash, isSought);
      if (known !== 0 || texts.length > MOST) return known;
      index.add(hash);
      texts.push(Buffer.from(bytes.subarray(start, end)));
      values.push(JSON.parse(bytes.toString('latin1', start, end)) as JsonValue);
      return texts.length - 1;
    },
    value: (code) => values[code]!,
  };
}

/** Of four bytes at a time: the values are long, and each is asked for with every row. */
function hashOfBytes(bytes: Buffer, start: number, end: number): number {
  let hash = HASH_SEED ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash = Math.imul(hash ^ word, 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  for (; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
  return hash;
}
