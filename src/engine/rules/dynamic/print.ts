import type { DynamicRule, Expression, Operand, Value } from './ast.js';

/** The rule in one spelling: dashes, double quotes, parentheses where they are needed and round the body of -any and -all. Parsing it gives the same tree. */
export function printDynamicRule(rule: DynamicRule): string {
  return rule.root.kind === 'directReports' ? `Direct Reports for "${rule.root.managerId}"` : printExpression(rule.root);
}

export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'or':
    case 'and':
      return expression.terms
        .map((term) => (term.kind === 'or' || term.kind === expression.kind ? `(${printExpression(term)})` : printExpression(term)))
        .join(` -${expression.kind} `);
    case 'not':
      return `-not ${isConnected(expression.term) ? `(${printExpression(expression.term)})` : printExpression(expression.term)}`;
    case 'any':
    case 'all':
      return `${printOperand(expression.collection)} -${expression.kind} (${printExpression(expression.body)})`;
    case 'comparison':
      return `${printOperand(expression.operand)} -${expression.operator} ${printValue(expression.value)}`;
  }
}

function isConnected(expression: Expression): boolean {
  return expression.kind === 'and' || expression.kind === 'or';
}

function printOperand(operand: Operand): string {
  if (operand.kind === 'element') return '_';
  return operand.object === '' ? operand.name : `${operand.object}.${operand.name}`;
}

function printValue(value: Value): string {
  switch (value.kind) {
    case 'text':
      return printText(value.text);
    case 'number':
    case 'date':
      return value.text;
    case 'boolean':
      return String(value.value);
    case 'null':
      return 'null';
    case 'now':
      return value.offset === undefined ? 'system.now' : `system.now -${value.offset.direction} ${value.offset.duration}`;
    case 'list':
      return `[${value.items.map(printValue).join(', ')}]`;
  }
}

function printText(text: string): string {
  return `"${text.replace(/[`"]/g, '`$&')}"`;
}
