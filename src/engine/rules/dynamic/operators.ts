import type { CompareOperator } from './ast.js';

/** Operators of text; dates have `ge` and `le` besides. */
export const TEXT_OPERATORS: readonly CompareOperator[] = [
  'eq',
  'ne',
  'startsWith',
  'notStartsWith',
  'endsWith',
  'notEndsWith',
  'contains',
  'notContains',
  'match',
  'notMatch',
  'in',
  'notIn',
];
