/** Substring and prefix search over many texts laid end to end as bytes: one pass over memory instead of one call a text. */
export interface TextArena {
  readonly bytes: Uint8Array;
  /** Text `id` (1, 2, …) is `bytes[ends[id - 1]]` up to `bytes[ends[id]]`; `ends[0]` is 0. */
  readonly ends: Uint32Array;
  /** How many texts there are. */
  readonly count: number;
}

/** One byte an id, 1 where the text holds `needle` (not empty). */
export function markContaining(arena: TextArena, needle: Uint8Array): Uint8Array {
  return needle.length === 1 ? markByte(arena, needle[0]!) : markPair(arena, needle);
}

/**
 * The passes below collect what a text holds without a branch on its bytes: which texts match is as good as random to the processor, and a
 * mispredicted branch costs more than the rest of a short text. `(x - 1) >>> 31` is 1 for zero alone, `x` being small and not negative.
 */
function markByte({ bytes, ends, count }: TextArena, byte: number): Uint8Array {
  const marks = new Uint8Array(count + 1);
  let at = 0;
  for (let id = 1; id <= count; id += 1) {
    const end = ends[id]!;
    let found = 0;
    for (; at < end; at += 1) found |= ((bytes[at]! ^ byte) - 1) >>> 31;
    marks[id] = found;
  }
  return marks;
}

/** Texts that hold the needle's last two bytes side by side; where it is longer, those of them that hold all of it. */
function markPair({ bytes, ends, count }: TextArena, needle: Uint8Array): Uint8Array {
  const marks = new Uint8Array(count + 1);
  const { length } = needle;
  const pair = (needle[length - 2]! << 8) | needle[length - 1]!;
  for (let id = 1, start = 0; id <= count; id += 1) {
    const end = ends[id]!;
    let found = 0;
    let at = start + length - 1;
    for (let window = at < end ? bytes[at - 1]! : 0; at < end; at += 1) {
      window = ((window << 8) | bytes[at]!) & 0xffff;
      found |= ((window ^ pair) - 1) >>> 31;
    }
    marks[id] = found;
    if (found === 1 && length > 2) marks[id] = holds(bytes, start, end, needle) ? 1 : 0;
    start = end;
  }
  return marks;
}

function holds(bytes: Uint8Array, start: number, end: number, needle: Uint8Array): boolean {
  const last = end - needle.length;
  for (let at = start; at <= last; at += 1) if (sameBytes(bytes, at, needle)) return true;
  return false;
}

/** One byte an id, 1 where the text begins with `needle` (not empty). */
export function markPrefixed({ bytes, ends, count }: TextArena, needle: Uint8Array): Uint8Array {
  const marks = new Uint8Array(count + 1);
  const { length } = needle;
  const last = needle[length - 1]!;
  for (let id = 1, start = 0; id <= count; id += 1) {
    const end = ends[id]!;
    // The last byte of a prefix tells more texts apart than the first.
    if (end - start >= length && bytes[start + length - 1] === last && sameBytes(bytes, start, needle)) marks[id] = 1;
    start = end;
  }
  return marks;
}

export function sameBytes(bytes: Uint8Array, start: number, needle: Uint8Array): boolean {
  for (let index = 0; index < needle.length; index += 1) if (bytes[start + index] !== needle[index]) return false;
  return true;
}
