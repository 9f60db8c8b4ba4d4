import { describe, expect, it } from 'vitest';
import { thrown } from '../model/testing/thrown.js';
import { parseQuery } from './query-string.js';

describe('parseQuery', () => {
  it.each([
    ['', {}],
    ['$top=5', { top: '5' }],
    ['top=5', { top: '5' }],
    ['$TOP=5', { top: '5' }],
    ['%24top=5', { top: '5' }],
    ['?$expand=assignments', { expand: 'assignments' }],
    ['$filter=a+eq+%27b%2Bc%27', { filter: "a eq 'b+c'" }],
    ['$filter=a%20eq%20%27x%26y%27&$top=1', { filter: "a eq 'x&y'", top: '1' }],
    ['$filter=a eq b=c', { filter: 'a eq b=c' }],
    ['&&$top=1&&', { top: '1' }],
    ['$select=&$expand=&$filter=&$orderby=&$search=', {}],
    ['$skipToken=abc', { skiptoken: 'abc' }],
    ['$orderBy=x desc', { orderby: 'x desc' }],
    ['api-version=1&foo&bar=', {}],
    ['id=5', {}],
    ['$id=x', { id: 'x' }],
    ['$search="a b"', { search: '"a b"' }],
    ['foo=1&foo=2', {}],
  ])('%s', (query, expected) => expect(Object.fromEntries(parseQuery(query).options)).toEqual(expected));

  it('collects aliases', () => {
    expect(Object.fromEntries(parseQuery("@p='x'&%40q=1").aliases)).toEqual({ '@p': "'x'", '@q': '1' });
  });

  it.each([
    ['$top=1&$top=2', 'optionInvalid'],
    ['$top=1&top=2', 'optionInvalid'],
    ['$top=1&%24TOP=2', 'optionInvalid'],
    ['$top', 'optionInvalid'],
    ['$top=', 'optionInvalid'],
    ['$skiptoken=', 'optionInvalid'],
    ['$foo=1', 'optionUnknown'],
    ['$apply=aggregate(x)', 'optionUnknown'],
    ['$=1', 'optionUnknown'],
    ['$top=%', 'urlInvalid'],
    ['%=1', 'urlInvalid'],
    ['$filter=%00', 'urlInvalid'],
  ])('%s is refused as %s', (query, code) => expect(thrown(() => parseQuery(query))?.kind).toBe(code));
});
