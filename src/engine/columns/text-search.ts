/** Substring and prefix search over many texts laid end to end as bytes: one pass over memory instead of one call a text. */
export interface TextArena {
  readonly bytes: Uint8Array;
  /** Text `id` (1, 2, …) is `bytes[ends[id - 1]]` up to `bytes[ends[id]]`; `ends[0]` is 0. */
  readonly ends: Uint32Array;
  /** How many texts there are. */
  readonly count: number;
}

/** One byte an id, 1 where the text holds `needle` (not empty). Horspool's search, restarted after each text that was hit. */
export function markContaining(arena: TextArena, needle: Uint8Array): Uint8Array {
  const { bytes, ends, count } = arena;
  const marks = new Uint8Array(count + 1);
  const last = needle.length - 1;
  const lastByte = needle[last]!;
  const skips = new Int32Array(256).fill(needle.length);
  for (let index = 0; index < last; index += 1) skips[needle[index]!] = last - index;
  const limit = ends[count]!;
  let id = 1;
  let at = last;
  while (at < limit) {
    const byte = bytes[at]!;
    if (byte === lastByte && sameBytes(bytes, at - last, needle)) {
      while (ends[id]! <= at) id += 1;
      if (at - last >= ends[id - 1]!) {
        marks[id] = 1;
        at = ends[id]! + last;
        continue;
      }
    }
    at += skips[byte]!;
  }
  return marks;
}

/** One byte an id, 1 where the text begins with `needle`. */
export function markPrefixed(arena: TextArena, needle: Uint8Array): Uint8Array {
  const { bytes, ends, count } = arena;
  const marks = new Uint8Array(count + 1);
  for (let id = 1; id <= count; id += 1) {
    const start = ends[id - 1]!;
    if (ends[id]! - start >= needle.length && sameBytes(bytes, start, needle)) marks[id] = 1;
  }
  return marks;
}

export function sameBytes(bytes: Uint8Array, start: number, needle: Uint8Array): boolean {
  for (let index = 0; index < needle.length; index += 1) if (bytes[start + index] !== needle[index]) return false;
  return true;
}
