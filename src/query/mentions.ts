/** Whether an expression speaks of something: a value, a member. */
import type { Expression } from './expression.js';

/** Whether the test holds for the expression or any part of it. */
export function someIn(expression: Expression | undefined, test: (part: Expression) => boolean): boolean {
  return expression !== undefined && (test(expression) || partsOf(expression).some((part) => someIn(part, test)));
}

/** What an expression is made of, one level down. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'variable':
      return [];
    case 'member':
    case 'count':
      return [expression.source];
    case 'binary':
      return [expression.left, expression.right];
    case 'not':
    case 'negate':
    case 'isof':
      return [expression.operand];
    case 'in':
      return [expression.operand, ...expression.list];
    case 'call':
      return expression.arguments;
    case 'lambda':
      return expression.predicate === undefined ? [expression.source] : [expression.source, expression.predicate];
  }
}

/** Whether it looks at a property of the item under test. */
export function mentionsMember(expression: Expression | undefined, name: string): boolean {
  return someIn(expression, (part) => part.kind === 'member' && part.name === name && part.source.kind === 'variable');
}

/** Whether it holds a value written out. */
export function mentionsValue(expression: Expression | undefined, value: string): boolean {
  return someIn(expression, (part) => part.kind === 'literal' && part.value === value);
}
