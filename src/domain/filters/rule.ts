/** A filter's rule, checked: what the service refuses is refused, and the answer says where and why. */

import { filterValues } from '../../engine/columns/managed-device.js';
import { type Diagnostic, MAX_RULE_LENGTH } from '../../engine/rules/diagnostic.js';
import {
  appPlatforms,
  devicePlatforms,
  type FilterRule,
  interpretFilterRule,
  isFilterPlatform,
  validateFilterRule,
} from '../../engine/rules/filter/index.js';
import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { CompiledFilter } from '../resident.js';

export const FILTER_PLATFORMS: readonly string[] = [...devicePlatforms, ...appPlatforms];

/** A diagnostic as a client reads it: `{position, length, message, expected}`. */
export function diagnosticJson({ position, length, message, expected }: Diagnostic): JsonObject {
  return { position, length, message, expected };
}

/** @throws GraphError filterPlatformWithoutFilters (400) */
export function requireFilterPlatform(platform: JsonValue | undefined): void {
  if (typeof platform === 'string' && isFilterPlatform(platform)) return;
  throw graphError('filterPlatformWithoutFilters', { platform: String(platform), platforms: FILTER_PLATFORMS }, 'platform');
}

/**
 * What is wrong with a rule; undefined where nothing is.
 * @throws GraphError filterRuleEmpty (400): the service has no other answer to it
 */
export function ruleFaults(rule: string, platform: string): readonly Diagnostic[] | undefined {
  if (rule.trim() === '') throw graphError('filterRuleEmpty', {}, 'rule');
  const read = validateFilterRule(rule, platform);
  return read.valid ? undefined : read.diagnostics;
}

/** @throws GraphError filterRuleEmpty, filterRuleTooLong, filterRuleInvalid (400) */
export function requireRule(rule: string, platform: string): void {
  if (rule.length > MAX_RULE_LENGTH) throw graphError('filterRuleTooLong', { length: rule.length, limit: MAX_RULE_LENGTH }, 'rule');
  const faults = ruleFaults(rule, platform);
  if (faults !== undefined) throw ruleInvalid(faults);
}

function ruleInvalid(faults: readonly Diagnostic[]): Error {
  const [first] = faults;
  const diagnostics = faults.map(diagnosticJson);
  return graphError('filterRuleInvalid', { reason: first?.message ?? '', position: first?.position ?? 0, diagnostics }, 'rule');
}

/** The rule, ready to be asked about devices. Evaluating takes what validating refuses but a stored filter may hold (a list after -eq). */
export function compiledFilter(rule: string, platform: string): CompiledFilter {
  if (rule.trim() === '') throw graphError('filterRuleEmpty', {}, 'rule');
  const read = validateFilterRule(rule, platform, 'evaluate');
  if (!read.valid) throw ruleInvalid(read.diagnostics);
  return { text: rule, accepts: (device) => accepts(read.ast, device) };
}

function accepts(rule: FilterRule, device: JsonObject): boolean {
  return interpretFilterRule(rule, filterValues(device));
}
