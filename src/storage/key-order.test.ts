import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareKeys } from './key-order.js';

it('is the order of UTF-8 bytes', () => {
  const anyText = fc.string({
    unit: fc.oneof(
      fc.constantFrom('a', 'b', '\uffff', '\ue000', '\ud7ff', '😀', '𐀀'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 6,
  });
  fc.assert(
    fc.property(anyText, anyText, (left, right) => {
      expect(Math.sign(compareKeys({ parent: '', id: left }, { parent: '', id: right }))).toBe(
        Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right))),
      );
    }),
  );
});

it.each([
  ['', 'b', 'p', 'a', -1],
  ['p', 'b', 'p', 'a', 1],
  ['p', 'a', 'p', 'a', 0],
])('compares parents before ids: (%s, %s) and (%s, %s)', (parent, id, otherParent, otherId, expected) => {
  expect(Math.sign(compareKeys({ parent, id }, { parent: otherParent, id: otherId }))).toBe(expected);
});
