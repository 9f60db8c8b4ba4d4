import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeError } from '../kernel/errors.js';
import { findJsonFault } from './json-fault.js';
import { parseJsonBody } from './read-body.js';
import { thrown } from './testing/thrown.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('parseJsonBody', () => {
  it.each([
    ['an object', '{"a":1}', { a: 1 }],
    ['a byte order mark', '\ufeff{"a":1}', { a: 1 }],
    ['white space around', ' \r\n\t[1] ', [1]],
    ['a scalar', 'null', null],
    ['text beyond ASCII', '{"a":"žluť 🐎"}', { a: 'žluť 🐎' }],
    ['brackets and colons inside strings', '{"a":"[[{{::\\"}"}', { a: '[[{{::"}' }],
    ['an escaped backslash before the closing quote', '{"a":"\\\\"}', { a: '\\' }],
    ['64 levels', nested(64), JSON.parse(nested(64))],
    ['equal names in different objects', '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
  ])('reads %s', (_, text, value) => {
    expect(parseJsonBody(bytes(text))).toEqual(value);
  });

  it.each([
    ['empty', '', 'bodyMissing'],
    ['blank', ' \n\t', 'bodyMissing'],
    ['a byte order mark alone', '\ufeff', 'bodyMissing'],
    ['65 levels', nested(65), 'bodyTooDeep'],
    ['deep and never closed', '[{"a":'.repeat(100_000), 'bodyTooDeep'],
    ['not JSON', 'intent=remove', 'jsonInvalid'],
    ['cut off', '{"a":', 'jsonInvalid'],
    ['a duplicate name', '{"a":1,"b":{"c":1,"c":2}}', 'propertyDuplicate'],
    ['a duplicate name, once escaped', '{"a":1,"\\u0061":2}', 'propertyDuplicate'],
  ])('refuses %s', (_, text, kind) => {
    expect(thrown(() => parseJsonBody(bytes(text)))?.kind).toBe(kind);
  });

  it('refuses what is not UTF-8', () => {
    const error = thrown(() => parseJsonBody(new Uint8Array([0x22, 0xc3, 0x28, 0x22])));
    expect(error && describeError(error).detail).toBe('The request body is not valid UTF-8.');
  });

  it('takes the depth limit of the caller', () => {
    expect(parseJsonBody(bytes(nested(3)), { maxDepth: 3 })).toEqual([[[]]]);
    expect(thrown(() => parseJsonBody(bytes(nested(4)), { maxDepth: 3 }))?.params).toEqual({ limit: 3 });
  });

  it('reads a view into a larger buffer', () => {
    const whole = bytes('xx{"a":1}yy');
    expect(parseJsonBody(whole.subarray(2, 9))).toEqual({ a: 1 });
  });

  it('keeps __proto__ an ordinary member', () => {
    const value = parseJsonBody(bytes('{"__proto__":{"polluted":true}}')) as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ['{"a":1,}', "Line 1, column 8: '}' where a property name in double quotes is due."],
    ['{\n  "a": 1\n  "b": 2\n}', "Line 3, column 3: '\"' where a comma or the end of the object is due."],
    ['{"a" 1}', "Line 1, column 6: '1' where a colon is due."],
    ['[1 2]', "Line 1, column 4: '2' where a comma or the end of the array is due."],
    ['{"a":tru}', "Line 1, column 6: 't' where a value is due."],
    ['{"a":01}', "Line 1, column 7: '1' where a comma or the end of the object is due."],
    ['{"a":"x', 'Line 1, column 8: a string that does not end.'],
    ['{"a":"\\x"}', 'Line 1, column 7: an unknown escape inside a string.'],
    ['{"a":"\n"}', 'Line 1, column 7: a control character inside a string.'],
    ['{} {}', "Line 1, column 4: '{' after the end of the value."],
    ['{', 'Line 1, column 2: the end of the text where a property name in double quotes is due.'],
  ])('says where %j is wrong', (text, detail) => {
    const error = thrown(() => parseJsonBody(bytes(text)));
    expect(error && describeError(error).detail).toBe(detail);
  });
});

describe('findJsonFault', () => {
  it('finds a syntax fault exactly where JSON.parse refuses', () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.nat(3), fc.string({ maxLength: 2 })).map(([text, at, cut, put]) => {
      const from = at % (text.length + 1);
      return text.slice(0, from) + put + text.slice(from + cut);
    });
    fc.assert(
      fc.property(broken, (text) => {
        let accepted = true;
        try {
          JSON.parse(text);
        } catch {
          accepted = false;
        }
        expect(findJsonFault(text)?.kind !== 'syntax').toBe(accepted);
      }),
      { numRuns: 2000 },
    );
  });
});
