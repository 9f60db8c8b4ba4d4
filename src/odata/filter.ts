/**
 * `$filter` and `$orderby` -> Expression, bound to the model while it is read. Precedence climbing over the lexer's tokens; operator names
 * in any casing (OData URL conventions, section 5.1.1; the precedence is that of its section 5.1.1.14).
 *
 *   filter     = or
 *   or         = and *( "or" and )
 *   and        = equality *( "and" equality )
 *   equality   = relation *( ( "eq" / "ne" ) relation / "in" ( list / "@" alias / path ) )
 *   relation   = sum *( ( "lt" / "le" / "gt" / "ge" ) sum )
 *   sum        = product *( ( "add" / "sub" ) product )
 *   product    = flags *( ( "mul" / "div" / "divby" / "mod" ) flags )
 *   flags      = unary *( "has" unary )
 *   unary      = "not" equality / "-" unary / primary
 *   primary    = "(" or ")" / literal / "@" alias / call / path          ; call and path: `expression-path`
 *   list       = "(" or *( "," or ) ")"
 *   orderby    = sum [ "asc" / "desc" ] *( "," sum [ "asc" / "desc" ] )
 */
import { qualifiedName } from '../kernel/type-name.js';
import type { BinaryOperator, Expression, OrderBy } from '../query/expression.js';
import { arithmeticType, enumOf, simpleType } from '../query/value-type.js';
import { aliasList, aliasOperand, literalOperand } from './expression-literal.js';
import { expect, fail, nested, type Parser, parser, type Scope, take } from './expression-parser.js';
import { readCall, readPath } from './expression-path.js';
import { next, shown } from './lexer.js';
import { isEnumLiteral, type Operand, reconcile, typeText } from './operand.js';

/** Bounds the depth of trees that grow to the left: whoever walks them recurses. */
const MAX_OPERATORS = 800;
/** Sorting asks for every key of every item. */
const MAX_ORDERS = 32;
const EQUALITY = 3;
const SUM = 5;

const LEVELS: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ['eq', EQUALITY],
  ['ne', EQUALITY],
  ['in', EQUALITY],
  ['lt', 4],
  ['le', 4],
  ['gt', 4],
  ['ge', 4],
  ['add', SUM],
  ['sub', SUM],
  ['mul', 6],
  ['div', 6],
  ['divby', 6],
  ['mod', 6],
  ['has', 7],
]);

const BOOLEAN = simpleType('boolean');

function requireBoolean(p: Parser, operand: Operand, what: string): void {
  const { kind, collection } = operand.type;
  if (collection || (kind !== 'boolean' && kind !== 'null' && kind !== 'untyped')) {
    fail(p, `${what} needs a Boolean, not ${typeText(operand)},`, operand.at);
  }
}

function combine(p: Parser, operator: BinaryOperator, left: Operand, right: Operand, at: number): Operand {
  const result = (l: Operand, r: Operand, type = BOOLEAN): Operand => ({
    expression: { kind: 'binary', operator, left: l.expression, right: r.expression },
    type,
    at: left.at,
  });
  switch (operator) {
    case 'or':
    case 'and':
      requireBoolean(p, left, `'${operator}'`);
      requireBoolean(p, right, `'${operator}'`);
      return result(left, right);
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'divby':
    case 'mod': {
      const type = arithmeticType(operator, left.type, right.type);
      if (type === undefined) return mismatch(p, operator, left, right, at);
      return result(left, right, type);
    }
    case 'has': {
      const pair = enumOf(left.type) === undefined || isEnumLiteral(left) ? undefined : reconcile(left, right);
      if (pair === undefined) return mismatch(p, operator, left, right, at);
      return result(...pair);
    }
    default: {
      const pair = compareStructured(operator, left, right) ?? reconcile(left, right);
      if (pair === undefined) return mismatch(p, operator, left, right, at);
      if (operator !== 'eq' && operator !== 'ne' && pair[0].type.kind === 'binary') return mismatch(p, operator, left, right, at);
      return result(...pair);
    }
  }
}

