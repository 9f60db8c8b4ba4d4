/** Whether a dynamic group's rule takes an object in: a check on the members that a built-in tenant lists. */
import { interpretDynamicRule, validateDynamicRule } from '../../../engine/rules/dynamic/index.js';
import type { JsonObject } from '../../../kernel/json.js';

export function fitsRule(rule: string, entity: JsonObject): boolean {
  const validated = validateDynamicRule(rule);
  if (!validated.valid) throw new Error(`${rule}: ${validated.diagnostics[0]?.message}`);
  return interpretDynamicRule(validated.ast, entity, { now: () => 0 });
}
