/**
 * Framed texts (`framed-text.ts`) of many objects side by side, as the bytes that a store holds: who reads millions of them makes strings only of what
 * cannot be told by its bytes.
 */
import type { Frame, FramedText } from './framed-text.js';

export interface FramedRows {
  /** UTF-8. */
  readonly bytes: Buffer;
  /** Of each row. */
  readonly frames: readonly Frame[];
  /** Four numbers a row, and maybe more behind them: where the object's id begins and ends, and where its fillings do (see `FramedText`), which may be wider as UTF-8 than their lengths say. */
  readonly spans: Uint32Array;
}

/** The id of the row's object. */
export function idOfRow({ bytes, spans }: FramedRows, row: number): string {
  return bytes.toString('utf8', spans[4 * row]!, spans[4 * row + 1]!);
}

/** The row's text. */
export function textOfRow({ bytes, frames, spans }: FramedRows, row: number): FramedText {
  return { frame: frames[row]!, fillings: bytes.toString('utf8', spans[4 * row + 2]!, spans[4 * row + 3]!) };
}

/** What stands in the places of one row, as `readFillings` leaves it. */
export interface Fillings {
  count: number;
  /** By number of filling: its place, and where its text begins and ends. */
  readonly places: Uint32Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** @param places that a frame may have at most */
export function createFillings(places: number): Fillings {
  return { count: 0, places: new Uint32Array(places), starts: new Uint32Array(places), ends: new Uint32Array(places) };
}

const ZERO = 0x30;
const [LINE_END, COMMA] = [0x0a, 0x2c];

/** Where the row's fillings stand. @returns whether that can be told: the text is ASCII, so that lengths are bytes, and has no more places than `into` */
export function readFillings({ bytes, spans }: FramedRows, row: number, into: Fillings): boolean {
  const { places, starts, ends } = into;
  const end = spans[4 * row + 3]!;
  let at = spans[4 * row + 2]!;
  let count = 0;
  let code = bytes[at]!;
  while (code !== LINE_END) {
    if (count >= places.length) return false;
    let number = code - ZERO;
    for (at += 1, code = bytes[at]!; code >= ZERO; at += 1, code = bytes[at]!) number = number * 10 + code - ZERO;
    places[count] = number;
    number = 0;
    for (at += 1, code = bytes[at]!; code >= ZERO; at += 1, code = bytes[at]!) number = number * 10 + code - ZERO;
    ends[count] = number;
    count += 1;
    if (code === COMMA) {
      at += 1;
      code = bytes[at]!;
    } else if (code !== LINE_END) return false;
  }
  let from = at + 1;
  for (let index = 0; index < count; index += 1) {
    starts[index] = from;
    from += ends[index]!;
    ends[index] = from;
  }
  into.count = count;
  // Characters outside ASCII take more bytes than the lengths have units.
  return from === end;
}
