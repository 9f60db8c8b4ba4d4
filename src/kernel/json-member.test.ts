import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownMember, memberTexts, readMember } from './json-member.js';

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

describe('knownMember', () => {
  it.each([
    ['{"a":1,"b":2}', 'b', 2],
    ['{"b":{"b":1},"a":2}', 'b', { b: 1 }],
    ['{"a":{"b":1},"b":[2]}', 'b', [2]],
    ['{"x\\"b":1,"b" :2}', 'b', 2],
    ['{"a":"\\"b\\":3","b":"\\""}', 'b', '"'],
    ['{ "b" : null }', 'b', null],
  ])('%s, %s', (json, name, expected) => {
    expect(knownMember(json, name)).toEqual(expected);
  });

  it('agrees with a whole parse', () => {
    const key = fc.oneof(fc.constantFrom('a', 'b', 'x"b', 'x"y', '\\'), fc.string());
    const tree = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof({ maxDepth: 3 }, fc.jsonValue(), fc.dictionary(key, tie('tree'))),
    })).tree;
    fc.assert(
      fc.property(fc.dictionary(key, tree), key, tree, fc.boolean(), (object, name, value, spaced) => {
        const json = JSON.stringify({ ...object, [name]: value }, undefined, spaced ? 2 : undefined);
        expect(knownMember(json, name)).toEqual((JSON.parse(json) as Record<string, unknown>)[name]);
      }),
    );
  });
});

describe('memberTexts', () => {
  const texts = (json: string, ...names: readonly string[]) => memberTexts(json, new Set(names.map((name) => JSON.stringify(name))));

  it.each([
    ['{"a":1,"b":2,"c":3}', ['b'], ['"b":2']],
    ['{"a":1,"b":2,"c":3}', ['c', 'a'], ['"a":1', '"c":3']],
    ['{"@odata.type":"#x","a":1,"b@odata.count":2}', ['a'], ['"@odata.type":"#x"', '"a":1']],
    ['{"a":1,"b":"\\"@odata.","@odata.etag":"W"}', ['a'], ['"a":1', '"@odata.etag":"W"']],
    ['{"a":{"b":1},"c":[{"b":2}],"b":"}"}', ['b'], ['"b":"}"']],
    ['{"a":1}', ['b'], []],
    ['{}', ['a'], []],
  ])('%s, %j', (json, names, expected) => {
    expect(texts(json, ...names)).toEqual(expected);
  });

  it('agrees with a whole parse', () => {
    const key = fc.oneof(fc.constantFrom('a', 'b', '@odata.type', 'displayName', 'x"y', '\\', 'é'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), fc.array(key), fc.boolean(), (object, names, spaced) => {
        const json = JSON.stringify(object, undefined, spaced ? 2 : undefined);
        const whole = Object.entries(JSON.parse(json) as Record<string, unknown>);
        const wanted = whole.filter(([name]) => names.includes(name) || name.startsWith('@odata.'));
        expect(Object.entries(JSON.parse(`{${texts(json, ...names).join(',')}}`))).toEqual(wanted);
      }),
    );
  });
});
