import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilterRule, explainClause, printFilterRule, validateFilterRule } from './index.js';

const pieces = fc.constantFrom(
  ...['(', ')', '[', ']', ',', '"', '"X"', '""', "'X'", ' ', '\n', 'and', '-or', 'not', '!', '-eq', 'ne', '-in', '-notIn', '-startsWith'],
  ...['-contains', '-gt', '-equals', 'device.model', 'device.osVersion', 'device.operatingSystemVersion', 'device.deviceOwnership'],
  ...['app.osVersion', 'device.', '.', '10.0', '10', '$null', 'null', '$(', '\\', '–eq', '\u0000', '\ud800', '😀'],
);

const texts = fc.oneof(
  fc.array(pieces, { maxLength: 30 }).map((each) => each.join('')),
  fc.array(pieces, { maxLength: 30 }).map((each) => each.join(' ')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

describe('any text', () => {
  it('is a rule or gets a diagnostic within the text, and nothing throws', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('windows10AndLater', 'androidForWork', 'iOSMobileApplicationManagement'), (text, platform) => {
        for (const purpose of ['validate', 'evaluate'] as const) {
          const verdict = validateFilterRule(text, platform, purpose);
          if (verdict.valid) {
            compileFilterRule(verdict.ast);
            explainClause(verdict.ast, {});
            expect(validateFilterRule(printFilterRule(verdict.ast), platform, purpose).valid).toBe(true);
          } else {
            expect(verdict.diagnostics.length).toBeGreaterThan(0);
            for (const { position, length, message, code } of verdict.diagnostics) {
              expect(position).toBeGreaterThanOrEqual(0);
              expect(position + length).toBeLessThanOrEqual(text.length);
              expect(message).not.toBe('');
              expect(code).toMatch(/^[a-z][A-Za-z]+$/);
            }
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[name: string, text: string, valid: boolean]>([
    ['opening parentheses', '('.repeat(3072), false],
    ['opening brackets', '['.repeat(3072), false],
    ['quotation marks', '"'.repeat(3072), false],
    ['commas in a list', `device.model -in ["a"${','.repeat(3000)}]`, false],
    ['a word without an end', 'a'.repeat(3072), false],
    ['dots', `device${'.'.repeat(3000)}`, false],
    ['an unknown property', `device.${'x'.repeat(3000)} -eq "a"`, false],
    ['parts of a version', `device.operatingSystemVersion -eq ${'1.'.repeat(1500)}`, false],
    ['digits on a text', `device.model -eq ${'9'.repeat(3000)}.0`, false],
    ['digits of a version', `device.operatingSystemVersion -eq ${'9'.repeat(3000)}.0`, true],
    ['hyphens', `device.model ${'-'.repeat(3000)}`, false],
    ['an operator without spaces', `device.${'x'.repeat(3000)}-eq"a"`, false],
    ['connectives', `device.model -eq "a" ${'and '.repeat(700)}`, false],
    ['surrogates', '\ud800'.repeat(3072), false],
    ['a megabyte', 'device.model -eq "x" and '.repeat(40_000), false],
    ['values that nobody has', `device.cpuArchitecture -in [${'"x",'.repeat(750)}]`, true],
  ])('%s: an answer of a few lines', (_name, text, valid) => {
    const verdict = validateFilterRule(text, 'windows10AndLater');
    expect(verdict.valid).toBe(valid);
    const said = verdict.valid ? verdict.warnings : verdict.diagnostics;
    for (const { message, expected } of said) expect(message.length + expected.join().length).toBeLessThan(700);
  });
});
