import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMember } from './json-member.js';

describe('readMember', () => {
  it.each([
    ['{"a":1,"b":2}', 'b', 2],
    ['{"a":{"b":1},"b":2}', 'b', 2],
    ['{"a":["}",{"b":1}],"b":[2,{"c":null}]}', 'b', [2, { c: null }]],
    ['{"a":"\\"b\\":3,\\\\","b":"x\\\\"}', 'b', 'x\\'],
    ['{ "a" : 1 ,\n "b" : { "c" : "}" } }', 'b', { c: '}' }],
    ['{"a\\"":1,"b":null}', 'b', null],
    ['{"a\\"":1}', 'a"', 1],
    ['{"a":1}', 'b', undefined],
    ['{"bb":1}', 'b', undefined],
    ['{}', 'b', undefined],
  ])('%s, %s', (json, name, expected) => {
    expect(readMember(json, name)).toEqual(expected);
  });

  it('agrees with a whole parse', () => {
    const key = fc.oneof(fc.constantFrom('a', 'b', 'displayName', 'x"y', '\\', 'é'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), key, fc.boolean(), (object, name, spaced) => {
        const json = JSON.stringify(object, undefined, spaced ? 2 : undefined);
        const whole = JSON.parse(json) as Record<string, unknown>;
        expect(readMember(json, name)).toEqual(Object.hasOwn(whole, name) ? whole[name] : undefined);
      }),
    );
  });
});
