/**
 * What of a filter over managedDevices the columns of the resident engine decide exactly as `query/evaluate` does.
 *
 * Columns keep no empty texts, so that '' and null look alike there; and what a comparison sees of text outside ASCII they fold otherwise.
 * Such questions stay with the store.
 */
import type { ColumnTest, TextTest } from '../../engine/columns/column-test.js';
import { foldCase } from '../../query/compare.js';
import type { Expression } from '../../query/expression.js';

/** Properties whose text a column holds as it is. */
const COLUMNS: ReadonlyMap<string, string> = new Map([
  ['deviceName', 'deviceName'],
  ['operatingSystem', 'operatingSystem'],
  ['osVersion', 'osVersion'],
  ['manufacturer', 'manufacturer'],
  ['model', 'model'],
  ['deviceCategoryDisplayName', 'deviceCategory'],
  ['enrollmentProfileName', 'enrollmentProfileName'],
  ['userPrincipalName', 'userPrincipalName'],
]);

export interface DividedFilter {
  /** What columns decide; undefined where they decide nothing. */
  readonly test: ColumnTest | undefined;
  /** What is left to be decided on each device; undefined where that is nothing. */
  readonly rest: Expression | undefined;
}

/** Questions to columns, each of which may look at every device. */
const MOST_QUESTIONS = 16;

/** A filter as `test and rest`. */
export function divideByColumns(filter: Expression): DividedFilter {
  const divided = divide(filter);
  return questions(divided.test) > MOST_QUESTIONS ? { test: undefined, rest: filter } : divided;
}

function questions(test: ColumnTest | undefined): number {
  if (test === undefined) return 0;
  if (test.kind === 'and' || test.kind === 'or') return questions(test.left) + questions(test.right);
  return test.kind === 'not' ? questions(test.operand) : 1;
}

function divide(filter: Expression): DividedFilter {
  const test = testOf(filter);
  if (test !== undefined) return { test, rest: undefined };
  if (filter.kind !== 'binary' || filter.operator !== 'and') return { test: undefined, rest: filter };
  const left = divide(filter.left);
  const right = divide(filter.right);
  return { test: both(left.test, right.test), rest: bothLeft(filter, left.rest, right.rest) };
}

function both(left: ColumnTest | undefined, right: ColumnTest | undefined): ColumnTest | undefined {
  return left === undefined || right === undefined ? (left ?? right) : { kind: 'and', left, right };
}

function bothLeft(
  filter: Expression & { kind: 'binary' },
  left: Expression | undefined,
  right: Expression | undefined,
): Expression | undefined {
  return left === undefined || right === undefined ? (left ?? right) : { ...filter, left, right };
}

/** The devices for which the expression is true; undefined where columns cannot tell. */
function testOf(expression: Expression): ColumnTest | undefined {
  switch (expression.kind) {
    case 'binary': {
      const { operator, left, right } = expression;
      if (operator === 'and' || operator === 'or') return joined(operator, testOf(left), testOf(right));
      if (operator !== 'eq' && operator !== 'ne') return undefined;
      const equals = textTest('equals', left, right) ?? textTest('equals', right, left);
      // `ne` holds for null too, as the complement does.
      return equals === undefined || operator === 'eq' ? equals : { kind: 'not', operand: equals };
    }
    case 'in': {
      if (expression.list.length > MOST_QUESTIONS) return undefined;
      const tests = expression.list.map((item): ColumnTest | undefined => textTest('equals', expression.operand, item));
      return tests.reduce((all, test) => joined('or', all, test));
    }
    case 'not': {
      // A function of null is null, and so is its negation: neither is true. What is true or false alone can be turned round.
      const operand = isTwoValued(expression.operand) ? testOf(expression.operand) : undefined;
      return operand === undefined ? undefined : { kind: 'not', operand };
    }
    case 'call': {
      const [text, part] = expression.arguments;
      if (text === undefined || part === undefined) return undefined;
      if (expression.name === 'startswith') return textTest('startsWith', text, part);
      return expression.name === 'contains' ? textTest('contains', text, part) : undefined;
    }
    default:
      return undefined;
  }
}

function joined(kind: 'and' | 'or', left: ColumnTest | undefined, right: ColumnTest | undefined): ColumnTest | undefined {
  return left === undefined || right === undefined ? undefined : { kind, left, right };
}

function isTwoValued(expression: Expression): boolean {
  switch (expression.kind) {
    case 'binary':
      if (expression.operator === 'and' || expression.operator === 'or')
        return isTwoValued(expression.left) && isTwoValued(expression.right);
      return expression.operator === 'eq' || expression.operator === 'ne';
    case 'not':
      return isTwoValued(expression.operand);
    case 'in':
      return true;
    default:
      return false;
  }
}

const ASCII = /^[\0-\x7f]+$/;

function textTest(kind: TextTest['kind'], member: Expression, text: Expression): TextTest | undefined {
  if (member.kind !== 'member' || member.source.kind !== 'variable' || member.source.name !== '$it') return undefined;
  const column = member.cast === undefined ? COLUMNS.get(member.name) : undefined;
  const literal = text.kind === 'literal' && text.type === 'string' && typeof text.value === 'string' ? text.value : '';
  return column === undefined || !ASCII.test(literal) ? undefined : { kind, column, needle: foldCase(literal) };
}
