import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject } from '../kernel/json.js';
import { thrown } from '../model/testing/thrown.js';
import { decodeSkipToken, encodeSkipToken } from './skiptoken.js';

const key = new Uint8Array(32).fill(7);

describe('skip tokens', () => {
  it('come back as they went', () => {
    const json = fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()),
    );
    fc.assert(
      fc.property(json, (value) => {
        const token = encodeSkipToken(value, key);
        expect(token).toMatch(/^[\w.-]+$/);
        expect(decodeSkipToken(token, key)).toEqual({ ...value });
      }),
    );
  });

  it('are refused when any character is changed', () => {
    const token = encodeSkipToken({ skip: 10 }, key);
    for (let at = 0; at < token.length - 1; at++) {
      const forged = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      expect(thrown(() => decodeSkipToken(forged, key))?.kind).toBe('optionInvalid');
    }
  });

  it.each(['', '.', 'a', 'e30', 'e30.', '.AAAA', 'X'.repeat(500)])('%s is refused', (token) => {
    expect(thrown(() => decodeSkipToken(token, key))?.kind).toBe('optionInvalid');
  });

  it('of another key are refused', () => {
    expect(isObject(decodeSkipToken(encodeSkipToken({}, key), key))).toBe(true);
    expect(thrown(() => decodeSkipToken(encodeSkipToken({}, key), new Uint8Array(32)))?.kind).toBe('optionInvalid');
  });
});
