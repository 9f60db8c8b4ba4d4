import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, paddedVersion, parseVersion } from './version.js';

describe('versions', () => {
  it.each([
    ['10.0.26100', '10.0.26100.9457', -1],
    ['10.0.26100', '10.0.26100.0', 0],
    ['10.0.9', '10.0.10', -1],
    ['010.00', '10', 0],
    ['99999999999999999999.1', '99999999999999999999.0', 1],
    ['10.2.1', '10.1.9', 1],
    ['9', '10', -1],
  ])('%s against %s', (left, right, sign) => {
    expect(Math.sign(compareVersions(parseVersion(left) ?? [], parseVersion(right) ?? []))).toBe(sign);
    expect(Math.sign(compareVersions(parseVersion(right) ?? [], parseVersion(left) ?? []))).toBe(-sign || 0);
  });

  it.each(['', ' ', '10.', '.1', '14.1.2a', '10..1', '-1', '１.２'])('%j is no version', (text) => {
    expect(parseVersion(text)).toBeNull();
  });

  it.each([
    ['10.0.26100.9457', '1.00000000000026E25'],
    ['14.2', '1.40000000200000E25'],
  ])('%s is shown as %s', (text, shown) => {
    expect(
      paddedVersion(parseVersion(text) ?? [])
        .toExponential(14)
        .replace('e+', 'E'),
    ).toBe(shown);
  });

  it('order as tuples of numbers', () => {
    const parts = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        const weight = (tuple: readonly number[]) => [0, 1, 2, 3].reduce((sum, index) => sum * 100 + (tuple[index] ?? 0), 0);
        const compared = compareVersions(parseVersion(left.join('.')) ?? [], parseVersion(right.join('.')) ?? []);
        expect(Math.sign(compared)).toBe(Math.sign(weight(left) - weight(right)));
      }),
    );
  });
});
