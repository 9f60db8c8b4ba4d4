import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createVerifiedTokens, type VerifiedToken } from './verified-tokens.js';

const token = (n: number): VerifiedToken => ({
  caller: {
    tenantId: 't',
    kind: 'application',
    appId: String(n),
    permissions: new Set(),
    userId: undefined,
    userPrincipalName: undefined,
    directoryRoles: [],
    expiresAt: n,
  },
  validFrom: 0,
  validUntil: n,
});

it('never holds more than its bounds, and never answers with another token', () => {
  const operation = fc.record({ kind: fc.constantFrom('get', 'set', 'delete'), key: fc.integer({ min: 0, max: 30 }) });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), fc.integer({ min: 2, max: 12 }), (operations, max) => {
      const tokens = createVerifiedTokens(max);
      const written = new Map<string, VerifiedToken>();
      operations.forEach(({ kind, key }, n) => {
        const name = `key ${key}`;
        if (kind === 'set') {
          written.set(name, token(n));
          tokens.set(name, token(n));
          expect(tokens.get(name)).toEqual(token(n));
        } else if (kind === 'delete') {
          tokens.delete(name);
          expect(tokens.get(name)).toBeUndefined();
        } else {
          const found = tokens.get(name);
          if (found !== undefined) expect(found).toEqual(written.get(name));
        }
        expect(tokens.size).toBeLessThanOrEqual(max);
      });
    }),
  );
});

it('keeps what is used while it forgets what is not', () => {
  const tokens = createVerifiedTokens(10);
  tokens.set('used', token(1));
  for (let n = 0; n < 100; n += 1) {
    tokens.set(`other ${n}`, token(n));
    expect(tokens.get('used')).toBeDefined();
  }
  expect(tokens.get('other 0')).toBeUndefined();
});

it('is bounded by the length of its keys as well', () => {
  const tokens = createVerifiedTokens(1000, 100);
  for (let n = 0; n < 100; n += 1) tokens.set(String(n).padEnd(20, '.'), token(n));
  expect(tokens.size).toBeLessThanOrEqual(4);
});

it('tells tokens apart that end alike', () => {
  const tokens = createVerifiedTokens();
  const signature = 'x'.repeat(60);
  tokens.set(`one.${signature}`, token(1));
  expect(tokens.get(`two.${signature}`)).toBeUndefined();
  tokens.set(`two.${signature}`, token(2));
  expect(tokens.get(`two.${signature}`)).toEqual(token(2));
  expect(tokens.get(`one.${signature}`)).toBeUndefined();
});
