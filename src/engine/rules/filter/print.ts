import type { FilterClause, FilterRule, FilterValue } from './ast.js';
import { written } from './words.js';

/** A rule's text in the portal's own style: each clause in parentheses, operators hyphenated. Reading it again gives the same tree. */
export function printFilterRule(rule: FilterRule): string {
  if (rule.kind === 'clause') return `(${printClause(rule)})`;
  const printed = rule.operands.map((operand) => {
    const text = printFilterRule(operand);
    return operand.kind === 'clause' || (rule.kind === 'or' && operand.kind === 'and') ? text : `(${text})`;
  });
  return printed.join(` ${rule.kind} `);
}

/** A clause without parentheses. */
export function printClause({ entity, property, operator, value }: FilterClause): string {
  return `${entity}.${property} ${written(operator)} ${printValue(value)}`;
}

function printValue(value: FilterValue): string {
  switch (value.kind) {
    case 'text':
      return `"${value.text}"`;
    case 'list':
      return `[${value.texts.map((text) => `"${text}"`).join(', ')}]`;
    case 'null':
      return '$null';
    case 'version':
      return value.text;
  }
}
