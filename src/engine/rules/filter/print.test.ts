import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printFilterRule, validateFilterRule } from './index.js';
import { parseFilterRule } from './parse.js';
import { devicePlatforms } from './properties.js';
import { validRule, withoutPlaces } from './testing/arbitrary-rules.js';

describe('printing', () => {
  it.each([
    ['device.model EQ "X"', '(device.model -eq "X")'],
    ['((DEVICE.MODEL -in "X"))', '(device.model -in "X")'],
    ['device.model -notin ["A","B",]', '(device.model -notIn ["A", "B"])'],
    ['device.model -eq null', '(device.model -eq $null)'],
    ['device.operatingSystemVersion -ge 10.0', '(device.operatingSystemVersion -ge 10.0)'],
    [
      'device.model -eq "A" or device.model -eq "B" AND device.model -eq "C"',
      '(device.model -eq "A") or (device.model -eq "B") and (device.model -eq "C")',
    ],
    [
      '(device.model -eq "A" -or device.model -eq "B") -and device.model -eq "C"',
      '((device.model -eq "A") or (device.model -eq "B")) and (device.model -eq "C")',
    ],
  ])('%s', (rule, printed) => {
    const parsed = parseFilterRule(rule);
    expect(parsed.ok && printFilterRule(parsed.rule)).toBe(printed);
  });

  it.each(devicePlatforms)('and reading again gives the same tree, for %s', (platform) => {
    fc.assert(
      fc.property(validRule(platform), (rule) => {
        const text = printFilterRule(rule);
        fc.pre(text.length <= 3072);
        const verdict = validateFilterRule(text, platform);
        expect(verdict.valid && withoutPlaces(verdict.ast)).toEqual(withoutPlaces(rule));
        expect(verdict.valid && printFilterRule(verdict.ast)).toBe(text);
      }),
      { numRuns: 60 },
    );
  });
});
