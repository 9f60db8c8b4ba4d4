import { describe, expect, it } from 'vitest';
import { caseOrbit, foldCodePoint } from './fold.js';

const LAST = 0x1ffff;

/** What the platform's own case-insensitive comparison says. */
function same(one: number, other: number): boolean {
  return new RegExp(`^\\u{${one.toString(16)}}$`, 'iu').test(String.fromCodePoint(other));
}

describe('case folding', () => {
  it.each([
    ['k', 'K', '\u212a'],
    ['s', 'S', '\u017f'],
    ['ß', '\u1e9e'],
    ['å', 'Å', '\u212b'],
    ['σ', 'ς', 'Σ'],
    ['\u01c4', '\u01c5', '\u01c6'],
    ['\u{10400}', '\u{10428}'],
    ['\u1f88', '\u1f80'],
    ['\u13a0', '\uab70'],
  ])('%s is %s', (...characters) => {
    const points = characters.map((character) => character.codePointAt(0)!);
    for (const point of points) expect(caseOrbit(point)).toEqual(expect.arrayContaining(points));
  });

  it.each(['ı', 'İ', '1', '漢', '\u{1f600}'])('%s has no other case', (character) => {
    expect(caseOrbit(character.codePointAt(0)!)).toEqual([character.codePointAt(0)]);
  });

  it('is the platform’s own for every character', () => {
    const wrong: number[] = [];
    for (let point = 0; point <= LAST; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const character = String.fromCodePoint(point);
      if (point > 0x80 && character.toLowerCase() === character && character.toUpperCase() === character) {
        if (caseOrbit(point).length > 1 && !caseOrbit(point).every((other) => same(point, other))) wrong.push(point);
        continue;
      }
      const orbit = caseOrbit(point);
      if (!orbit.includes(point)) wrong.push(point);
      for (const other of [character.toLowerCase(), character.toUpperCase()]) {
        const mapped = other.codePointAt(0)!;
        if (other !== String.fromCodePoint(mapped)) continue;
        if (same(point, mapped) !== (foldCodePoint(point) === foldCodePoint(mapped))) wrong.push(point);
      }
      if (!orbit.every((other) => same(point, other))) wrong.push(point);
    }
    expect(wrong.map((point) => point.toString(16))).toEqual([]);
  });
});
