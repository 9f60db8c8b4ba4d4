import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject } from '../kernel/json.js';
import { thrown } from '../model/testing/thrown.js';
import { decodeSkipToken, encodeSkipToken } from './skiptoken.js';

const key = new Uint8Array(32).fill(7);
const scope = 'groups';

describe('skip tokens', () => {
  it('come back as they went', () => {
    const json = fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()),
    );
    fc.assert(
      fc.property(json, (value) => {
        const token = encodeSkipToken(value, key, scope);
        expect(token).toMatch(/^[\w.-]+$/);
        expect(decodeSkipToken(token, key, scope)).toEqual({ ...value });
      }),
    );
  });

  it('are refused when any character is changed', () => {
    const token = encodeSkipToken({ skip: 10 }, key, scope);
    for (let at = 0; at < token.length - 1; at++) {
      const forged = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      expect(thrown(() => decodeSkipToken(forged, key, scope))?.kind).toBe('optionInvalid');
    }
  });

  it.each(['', '.', 'a', 'e30', 'e30.', '.AAAA', 'X'.repeat(500)])('%s is refused', (token) => {
    expect(thrown(() => decodeSkipToken(token, key, scope))?.kind).toBe('optionInvalid');
  });

  it('of another key are refused', () => {
    expect(isObject(decodeSkipToken(encodeSkipToken({}, key, scope), key, scope))).toBe(true);
    expect(thrown(() => decodeSkipToken(encodeSkipToken({}, key, scope), new Uint8Array(32), scope))?.kind).toBe('optionInvalid');
  });

  it('of another scope are refused', () => {
    expect(thrown(() => decodeSkipToken(encodeSkipToken({}, key, scope), key, 'users'))?.kind).toBe('optionInvalid');
  });
});
