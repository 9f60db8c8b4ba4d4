import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberReader } from './json-members.js';

const NAMES = ['a', 'b', 'deviceName', 'with "quotes"', 'back\\slash', '__proto__', 'é', 'x:y', ''];
const wanted = (name: string) => ['a', 'deviceName', 'with "quotes"', '__proto__', ''].includes(name);
/** Few values, so that texts are often alike; and any others. */
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(null, true, false, 0, -1.5e300, '', 'x', '"', '\\', 'a\\"', '}', '{"a":1}', [], ['"', '\\'], { a: '}' }, [
      [{ b: [1] }],
    ]),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
/** Members in the order of the names, as stored objects have them, and in any. */
const object = fc.oneof(
  fc.tuple(...NAMES.map((name) => value.map((each) => [name, each] as const))),
  fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 8 }),
);
const spacing = fc.constantFrom('', ' ', '\n\t');

function textOf(members: readonly (readonly [string, unknown])[], space: string): string {
  return `{${space}${members.map(([name, each]) => `${JSON.stringify(name)}${space}:${space}${JSON.stringify(each)}`).join(`,${space}`)}${space}}`;
}

const byName = (members: object) => Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));

function expected(text: string): object {
  return Object.fromEntries(Object.entries(JSON.parse(text) as object).filter(([name]) => wanted(name)));
}

describe('a reader of members', () => {
  it('makes of every text what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(object, spacing), { maxLength: 40 }), (objects) => {
        const read = memberReader(wanted);
        for (const [members, space] of objects) {
          const text = textOf(members, space);
          const found = read(text);
          expect(byName(found)).toEqual(byName(expected(text)));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives up comparing texts of which no two are alike', () => {
    const read = memberReader(wanted);
    for (let n = 0; n < 600; n += 1) expect(read(`{"n${n}":1,"a":${n}}`)).toEqual({ a: n });
    expect(read('{"a":{"b":[1,"}"]},"c":"\\u0041"}')).toEqual({ a: { b: [1, '}'] } });
  });

  it.each(['[1]', '7', 'null', '"a"'])('makes an empty object of %s', (text) => {
    expect(memberReader(wanted)(text)).toEqual({});
  });
});
