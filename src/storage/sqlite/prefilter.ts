/**
 * The part of a filter that SQL can decide beforehand: a condition that holds for every entity the filter admits, and perhaps for others. What
 * is left is evaluated (`selection`), so that SQL need not mean exactly the same, only never less. Where SQLite sees a text otherwise than
 * `query/evaluate` does (its `lower` knows ASCII alone, its strings end at NUL) the condition lets the entity pass.
 */
import { foldCase } from '../../query/compare.js';
import type { BinaryOperator, Expression } from '../../query/expression.js';
import type { SqliteValue } from './connection.js';

export interface Prefilter {
  /** Over the column `json`. */
  readonly sql: string;
  readonly values: readonly SqliteValue[];
}

/** SQLite bounds the depth of an expression. */
const MOST_CONDITIONS = 50;
/** A framed text is no JSON (frames.ts). */
const FRAMED = "substr(json, 1, 1) = '#'";

type LiteralOf = Expression & { readonly kind: 'literal' };

interface Compiling {
  /** Takes a value. @returns its parameter */
  readonly parameter: (value: SqliteValue) => string;
  readonly values: SqliteValue[];
  conditions: number;
}

/** @param first number of the first parameter that is free; undefined where SQL can decide nothing */
export function prefilterOf(filter: Expression | undefined, first: number): Prefilter | undefined {
  if (filter === undefined) return undefined;
  const values: SqliteValue[] = [];
  const condition = compile(filter, { parameter: (value) => `?${first - 1 + values.push(value)}`, values, conditions: 0 });
  return condition === undefined ? undefined : { sql: `CASE WHEN ${FRAMED} THEN 1 ELSE ${condition} END`, values };
}

function compile(expression: Expression, to: Compiling): string | undefined {
  switch (expression.kind) {
    case 'binary':
      return compileBinary(expression, to);
    case 'in':
      return compileIn(expression, to);
    case 'call':
      return compileCall(expression, to);
    case 'member': {
      const path = pathOf(expression);
      return path === undefined || typeOf(expression) !== 'Edm.Boolean' ? undefined : condition(to, () => `${value(path, to)} = 1`);
    }
    default:
      return undefined;
  }
}

function condition(to: Compiling, sql: () => string | undefined): string | undefined {
  to.conditions += 1;
  return to.conditions > MOST_CONDITIONS ? undefined : sql();
}

function compileBinary(expression: Expression & { kind: 'binary' }, to: Compiling): string | undefined {
  const { operator, left, right } = expression;
  if (operator === 'and' || operator === 'or') {
    const taken = to.values.length;
    const a = compile(left, to);
    const b = a === undefined && operator === 'or' ? undefined : compile(right, to);
    if (a === undefined || b === undefined) {
      if (operator === 'and') return a ?? b;
      // A statement takes no values that it does not name.
      to.values.length = taken;
      return undefined;
    }
    return `(${a} ${operator === 'and' ? 'AND' : 'OR'} ${b})`;
  }
  if (right.kind === 'literal') return compileComparison(operator, left, right, to);
  return left.kind === 'literal' ? compileComparison(TURNED[operator] ?? operator, right, left, to) : undefined;
}

const TURNED: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = { lt: 'gt', gt: 'lt', le: 'ge', ge: 'le' };
const SIGNS: Readonly<Partial<Record<BinaryOperator, string>>> = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' };

function compileComparison(operator: BinaryOperator, member: Expression, literal: LiteralOf, to: Compiling): string | undefined {
  const path = pathOf(member);
  const sign = SIGNS[operator];
  if (path === undefined || sign === undefined) return undefined;
  return condition(to, () => {
    if (literal.value === null) return compareWithNull(operator, path, to);
    const test = testOf(operator, sign, member, literal, path, to);
    if (test === undefined) return undefined;
    return operator === 'ne' ? `(${value(path, to)} IS NULL OR ${test})` : test;
  });
}

/** `le` and `ge` hold between null and null. */
function compareWithNull(operator: BinaryOperator, path: string, to: Compiling): string {
  if (operator === 'ne') return `${value(path, to)} IS NOT NULL`;
  return operator === 'lt' || operator === 'gt' ? '0' : `${value(path, to)} IS NULL`;
}

/** A value that is not null, held against a literal. */
function testOf(
  operator: BinaryOperator,
  sign: string,
  member: Expression,
  literal: LiteralOf,
  path: string,
  to: Compiling,
): string | undefined {
  const given = literal.value;
  const typeName = typeOf(member);
  if (typeof given === 'string' && literal.type === 'string' && typeName === 'Edm.String') {
    return isAscii(given) ? textTest(path, to, (text) => `${text} ${sign} ${to.parameter(foldCase(given))}`) : undefined;
  }
  if (typeof given === 'boolean') return operator === 'eq' || operator === 'ne' ? `${value(path, to)} ${sign} ${given ? 1 : 0}` : undefined;
  // Of fractions the two readers of JSON may differ in the last digit.
  if (typeof given === 'number' && Number.isSafeInteger(given) && INTEGERS.has(typeName)) {
    return `(typeof(${value(path, to)}) = 'text' OR ${value(path, to)} ${sign} ${to.parameter(given)})`;
  }
  if (literal.type === 'dateTimeOffset' && typeof given === 'string') return momentTest(operator, path, given, to);
  return literal.type === 'enum' && typeof given === 'string' ? memberTest(operator, member, path, given, to) : undefined;
}

