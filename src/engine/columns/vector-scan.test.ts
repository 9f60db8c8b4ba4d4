import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordCount } from '../device-set.js';
import type { Codes } from './codes.js';
import { findAll, setMarked } from './vector-scan.js';

/** Codes that follow from a seed: a piece of the kernels is 65,536 rows. */
function codesOf(kind: 8 | 16 | 32, rows: number, distinct: number, seed: number): Codes {
  const codes = kind === 8 ? new Uint8Array(rows) : kind === 16 ? new Uint16Array(rows) : new Uint32Array(rows);
  let state = seed;
  for (let row = 0; row < rows; row += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    codes[row] = (state >>> 8) % distinct;
  }
  return codes;
}

describe('rows by marked codes', () => {
  it.each([
    [8, 4096, 3, 'one mark'],
    [8, 70_001, 200, 'one mark'],
    [8, 70_001, 200, 'many marks'],
    [16, 65_536, 3000, 'one mark'],
    [16, 131_077, 3000, 'many marks'],
    [32, 100_000, 60_000, 'one mark'],
    [32, 100_000, 60_000, 'many marks'],
    [8, 5000, 5, 'null and one'],
    [16, 99_999, 500, 'null and one'],
  ] as const)('codes of %i bits, %i rows, %i codes, %s', (kind, rows, distinct, marking) => {
    const codes = codesOf(kind, rows, distinct, 7);
    const marks = new Uint8Array(distinct);
    if (marking === 'many marks') for (let code = 0; code < distinct; code += 3) marks[code] = 1;
    else marks[distinct - 1] = 1;
    if (marking === 'null and one') marks[0] = 1;
    const words = new Uint32Array(wordCount(rows));
    expect(setMarked(words, codes, rows, marks)).toBe(true);
    const wanted = new Uint32Array(wordCount(rows));
    for (let row = 0; row < rows; row += 1) if (marks[codes[row]!] === 1) wanted[row >>> 5]! |= 1 << (row & 31);
    expect(words).toEqual(wanted);
  });

  it('are left to others where there are few rows, or too many codes', () => {
    expect(setMarked(new Uint32Array(4), new Uint8Array(100), 100, new Uint8Array(2).fill(1))).toBe(false);
    expect(setMarked(new Uint32Array(200), new Uint32Array(5000), 5000, new Uint8Array(100_000).fill(1))).toBe(false);
  });
});

describe('places of a needle', () => {
  it('are those that a plain search finds, whatever lies across pieces', () => {
    const letters = fc.array(fc.constantFrom(97, 98, 99), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(
        letters,
        fc.array(letters, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 4096, max: 140_000 }),
        (needle, parts, length) => {
          const text = parts.flat();
          const bytes = Uint8Array.from({ length }, (_, at) => text[at % text.length]!);
          const found: number[] = [];
          expect(findAll(bytes, length, Uint8Array.from(needle), (at) => found.push(at))).toBe(true);
          const wanted: number[] = [];
          const whole = Buffer.from(bytes);
          for (let at = whole.indexOf(Buffer.from(needle)); at >= 0; at = whole.indexOf(Buffer.from(needle), at + 1)) wanted.push(at);
          expect(found).toEqual(wanted);
        },
      ),
      { numRuns: 40 },
    );
  });
});
