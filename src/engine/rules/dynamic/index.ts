/** Dynamic membership rules: which users, or which devices, belong to a group. */
import type { Diagnostic } from '../diagnostic.js';
import type { DynamicRule } from './ast.js';
import { checkDynamicRule } from './check.js';
import { parseDynamicRule } from './parse.js';
import type { Subject } from './properties.js';

export type ValidatedDynamicRule =
  | { readonly valid: true; readonly ast: DynamicRule; readonly subject: Subject }
  | { readonly valid: false; readonly diagnostics: readonly Diagnostic[] };

/** Reads and checks a rule. Never throws. */
export function validateDynamicRule(text: string): ValidatedDynamicRule {
  const parsed = parseDynamicRule(text);
  if (!parsed.ok) return { valid: false, diagnostics: parsed.diagnostics };
  const checked = checkDynamicRule(parsed.rule);
  if (!checked.ok) return { valid: false, diagnostics: checked.diagnostics };
  return { valid: true, ast: parsed.rule, subject: checked.subject };
}

export type { DynamicRule } from './ast.js';
export { type Clauses, createClauses } from './clauses.js';
export type { ObjectContext, RuleContext } from './context.js';
export { type CompiledDynamicRule, compileDynamicRule } from './evaluate.js';
export { type ExpressionDetails, evaluateDetails, interpretDynamicRule } from './interpret.js';
export { type Parsed, parseDynamicRule } from './parse.js';
export { printDynamicRule } from './print.js';
export { findProperty, isReadMember, type Property, type Subject } from './properties.js';
export { columnSpecs, deviceColumns, extensionColumnSpecs, readCells, rowForm, userColumns } from './values.js';
export { dependsOnNow, subjectOf } from './walk.js';