const INTEGERS: ReadonlySet<string> = new Set(['Edm.Byte', 'Edm.SByte', 'Edm.Int16', 'Edm.Int32', 'Edm.Int64']);
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** By the second, fractions left out; texts in another zone pass. */
function momentTest(operator: BinaryOperator, path: string, given: string, to: Compiling): string | undefined {
  if (!MOMENT.test(given) || operator === 'ne') return undefined;
  const sign = operator === 'eq' ? '=' : operator === 'lt' || operator === 'le' ? '<=' : '>=';
  const text = value(path, to);
  return `(${text} NOT GLOB '????-??-??T??:??:??*Z' OR substr(${text}, 1, 19) ${sign} ${to.parameter(given.slice(0, 19))})`;
}

/** A member whose value no other member has is that text alone. */
function memberTest(operator: BinaryOperator, member: Expression, path: string, given: string, to: Compiling): string | undefined {
  const type = member.kind === 'member' ? member.type : undefined;
  if (type?.kind !== 'enum' || type.flags || (operator !== 'eq' && operator !== 'ne')) return undefined;
  const number = type.members.get(given);
  const same = [...type.members.values()].filter((one) => one === number);
  return same.length === 1 ? `${value(path, to)} ${operator === 'eq' ? '=' : '<>'} ${to.parameter(given)}` : undefined;
}

function compileIn({ operand, list }: Expression & { kind: 'in' }, to: Compiling): string | undefined {
  const path = pathOf(operand);
  if (path === undefined || typeOf(operand) !== 'Edm.String') return undefined;
  const texts: string[] = [];
  for (const item of list) {
    if (item.kind !== 'literal' || item.type !== 'string' || typeof item.value !== 'string' || !isAscii(item.value)) return undefined;
    texts.push(foldCase(item.value));
  }
  return condition(to, () =>
    textTest(path, to, (text) => `${text} IN (SELECT value FROM json_each(${to.parameter(JSON.stringify(texts))}))`),
  );
}

function compileCall({ name, arguments: given }: Expression & { kind: 'call' }, to: Compiling): string | undefined {
  const [text, part] = given;
  const path = text === undefined ? undefined : pathOf(text);
  if (path === undefined || text === undefined || typeOf(text) !== 'Edm.String') return undefined;
  const literal = part?.kind === 'literal' && typeof part.value === 'string' ? part.value : '';
  if (literal === '' || !isAscii(literal)) return undefined;
  const wanted = () => to.parameter(foldCase(literal));
  switch (name) {
    case 'startswith':
      return condition(to, () => textTest(path, to, (lower) => `substr(${lower}, 1, ${literal.length}) = ${wanted()}`));
    case 'endswith':
      return condition(to, () => textTest(path, to, (lower) => `substr(${lower}, -${literal.length}) = ${wanted()}`));
    case 'contains':
      return condition(to, () => textTest(path, to, (lower) => `instr(${lower}, ${wanted()}) > 0`));
    default:
      return undefined;
  }
}

/** A test of a text in lower case; one with characters outside ASCII, or a NUL, passes. */
function textTest(path: string, to: Compiling, test: (lower: string) => string): string {
  const text = value(path, to);
  return `(${test(`lower(${text})`)} OR length(${text}) <> length(CAST(${text} AS BLOB)))`;
}

/** Without NUL, where SQLite's text functions end. */
function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0 || code > 0x7f) return false;
  }
  return true;
}

function value(path: string, to: Compiling): string {
  return `json_extract(json, ${to.parameter(path)})`;
}

function typeOf(expression: Expression): string {
  return expression.kind === 'member' && expression.type.kind === 'primitive' ? expression.type.name : '';
}

/** Nothing that would need escaping in a path. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `$.name`, `$.name.name` of a declared value of the entity itself; undefined for everything else. */
function pathOf(expression: Expression): string | undefined {
  if (expression.kind === 'variable') return expression.name === '$it' ? '$' : undefined;
  if (expression.kind !== 'member' || expression.cast !== undefined || expression.collection || expression.navigation) return undefined;
  if (!NAME.test(expression.name) || expression.type.name === 'Edm.Untyped') return undefined;
  const source = pathOf(expression.source);
  return source === undefined ? undefined : `${source}.${expression.name}`;
}
