import { expect, it } from 'vitest';
import { prefixed } from './control-names.js';

it.each([
  [
    { '@type': '#a.b', x: 1 },
    { '@odata.type': '#a.b', x: 1 },
  ],
  [
    { 'x@bind': ['u'], y: [{ '@id': 'u' }] },
    { 'x@odata.bind': ['u'], y: [{ '@odata.id': 'u' }] },
  ],
  [
    { '@odata.type': 'a', 'x@a.b': 1, '@': 2, 'x@': 3 },
    { '@odata.type': 'a', 'x@a.b': 1, '@': 2, 'x@': 3 },
  ],
  [{ '@type': 'a', '@odata.type': 'b' }, { '@odata.type': 'b' }],
  [JSON.parse('{"__proto__":{"@type":"a"}}'), JSON.parse('{"__proto__":{"@odata.type":"a"}}')],
  ['@type', '@type'],
])('%j -> %j', (given, expected) => expect(JSON.stringify(prefixed(given))).toBe(JSON.stringify(expected)));
