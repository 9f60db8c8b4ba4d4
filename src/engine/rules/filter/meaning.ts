import { foldText } from '../../columns/fold.js';
import { parseVersion, type Version } from '../../columns/version.js';
import type { FilterClause, FilterOperator, FilterValue } from './ast.js';
import { findProperty } from './properties.js';

/**
 * What a clause asks, freed of its spelling. Literals are trimmed and compared without regard to case; the negated operators are the complement of
 * their positive, so that they hold where there is no value. Source: measured against the service's own evaluation.
 */
export interface Question {
  readonly column: string;
  readonly test: PositiveTest;
  /** The rows that the test does not hold for are meant. */
  readonly negated: boolean;
}

export type PositiveTest =
  | { readonly kind: 'isNull' }
  | { readonly kind: 'isOneOf'; readonly folded: readonly string[] }
  | { readonly kind: 'startsWith'; readonly folded: string }
  | { readonly kind: 'contains'; readonly folded: string }
  /** `accepts` is given the sign of the comparison of the device's version with this one. A null version (the literal is none) matches nothing. */
  | { readonly kind: 'version'; readonly version: Version | null; readonly accepts: (sign: number) => boolean };

export function questionOf({ entity, property, operator, value }: FilterClause): Question {
  const negated = operator === 'ne' || operator === 'notIn' || operator === 'notContains';
  const compares = orders[operator];
  const test: PositiveTest =
    value.kind === 'null'
      ? { kind: 'isNull' }
      : compares !== undefined && findProperty(entity, property)?.kind === 'version'
        ? { kind: 'version', version: parseVersion(firstText(value).trim()), accepts: compares }
        : textTest(operator, value);
  return { column: property, test, negated };
}

const orders: Readonly<Partial<Record<FilterOperator, (sign: number) => boolean>>> = {
  eq: (sign) => sign === 0,
  ne: (sign) => sign === 0,
  gt: (sign) => sign > 0,
  ge: (sign) => sign >= 0,
  lt: (sign) => sign < 0,
  le: (sign) => sign <= 0,
};

function textTest(operator: FilterOperator, value: FilterValue): PositiveTest {
  switch (operator) {
    case 'startsWith':
      return { kind: 'startsWith', folded: literal(firstText(value)) };
    case 'contains':
    case 'notContains':
      return { kind: 'contains', folded: literal(firstText(value)) };
    default:
      return { kind: 'isOneOf', folded: [...new Set((value.kind === 'list' ? value.texts : [firstText(value)]).map(literal))] };
  }
}

function literal(text: string): string {
  return foldText(text.trim());
}

function firstText(value: FilterValue): string {
  switch (value.kind) {
    case 'text':
    case 'version':
      return value.text;
    case 'list':
      return value.texts[0] ?? '';
    case 'null':
      return '';
  }
}
