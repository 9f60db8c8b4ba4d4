/** The language of assignment filter rules: read, hold against the platform, print, evaluate, explain. */
import type { Diagnostic } from '../diagnostic.js';
import type { FilterRule } from './ast.js';
import { type CheckPurpose, checkFilterRule } from './check.js';
import { parseFilterRule } from './parse.js';
import { appPlatforms, devicePlatforms, isFilterPlatform } from './properties.js';

export type { FilterClause, FilterOperator, FilterRule, FilterValue } from './ast.js';
export type { CheckPurpose } from './check.js';
export { compileFilterRule } from './evaluate.js';
export { type DecidingClause, type Explanation, explainClause } from './explain.js';
export { type FilterValues, interpretFilterRule } from './interpret.js';
export { printFilterRule } from './print.js';
export { appPlatforms, devicePlatforms, entityOf, type FilterPlatform, isFilterPlatform } from './properties.js';
export { type SupportedProperty, supportedProperties } from './supported-properties.js';

export type FilterValidation =
  | {
      readonly valid: true;
      readonly ast: FilterRule;
      /** What the service accepts and yet cannot match (`valueNeverMatches`). */
      readonly warnings: readonly Diagnostic[];
    }
  | {
      readonly valid: false;
      /** At least one. Code `emptyRule` is the one that the service answers 400 to; `platformWithoutFilters` comes alone. */
      readonly diagnostics: readonly Diagnostic[];
    };

/** Whether the service accepts this rule for a filter of this platform, and if not, why. Never throws. */
export function validateFilterRule(rule: string, platform: string, purpose: CheckPurpose = 'validate'): FilterValidation {
  if (!isFilterPlatform(platform)) {
    const expected = [...devicePlatforms, ...appPlatforms];
    const message = `There are no filters for the platform ${platform}.`;
    return { valid: false, diagnostics: [{ position: 0, length: 0, code: 'platformWithoutFilters', message, expected }] };
  }
  const parsed = parseFilterRule(rule);
  if (!parsed.ok) return { valid: false, diagnostics: parsed.diagnostics };
  const { faults, warnings } = checkFilterRule(parsed.rule, platform, purpose);
  return faults.length === 0 ? { valid: true, ast: parsed.rule, warnings } : { valid: false, diagnostics: faults };
}
