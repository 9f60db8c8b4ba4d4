import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createValueCombinations, type Derived, type ValueSpans } from './value-combinations.js';

type Values = readonly (readonly [member: number, text: string])[];

/** Laid out one behind the other, with something between. */
function laidOut(values: Values): { readonly bytes: Buffer; readonly view: DataView; readonly spans: ValueSpans } {
  const pieces = values.map(([, text]) => Buffer.from(`${text};`));
  const bytes = Buffer.concat([Buffer.from('before:'), ...pieces, Buffer.from('behind')]);
  const starts = new Uint32Array(values.length);
  const ends = new Uint32Array(values.length);
  let at = 'before:'.length;
  for (const [index, piece] of pieces.entries()) {
    starts[index] = at;
    ends[index] = at + piece.length - 1;
    at += piece.length;
  }
  const spans = { count: values.length, members: Uint8Array.from(values, ([member]) => member), starts, ends };
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), spans };
}

const said = ({ fact }: Derived) => fact;

function combinations() {
  let asked = 0;
  const made = createValueCombinations(({ bytes }, { count, members, starts, ends }) => {
    asked += 1;
    const values = Array.from({ length: count }, (_, value) => `${members[value]}=${bytes.toString('latin1', starts[value], ends[value])}`);
    return { cells: [], fact: values.join('|') };
  });
  return {
    of(values: Values): Derived {
      const { spans, ...from } = laidOut(values);
      return made.of(from, spans);
    },
    asked: () => asked,
  };
}

const naive = (values: Values) => values.map(([member, text]) => `${member}=${text}`).join('|');

describe('what follows from values', () => {
  const text = fc.oneof(
    fc.constantFrom('true', 'false', 'null', '4', '48', '', '"a"', '"ab"', '"abcdefgh"', '"abcdefgi"', '"bbcdefgh"'),
    fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
    fc.nat(3).map((n) => `${'x'.repeat(300)}${n}${'y'.repeat(100)}`),
  );
  const values = fc.array(fc.tuple(fc.nat(3), text), { minLength: 1, maxLength: 4 });

  it('is said of these values and no others, and worked out once', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 60 }), (rows) => {
        const { of, asked } = combinations();
        for (const row of rows) expect(said(of(row))).toBe(naive(row));
        expect(asked()).toBe(new Set(rows.map(naive)).size);
      }),
    );
  });

  it('is worked out anew, and right, where values are very long', () => {
    const { of, asked } = combinations();
    const long = 'z'.repeat(5000);
    for (let n = 0; n < 3; n += 1) expect(said(of([[1, long]]))).toBe(`1=${long}`);
    expect(asked()).toBe(3);
  });

  it('is right where more combinations come than are remembered', () => {
    const { of, asked } = combinations();
    const rows = 70_000;
    for (let n = 0; n < rows; n += 1) if (said(of([[2, `"number ${n}"`]])) !== `2="number ${n}"`) expect.unreachable(String(n));
    for (const n of [0, 65_000, 69_999]) expect(said(of([[2, `"number ${n}"`]]))).toBe(`2="number ${n}"`);
    // The last one was not kept.
    expect(asked()).toBe(rows + 1);
  });

  it('is right where they take more memory than is given to them', () => {
    const { of } = combinations();
    const long = 'v'.repeat(4000);
    for (let n = 0; n < 4500; n += 1) if (said(of([[0, `${n}${long}`]])) !== `0=${n}${long}`) expect.unreachable(String(n));
    for (const n of [0, 4000, 4499]) expect(said(of([[0, `${n}${long}`]]))).toBe(`0=${n}${long}`);
  });
});
