import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTable } from '../../columns/table.js';
import { has } from '../../device-set.js';
import { compileFilterRule, explainClause, type FilterValues, interpretFilterRule, validateFilterRule } from './index.js';

/** Rules and matches collected from the service's own answers, its documents and published tools. */
const data = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..', '..', 'shared', 'data');

function lines<Line>(name: string): readonly Line[] {
  const file = join(data, name);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

interface LabelledRule {
  readonly rule: string;
  readonly platform: string;
  readonly valid: boolean | 'unknown';
}

interface LabelledMatch {
  readonly id: string;
  readonly rule: string;
  readonly platform: string;
  readonly device: FilterValues;
  readonly match: boolean;
}

const rules = lines<LabelledRule>('filter-rules.jsonl');
const matches = lines<LabelledMatch>('filter-eval-cases.jsonl');

describe('the collected rules', () => {
  it.skipIf(rules.length === 0)('are accepted and refused as labelled', () => {
    const labelled = rules.filter(({ valid }) => valid !== 'unknown');
    const verdicts = rules.map((each) => ({ ...each, verdict: validateFilterRule(each.rule, each.platform) }));
    const disagreements = verdicts.filter(({ valid, verdict }) => valid !== 'unknown' && valid !== verdict.valid);
    expect(disagreements.map(({ rule, platform, verdict }) => ({ rule, platform, verdict }))).toEqual([]);
    for (const { verdict } of verdicts) {
      if (!verdict.valid) expect(verdict.diagnostics.every(({ message }) => message !== '')).toBe(true);
    }
    console.log(`filter-rules.jsonl: ${labelled.length} labelled rules agree, ${rules.length - labelled.length} without a label were read`);
  });

  it.skipIf(matches.length === 0)('match as the service matched', () => {
    const disagreements: unknown[] = [];
    for (const { id, rule, platform, device, match } of matches) {
      const verdict = validateFilterRule(rule, platform);
      if (!verdict.valid) {
        disagreements.push({ id, rule, verdict });
        continue;
      }
      const table = createTable(Object.keys(device).map((name) => ({ name, kind: 'text' })));
      const ordinal = table.add(device);
      const compiled = compileFilterRule(verdict.ast);
      const answers = [
        has(compiled.evaluate(table), ordinal),
        compiled.matches(table, ordinal),
        interpretFilterRule(verdict.ast, device),
        explainClause(verdict.ast, device).result,
      ];
      if (answers.some((answer) => answer !== match)) disagreements.push({ id, rule, match, answers });
    }
    expect(disagreements).toEqual([]);
    console.log(`filter-eval-cases.jsonl: ${matches.length} labelled matches agree`);
  });
});
