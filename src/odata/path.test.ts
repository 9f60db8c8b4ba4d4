import { describe, expect, it } from 'vitest';
import { unquote } from '../kernel/quoted.js';
import { thrown } from '../model/testing/thrown.js';
import { keyPredicate, parseArguments, parseTarget, versionOf } from './path.js';

const texts = (url: string) => parseTarget(url).segments.map((segment) => segment.text);

describe('parseTarget', () => {
  it.each([
    ['/beta/a/b', ['a', 'b']],
    ['//beta//a///b/', ['a', 'b']],
    ['/beta', []],
    ['/beta/', []],
    ['beta/a', ['a']],
    ['http://localhost:8080/beta/a', ['a']],
    ['/beta/a?x=/b', ['a']],
    ["/beta/a('b/c')/d", ["a('b/c')", 'd']],
    ["/beta/a('b''/c')/d", ["a('b''/c')", 'd']],
    ["/beta/a('b)/c')/d", ["a('b)/c')", 'd']],
    ['/beta/a(%27b)/c%27)/d', ["a('b)/c')", 'd']],
    ['/beta/a%28%27b%27%29/d', ["a('b')", 'd']],
    ['/beta/a/b%2Fc/d', ['a', 'b/c', 'd']],
    ["/beta/a/O'Brien/d", ['a', "O'Brien", 'd']],
    ['/beta/a/open(paren/d', ['a', 'open(paren', 'd']],
    ['/beta/a/:-)/d', ['a', ':-)', 'd']],
    ['/beta/a/Source%20Id%20value', ['a', 'Source Id value']],
    ['/beta/a/b+c', ['a', 'b+c']],
    ['/beta/a/%E2%82%AC', ['a', '€']],
    ['/beta/a/.', ['a', '.']],
    ['/beta/a/..', ['a', '..']],
  ])('%s', (url, expected) => expect(texts(url)).toEqual(expected));

  it.each([
    ["/beta/f(a='x',b=@p)", 'f', "a='x',b=@p"],
    ['/beta/f()', 'f', ''],
    ['/beta/f', 'f', undefined],
    ['/beta/(x)', '(x)', undefined],
    ['/beta/f(x)y', 'f(x)y', undefined],
  ])('%s has the name %s', (url, name, given) => {
    expect(parseTarget(url).segments[0]).toMatchObject({ name, arguments: given });
  });

  it('keeps path and query as sent', () => {
    expect(parseTarget('/Beta//a%20b/?$top=1?x')).toMatchObject({ version: 'beta', path: '/Beta//a%20b/', query: '$top=1?x' });
  });

  it.each([
    ['/deviceManagement/deviceConfigurations', 'versionInvalid', { version: 'devicemanagement' }],
    ['/', 'versionInvalid', { version: '' }],
    ['/v2.0/a', 'versionInvalid', { version: 'v2.0' }],
    ['/beta%2Fa', 'versionInvalid', { version: 'beta%2fa' }],
    ['/beta/a%', 'urlInvalid', {}],
    ['/beta/a%2', 'urlInvalid', {}],
    ['/beta/%zz', 'urlInvalid', {}],
    ['/beta/%FF', 'urlInvalid', {}],
    ['/beta/%C0%AF', 'urlInvalid', {}],
    ['/beta/%00', 'urlInvalid', {}],
    ['/beta/a%0D%0Ab', 'urlInvalid', {}],
    ['/beta/a%7F', 'urlInvalid', {}],
    [`/beta${'/a'.repeat(61)}`, 'urlInvalid', {}],
    [`/beta/${'a'.repeat(16_384)}`, 'urlTooLong', { limit: 16_384 }],
  ])('%.60s is refused as %s', (url, code, params) => {
    expect(thrown(() => parseTarget(url))).toMatchObject({ kind: code, params });
  });

  it('takes 60 segments', () => expect(texts(`/beta${'/a'.repeat(60)}`)).toHaveLength(60));

  it('looks for a closing parenthesis once', () => {
    expect(texts(`/beta/${'('.repeat(16_000)}`)).toHaveLength(1);
  });
});

describe('versionOf', () => {
  it.each([
    ['/beta/a', 'beta'],
    ['/BETA', 'beta'],
    ['//v1.0/a', 'v1.0'],
    ['/V1.0?x', 'v1.0'],
    ['https://h/v1.0/a', 'v1.0'],
  ])('%s -> %s', (url, version) => expect(versionOf(url)).toBe(version));

  it('refuses others', () =>
    expect(thrown(() => versionOf('/users?x'))).toMatchObject({ kind: 'versionInvalid', params: { version: 'users' } }));
});

describe('keys and arguments', () => {
  it.each([
    ["'x'", 'x'],
    ["'O''Brien'", "O'Brien"],
    ["''''", "'"],
    ["id='x'", 'x'],
    ["ID='x'", 'x'],
    [" 'x' ", 'x'],
    ['6e1e4b7a-0000-4000-8000-000000000000', '6e1e4b7a-0000-4000-8000-000000000000'],
    ['42', '42'],
    ["'a,b=c'", 'a,b=c'],
  ])('(%s) names %s', (text, key) => expect(keyPredicate(text)).toEqual({ name: undefined, value: key }));

  it.each([
    ["deviceId='x'", 'deviceId', 'x'],
    ['@k', undefined, "it's"],
    ['deviceId=@k', 'deviceId', "it's"],
  ])('(%s) names %s %s', (text, name, value) => {
    expect(keyPredicate(text, new Map([['@k', "'it''s'"]]))).toEqual({ name, value });
  });

  it.each(['', "''", "'x", "x'", "'x'y'", "'x','y'", "id='x',b='y'", ',', "'x',"])('(%s) is no key', (text) => {
    expect(thrown(() => keyPredicate(text))?.kind).toBe('urlInvalid');
  });

  it('cuts arguments outside quotes', () => {
    expect(parseArguments("a='x,''y',b=@p , 1.5")).toEqual([
      { name: 'a', value: "'x,''y'" },
      { name: 'b', value: '@p' },
      { name: undefined, value: '1.5' },
    ]);
  });

  it.each([
    ["'a'", 'a'],
    ["'a''b'", "a'b"],
    ["''", ''],
    ["'a'b'", undefined],
    ["'", undefined],
    ['a', undefined],
  ])('unquote %s', (text, expected) => expect(unquote(text)).toBe(expected));
});