/** Entities and complex values are equal to null, or not; nothing else can be asked of them. */
function compareStructured(operator: BinaryOperator, left: Operand, right: Operand): readonly [Operand, Operand] | undefined {
  if (operator !== 'eq' && operator !== 'ne') return undefined;
  const one = (a: Operand, b: Operand) => a.type.kind === 'structured' && !a.type.collection && b.type.kind === 'null';
  return one(left, right) || one(right, left) ? [left, right] : undefined;
}

function mismatch(p: Parser, operator: string, left: Operand, right: Operand, at: number): never {
  const literal = [left, right].find((operand) => operand.expression.kind === 'literal' && operand.type.kind === 'string');
  const type = enumOf(left.type) ?? enumOf(right.type);
  if (type !== undefined && literal?.expression.kind === 'literal') {
    fail(
      p,
      `'${literal.expression.value}' is not a member of ${qualifiedName(type.name)} (${[...type.members.keys()].join(', ')})`,
      literal.at,
    );
  }
  fail(p, `the operands of '${operator}' have the incompatible types ${typeText(left)} and ${typeText(right)}`, at);
}

/** Members of all lists of one text together: an alias can be used again and again. */
const MAX_MEMBERS = 10_000;

/** @param read the next member, undefined behind the last */
function listOf(p: Parser, sought: Operand, read: () => Operand | undefined): Expression {
  let operand = sought;
  const list: Expression[] = [];
  for (let item = read(); item !== undefined; item = read()) {
    p.members++;
    if (p.members > MAX_MEMBERS) fail(p, `its lists have more than ${MAX_MEMBERS} members`, item.at);
    const pair = reconcile(operand, item);
    if (pair === undefined) return mismatch(p, 'in', operand, item, item.at);
    operand = pair[0];
    list.push(pair[1].expression);
  }
  return { kind: 'in', operand: operand.expression, list };
}

function readList(p: Parser, sought: Operand): Expression {
  let more = true;
  const list = listOf(p, sought, () => {
    if (!more) return undefined;
    const item = nested(p, () => readExpression(p, SUM));
    more = take(p, ',');
    return item;
  });
  expect(p, ')');
  return list;
}

/** `x in @p`, where `@p` stands for `('a','b')` or `["a","b"]`. */
function readAliasList(p: Parser, sought: Operand): Expression {
  const members = aliasList(p);
  let at = 0;
  return listOf(p, sought, () => members[at++]);
}

/** A variable that hides none in scope. */
function freeVariable(p: Parser): string {
  let count = p.variables.size;
  while (p.variables.has(`in${count}`)) count++;
  return `in${count}`;
}

/** `x in collectionPath` means that some member of it equals x. */
function inCollection(p: Parser, operand: Operand): Expression {
  const { start } = p.lexer;
  const source = readPrimary(p);
  if (!source.type.collection) fail(p, `'in' needs a list in parentheses or a collection, not ${typeText(source)},`, start);
  const name = freeVariable(p);
  const element: Operand = { expression: { kind: 'variable', name }, type: { ...source.type, collection: false }, at: start };
  const pair = reconcile(operand, element);
  if (pair === undefined) return mismatch(p, 'in', operand, element, start);
  const predicate: Expression = { kind: 'binary', operator: 'eq', left: pair[0].expression, right: pair[1].expression };
  return { kind: 'lambda', operator: 'any', source: source.expression, variable: name, predicate };
}

function readIn(p: Parser, operand: Operand): Operand {
  if (operand.type.collection || operand.type.kind === 'structured') fail(p, `'in' cannot look for ${typeText(operand)}`, operand.at);
  const alias = p.lexer.kind === 'name' && p.lexer.value.startsWith('@');
  const expression = alias ? readAliasList(p, operand) : take(p, '(') ? readList(p, operand) : inCollection(p, operand);
  return { expression, type: BOOLEAN, at: operand.at };
}

