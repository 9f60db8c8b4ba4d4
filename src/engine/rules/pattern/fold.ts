/**
 * Simple case folding of single characters (Unicode CaseFolding.txt, statuses C and S), told from the case mappings that Node has. Characters that fold
 * to the same one are the same when case does not count: `k`, `K` and the Kelvin sign.
 */

/** The dotless i has a capital, but folds to itself. */
const DOTLESS_I = 0x131;

/** Folded alike though no single character is the capital of either (Unicode 15.1). */
const TWINS: ReadonlyMap<number, number> = new Map([
  [0x1fd3, 0x390],
  [0x1fe3, 0x3b0],
  [0xfb05, 0xfb06],
]);

/** @returns the code point that stands for all that differ from `codePoint` by case alone */
export function foldCodePoint(codePoint: number): number {
  if (codePoint < 0x80) return codePoint >= 0x41 && codePoint <= 0x5a ? codePoint + 32 : codePoint;
  if (codePoint === DOTLESS_I) return codePoint;
  const capital = single(String.fromCodePoint(codePoint).toUpperCase()) ?? codePoint;
  const small = single(String.fromCodePoint(capital).toLowerCase()) ?? capital;
  return TWINS.get(small) ?? small;
}

function single(text: string): number | undefined {
  const codePoint = text.codePointAt(0)!;
  return text.length === (codePoint > 0xffff ? 2 : 1) ? codePoint : undefined;
}

/** Where characters that have case lie; the test asks every other character. */
const CASED: readonly (readonly [first: number, last: number])[] = [
  [0x41, 0x587],
  [0x10a0, 0x10ff],
  [0x13a0, 0x13ff],
  [0x1c80, 0x1cbf],
  [0x1d79, 0x1d8e],
  [0x1e00, 0x1fff],
  [0x2126, 0x2188],
  [0x24b6, 0x24e9],
  [0x2c00, 0x2d2d],
  [0xa640, 0xa7ff],
  [0xab53, 0xabbf],
  [0xfb05, 0xfb06],
  [0xff21, 0xff5a],
  [0x10400, 0x104fb],
  [0x10570, 0x105bc],
  [0x10c80, 0x10cf2],
  [0x10d50, 0x10d85],
  [0x118a0, 0x118df],
  [0x16e40, 0x16ed3],
  [0x1e900, 0x1e943],
];

let orbits: ReadonlyMap<number, readonly number[]> | undefined;

function allOrbits(): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [first, last] of CASED) {
    for (let codePoint = first; codePoint <= last; codePoint += 1) {
      const folded = foldCodePoint(codePoint);
      const orbit = found.get(folded);
      if (orbit === undefined) found.set(folded, [codePoint]);
      else orbit.push(codePoint);
    }
  }
  return found;
}

/** Every code point that differs from this one by case alone, itself included. */
export function caseOrbit(codePoint: number): readonly number[] {
  orbits ??= allOrbits();
  return orbits.get(foldCodePoint(codePoint)) ?? [codePoint];
}
