import { foldText } from '../../columns/fold.js';
import { compareVersions, parseVersion } from '../../columns/version.js';
import type { FilterClause, FilterOperator, FilterRule, FilterValue } from './ast.js';
import { findProperty } from './properties.js';

/** One object's filter values by property; a property that is absent counts as null. */
export type FilterValues = Readonly<Record<string, string | null | undefined>>;

/** The rule's answer for one object, clause by clause as the documents describe it: the reference for `evaluate.ts`, and the way for a single object. */
export function interpretFilterRule(rule: FilterRule, values: FilterValues): boolean {
  switch (rule.kind) {
    case 'and':
      return rule.operands.every((operand) => interpretFilterRule(operand, values));
    case 'or':
      return rule.operands.some((operand) => interpretFilterRule(operand, values));
    case 'clause':
      return interpretClause(rule, values);
  }
}

export function interpretClause({ entity, property, operator, value }: FilterClause, values: FilterValues): boolean {
  const actual = values[property] ?? null;
  if (value.kind === 'null') return operator === 'ne' ? actual !== null : operator === 'eq' && actual === null;
  if (findProperty(entity, property)?.kind === 'version') return compareAsVersion(actual, operator, value);
  const wanted = textsOf(value).map((text) => foldText(text.trim()));
  const text = actual === null ? null : foldText(actual);
  switch (operator) {
    case 'eq':
    case 'in':
      return text !== null && wanted.includes(text);
    case 'ne':
    case 'notIn':
      return text === null || !wanted.includes(text);
    case 'startsWith':
      return text?.startsWith(wanted[0] ?? '') ?? false;
    case 'contains':
      return text?.includes(wanted[0] ?? '') ?? false;
    case 'notContains':
      return !(text?.includes(wanted[0] ?? '') ?? false);
    default:
      return false;
  }
}

function compareAsVersion(actual: string | null, operator: FilterOperator, value: FilterValue): boolean {
  const wanted = parseVersion(textsOf(value)[0]?.trim() ?? '');
  const version = actual === null ? null : parseVersion(actual);
  if (version === null || wanted === null) return operator === 'ne';
  const sign = compareVersions(version, wanted);
  switch (operator) {
    case 'eq':
      return sign === 0;
    case 'ne':
      return sign !== 0;
    case 'gt':
      return sign > 0;
    case 'ge':
      return sign >= 0;
    case 'lt':
      return sign < 0;
    case 'le':
      return sign <= 0;
    default:
      return false;
  }
}

function textsOf(value: FilterValue): readonly string[] {
  if (value.kind === 'null') return [];
  return value.kind === 'list' ? value.texts : [value.text];
}