function readUnary(p: Parser): Operand {
  const { lexer } = p;
  const at = lexer.start;
  if (lexer.kind === 'name' && lexer.value.toLowerCase() === 'not') {
    next(lexer);
    const operand = nested(p, () => readExpression(p, EQUALITY));
    requireBoolean(p, operand, "'not'");
    return { expression: { kind: 'not', operand: operand.expression }, type: BOOLEAN, at };
  }
  if (take(p, '-')) {
    if (lexer.kind === 'name' && lexer.value === 'INF') {
      next(lexer);
      return { expression: { kind: 'literal', type: 'number', value: Number.NEGATIVE_INFINITY }, type: simpleType('number'), at };
    }
    const operand = nested(p, () => readUnary(p));
    const { kind, collection } = operand.type;
    if (collection || (kind !== 'number' && kind !== 'duration' && kind !== 'null' && kind !== 'untyped')) {
      fail(p, `'-' needs a number or a duration, not ${typeText(operand)},`, at);
    }
    return { expression: { kind: 'negate', operand: operand.expression }, type: operand.type, at };
  }
  return readPrimary(p);
}

function readPrimary(p: Parser): Operand {
  const { lexer } = p;
  if (take(p, '(')) {
    const operand = nested(p, () => readExpression(p, 1));
    expect(p, ')');
    return operand;
  }
  if (lexer.kind === 'name' && lexer.value.startsWith('@')) return aliasOperand(p);
  return literalOperand(p) ?? readCall(p, readAny) ?? readPath(p, readAny);
}

function readAny(p: Parser): Operand {
  return nested(p, () => readExpression(p, 1));
}

function readExpression(p: Parser, level: number): Operand {
  const { lexer } = p;
  let left = readUnary(p);
  while (lexer.kind === 'name') {
    const operator = lexer.value.toLowerCase();
    const own = LEVELS.get(operator);
    if (own === undefined || own < level) break;
    const at = lexer.start;
    p.operators++;
    if (p.operators > MAX_OPERATORS) fail(p, `there are more than ${MAX_OPERATORS} operators`, at);
    next(lexer);
    left = operator === 'in' ? readIn(p, left) : combine(p, operator as BinaryOperator, left, readExpression(p, own + 1), at);
  }
  return left;
}

function expectEnd(p: Parser): void {
  if (p.lexer.kind !== 'end') fail(p, `expected an operator or the end, found ${shown(p.lexer)}`, p.lexer.start);
}

/**
 * Parse and bind a `$filter` over items of the scope's type.
 * @throws filterInvalid with the position, for syntax and types; optionPropertyUnknown
 */
export function bindFilter(text: string, scope: Scope): Expression {
  const p = parser('$filter', text, scope);
  const filter = readExpression(p, 1);
  expectEnd(p);
  requireBoolean(p, filter, 'a filter');
  return filter.expression;
}

/**
 * Parse and bind an `$orderby` over items of the scope's type.
 * @throws optionInvalid for syntax and types, optionPropertyUnknown
 */
export function bindOrderBy(text: string, scope: Scope): readonly OrderBy[] {
  const p = parser('$orderby', text, scope);
  const items: OrderBy[] = [];
  do {
    const operand = readExpression(p, 1);
    if (operand.type.collection || operand.type.kind === 'structured') fail(p, `${typeText(operand)} has no order`, operand.at);
    if (isEnumLiteral(operand)) fail(p, 'a constant orders nothing', operand.at);
    const direction = p.lexer.kind === 'name' ? p.lexer.value.toLowerCase() : '';
    const descending = direction === 'desc';
    if (descending || direction === 'asc') next(p.lexer);
    if (items.push({ expression: operand.expression, descending }) > MAX_ORDERS)
      fail(p, `there are more than ${MAX_ORDERS} keys`, operand.at);
  } while (take(p, ','));
  expectEnd(p);
  return items;
}
