/** Small numbers, one a row, in the narrowest array that holds them; none at all while every row has 0. */
import type { SnapshotReader, SnapshotWriter } from '../snapshot/sections.js';
import { roomier } from './hash-index.js';

export type Codes = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

export const NO_CODES: Codes = new Uint8Array(0);

/**
 * An array like `codes` in which `row` can be set to `code`: itself where it can already.
 * @param rows how many rows there will be, as far as is known
 */
export function codesFor(codes: Codes, row: number, code: number, rows: number): Codes {
  if (row < codes.length && (code <= 0xff || (code <= 0xffff && codes.BYTES_PER_ELEMENT > 1) || codes.BYTES_PER_ELEMENT === 4))
    return codes;
  const length = row < codes.length ? codes.length : Math.max(row + 1, rows, Math.min(roomier(codes.length), 2 * rows), 16);
  const width = Math.max(codes.BYTES_PER_ELEMENT, code > 0xffff ? 4 : code > 0xff ? 2 : 1);
  const wider = width === 4 ? new Uint32Array(length) : width === 2 ? new Uint16Array(length) : new Uint8Array(length);
  wider.set(codes);
  return wider;
}

/** The first `rows` codes and a little room for more. */
export function trimmedCodes(codes: Codes, rows: number): Codes {
  const length = rows + (rows >>> 6) + 16;
  return codes.length <= length ? codes : (codes.slice(0, length) as Codes);
}

export function saveCodes(out: SnapshotWriter, codes: Codes): void {
  out.json('width', codes.BYTES_PER_ELEMENT);
  if (codes instanceof Uint32Array) out.uint32('codes', codes);
  else if (codes instanceof Uint16Array) out.uint16('codes', codes);
  else out.uint8('codes', codes);
}

export function loadCodes(from: SnapshotReader): Codes {
  const width = from.json('width');
  return width === 4 ? from.uint32('codes') : width === 2 ? from.uint16('codes') : from.uint8('codes');
}
