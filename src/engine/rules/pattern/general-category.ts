/**
 * Unicode general categories of single characters, as bits. Node's own tables answer, one character at a time; what has been asked is kept, since a
 * fleet's values are written with few characters.
 */

const LEAVES: readonly (readonly [major: string, minors: readonly string[]])[] = [
  ['L', ['Ll', 'Lu', 'Lo', 'Lm', 'Lt']],
  ['N', ['Nd', 'No', 'Nl']],
  ['P', ['Po', 'Pd', 'Pc', 'Ps', 'Pe', 'Pi', 'Pf']],
  ['Z', ['Zs', 'Zl', 'Zp']],
  ['S', ['So', 'Sm', 'Sc', 'Sk']],
  ['M', ['Mn', 'Mc', 'Me']],
  ['C', ['Cn', 'Cc', 'Cf', 'Co', 'Cs']],
];

const minorNames = LEAVES.flatMap(([, minors]) => minors);

/** Masks by name: `Lu` is one bit, `L` all of its own. */
const masks: ReadonlyMap<string, number> = new Map([
  ...minorNames.map((name, bit): [string, number] => [name, 1 << bit]),
  ...LEAVES.map(([major, minors]): [string, number] => [major, minors.reduce((mask, name) => mask | (1 << minorNames.indexOf(name)), 0)]),
]);

/** The mask of a category (`Lu`) or of a group of them (`L`); undefined for a name that is none. */
export function categoryMask(name: string): number | undefined {
  return masks.get(name);
}

export function categoriesMask(...names: readonly string[]): number {
  return names.reduce((mask, name) => mask | (masks.get(name) ?? 0), 0);
}

const tests = LEAVES.map(([major, minors]) => ({
  major: oneOf(major),
  minors: minors.map((name) => ({ matches: oneOf(name), bit: minorNames.indexOf(name) })),
}));

function oneOf(category: string): RegExp {
  return new RegExp(`^\\p{${category}}$`, 'u');
}

/** Bit numbers plus one by code point; zero where nobody has asked yet. Made in pages of 256, as text is. */
const pages: (Uint8Array | undefined)[] = [];

/** The one bit of a code point's category. */
export function categoryOf(codePoint: number): number {
  let page = pages[codePoint >> 8];
  if (page === undefined) {
    page = new Uint8Array(256);
    pages[codePoint >> 8] = page;
  }
  const known = page[codePoint & 255]!;
  if (known !== 0) return 1 << (known - 1);
  const bit = lookUp(codePoint);
  page[codePoint & 255] = bit + 1;
  return 1 << bit;
}

function lookUp(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  const group = tests.find(({ major }) => major.test(character));
  return group?.minors.find(({ matches }) => matches.test(character))?.bit ?? minorNames.indexOf('Cn');
}
