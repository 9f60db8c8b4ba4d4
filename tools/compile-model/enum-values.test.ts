import { expect, it } from 'vitest';
import { numberMembers } from './enum-values.js';

it.each([
  ['a b c', false, {}, '0 1 2'],
  ['a b c d', false, { b: 9 }, '0 9 10 11'],
  ['none a b c', true, {}, '0 1 2 4'],
  ['a b c', true, {}, '1 2 4'],
  ['userDefined one two three four every future', true, { every: 15, future: 22 }, '0 1 2 4 8 15 22'],
  ['none all next', true, { all: 3 }, '0 3 4'],
])('%s (flags: %s) count as they should', (names, flags, given, values) => {
  const members = new Map(names.split(' ').map((name) => [name, -1]));
  numberMembers({ name: 'e', members, flags }, given);
  expect([...members.values()].join(' ')).toBe(values);
});
