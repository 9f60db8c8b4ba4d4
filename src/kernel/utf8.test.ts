import fc from 'fast-check';
import { expect, it } from 'vitest';
import { textOf, utf8Of } from './utf8.js';

const text = fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\ud800', '"'), maxLength: 300 });

it('is the UTF-8 of the whole', () => {
  const part = fc.oneof(
    text,
    text.map((one) => new Uint8Array(Buffer.from(one))),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const whole = Buffer.concat(parts.map((one) => (typeof one === 'string' ? Buffer.from(one) : one)));
      const bytes = utf8Of(parts);
      expect(Buffer.compare(bytes, whole)).toBe(0);
      expect(textOf(bytes)).toBe(whole.toString('utf8'));
    }),
  );
});

it('is empty of nothing', () => expect(utf8Of([])).toHaveLength(0));
