/** Codes of short texts by their bytes, for a column that is told of many rows: most have what some row before had. It forgets what it has no place for. */
import type { ByteCells } from './byte-cells.js';

export interface ByteMemory {
  /** The codes of cells, 0 for a text that is not remembered or none; valid until the next call. */
  codesOf(cells: ByteCells): Uint32Array;
  remember(bytes: Uint8Array, view: DataView, start: number, end: number, code: number): void;
}

/** 2 to the power of ten. */
const PLACES = 1024;
const LONGEST = 48;

export function createByteMemory(): ByteMemory {
  const codes = new Uint32Array(PLACES);
  const lengths = new Uint8Array(PLACES);
  const texts = new Uint8Array(PLACES * LONGEST);
  const textsView = new DataView(texts.buffer);
  let found = new Uint32Array(0);

  return {
    codesOf({ bytes, view, starts, ends, first, count }) {
      if (found.length < count) found = new Uint32Array(count);
      for (let row = 0; row < count; row += 1) {
        const [start, end] = [starts[first + row]!, ends[first + row]!];
        const length = end - start;
        found[row] = 0;
        if (end === 0 || length > LONGEST) continue;
        const place = placeOf(view, start, end);
        if (lengths[place] !== length) continue;
        let [at, here] = [start, place * LONGEST];
        while (at + 4 <= end && view.getUint32(at) === textsView.getUint32(here)) {
          at += 4;
          here += 4;
        }
        // The last bytes, or those from where the texts differ.
        while (at < end && bytes[at] === texts[here]) {
          at += 1;
          here += 1;
        }
        if (at === end) found[row] = codes[place]!;
      }
      return found;
    },
    remember(bytes, view, start, end, code) {
      const length = end - start;
      if (length > LONGEST) return;
      const place = placeOf(view, start, end);
      codes[place] = code;
      lengths[place] = length;
      for (let at = 0, from = place * LONGEST; at < length; at += 1) texts[from + at] = bytes[start + at]!;
    },
  };
}

/** By a few of the bytes, at their end, where texts differ most: a place is only where to look. */
function placeOf(view: DataView, start: number, end: number): number {
  let hash = end - start;
  if (hash >= 8) hash = Math.imul(hash ^ view.getUint32(end - 8), 0x85eb_ca6b) ^ view.getUint32(end - 4);
  else for (let at = start; at < end; at += 1) hash = (hash << 5) - hash + view.getUint8(at);
  return Math.imul(hash ^ (hash >>> 15), 0x9e37_79b1) >>> 22;
}
