import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framedText, wholeText } from './framed-text.js';

describe('framed text', () => {
  it.each<[string, (string | undefined)[], string]>([
    ['nothing', [], '{"a":null,"b":[]}'],
    ['the first place', ['1'], '{"a":1,"b":[]}'],
    ['the last place', [undefined, '[1,2]'], '{"a":null,"b":[1,2]}'],
    ['every place', ['"x\\n,1"', ''], '{"a":"x\\n,1","b":}'],
  ])('with %s replaced', (_name, texts, whole) => {
    expect(wholeText(framedText({ text: '{"a":null,"b":[]}', ends: [5, 9, 14, 16] }, texts))).toBe(whole);
  });

  it('is what joining its pieces gives', () => {
    const piece = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, piece, fc.option(piece, { nil: undefined }))), piece, (stretches, tail) => {
        let text = '';
        const ends: number[] = [];
        for (const [before, own] of stretches) {
          ends.push(text.length + before.length, text.length + before.length + own.length);
          text += before + own;
        }
        const whole = stretches.map(([before, own, filling]) => before + (filling ?? own)).join('') + tail;
        const texts = stretches.map(([, , filling]) => filling);
        expect(wholeText(framedText({ text: text + tail, ends }, texts))).toBe(whole);
      }),
    );
  });
});
