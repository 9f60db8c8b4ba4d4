/**
 * Expression -> OData text that parses to the same expression. For traces, for tests of the law, and for whoever must send a filter on.
 */
import type { Expression, OrderBy } from './expression.js';

const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  eq: 4,
  ne: 4,
  in: 4,
  lt: 5,
  le: 5,
  gt: 5,
  ge: 5,
  add: 6,
  sub: 6,
  mul: 7,
  div: 7,
  divby: 7,
  mod: 7,
  has: 8,
};
/** `not` takes the whole comparison behind it. */
const NOT = 3;
const UNARY = 9;
const PRIMARY = 10;

function precedenceOf(expression: Expression): number {
  if (expression.kind === 'binary') return PRECEDENCE[expression.operator] ?? PRIMARY;
  if (expression.kind === 'in') return PRECEDENCE.in ?? PRIMARY;
  if (expression.kind === 'not') return NOT;
  return expression.kind === 'negate' ? UNARY : PRIMARY;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function literal({ type, value }: Extract<Expression, { kind: 'literal' }>): string {
  if (value === null) return 'null';
  if (typeof value === 'number')
    return value === Number.POSITIVE_INFINITY ? 'INF' : value === Number.NEGATIVE_INFINITY ? '-INF' : String(value);
  if (typeof value === 'boolean') return String(value);
  if (type === 'string' || type === 'enum') return quoted(value);
  return type === 'duration' || type === 'binary' ? `${type}${quoted(value)}` : value;
}

function typeText(typeName: string): string {
  return quoted(typeName.startsWith('Edm.') ? typeName : `microsoft.graph.${typeName}`);
}

type Variables = ReadonlySet<string>;

function operand(expression: Expression, least: number, variables: Variables): string {
  const text = print(expression, variables);
  return precedenceOf(expression) < least ? `(${text})` : text;
}

/** `$it/` is left out but where a lambda variable hides the property. */
function member({ source, name, cast }: Extract<Expression, { kind: 'member' }>, variables: Variables): string {
  const own = cast === undefined ? name : `microsoft.graph.${cast.name}/${name}`;
  const implicit = source.kind === 'variable' && source.name === '$it' && !variables.has(name);
  return implicit ? own : `${print(source, variables)}/${own}`;
}

function print(expression: Expression, variables: Variables): string {
  switch (expression.kind) {
    case 'literal':
      return literal(expression);
    case 'variable':
      return expression.name;
    case 'member':
      return member(expression, variables);
    case 'binary': {
      const own = precedenceOf(expression);
      // Operators of one level group to the left.
      return `${operand(expression.left, own, variables)} ${expression.operator} ${operand(expression.right, own + 1, variables)}`;
    }
    case 'not':
      return `not ${operand(expression.operand, PRIMARY, variables)}`;
    case 'negate':
      return `-(${print(expression.operand, variables)})`;
    case 'in':
      return `${operand(expression.operand, 5, variables)} in (${expression.list.map((item) => print(item, variables)).join(',')})`;
    case 'call':
      return `${expression.name}(${expression.arguments.map((argument) => print(argument, variables)).join(',')})`;
    case 'isof': {
      const it = expression.operand.kind === 'variable' && expression.operand.name === '$it';
      return `isof(${it ? '' : `${print(expression.operand, variables)},`}${typeText(expression.typeName)})`;
    }
    case 'lambda': {
      const source = print(expression.source, variables);
      if (expression.predicate === undefined) return `${source}/${expression.operator}()`;
      const inner = new Set(variables).add(expression.variable);
      return `${source}/${expression.operator}(${expression.variable}:${print(expression.predicate, inner)})`;
    }
    case 'count':
      return `${print(expression.source, variables)}/$count`;
  }
}

/** The text of a `$filter`. */
export function printExpression(expression: Expression): string {
  return print(expression, new Set());
}

/** The text of an `$orderby`. */
export function printOrderBy(orderBy: readonly OrderBy[]): string {
  return orderBy.map(({ expression, descending }) => `${printExpression(expression)}${descending ? ' desc' : ''}`).join(',');
}
