import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseDynamicRule, printDynamicRule, validateDynamicRule } from './index.js';
import { withoutSpans } from './testing/without-spans.js';

/** Rules collected from documentation, issue reports and published tools, labelled valid, invalid or unknown. */
const file = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..', '..', 'shared', 'data', 'dynamic-rules.jsonl');

interface LabelledRule {
  readonly rule: string;
  readonly platform: 'user' | 'device' | null;
  readonly valid: boolean | 'unknown';
}

const rules = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LabelledRule)
  : [];

describe('the collected rules', () => {
  it.skipIf(rules.length === 0)('are accepted and refused as labelled, and are about what they are labelled to be about', () => {
    const disagreements = rules.flatMap<unknown>(({ rule, platform, valid }) => {
      const verdict = validateDynamicRule(rule);
      if (valid === 'unknown') return [];
      if (verdict.valid !== valid) return [{ rule, valid, verdict }];
      return verdict.valid && platform !== null && verdict.subject !== platform ? [{ rule, platform, subject: verdict.subject }] : [];
    });
    expect(disagreements).toEqual([]);
    const count = (label: LabelledRule['valid']) => rules.filter(({ valid }) => valid === label).length;
    const open = rules.filter(({ rule, valid }) => valid === 'unknown' && validateDynamicRule(rule).valid).length;
    console.log(
      `dynamic-rules.jsonl: ${count(true)} valid and ${count(false)} invalid rules agree; of ${count('unknown')} without a label ${open} are accepted`,
    );
  });

  it.skipIf(rules.length === 0)('are refused with a place, the service’s words and a reason', () => {
    for (const { rule } of rules) {
      const verdict = validateDynamicRule(rule);
      for (const diagnostic of verdict.valid ? [] : verdict.diagnostics) {
        expect(diagnostic.position + diagnostic.length).toBeLessThanOrEqual(rule.length);
        expect(diagnostic.message).not.toBe('');
        expect(diagnostic.explanation).not.toBe('');
      }
    }
  });

  it.skipIf(rules.length === 0)('read the same after printing', () => {
    for (const { rule } of rules) {
      const parsed = parseDynamicRule(rule);
      if (!parsed.ok) continue;
      const printed = printDynamicRule(parsed.rule);
      const again = parseDynamicRule(printed);
      expect(again.ok && withoutSpans(again.rule), printed).toEqual(withoutSpans(parsed.rule));
    }
  });
});
