/**
 * What expressions mean, in memory: OData 4.01 with nulls (URL conventions, section 5.1.1), text without regard to case (see `compare`).
 *
 * - `null eq null` is true; null is equal to nothing else, and neither less nor greater than anything.
 * - `and`, `or`, `not` have three values; a filter admits an item when its value is true.
 * - A function or an arithmetic operator with a null operand is null; so is a member of null.
 * - `any` over nothing is false, `all` true.
 *
 * Every expression is compiled to closures once and kept as long as the expression lives. Evaluation takes time linear in the sizes of
 * expression and item (lambdas: of the product along their nesting).
 */
import type { JsonObject, JsonValue } from '../kernel/json.js';
import { isObject } from '../kernel/json.js';
import { readEnum } from '../model/enum-value.js';
import { bareTypeName, type StructuredType } from '../model/schema.js';
import { calculation } from './arithmetic.js';
import { CALLS, castTo } from './calls.js';
import { compareCodePoints, comparisonOf, enumNumber, foldCase } from './compare.js';
import type { BinaryOperator, Expression, OrderBy } from './expression.js';
import { FUNCTIONS, INTEGER_FUNCTIONS } from './functions.js';
import { arithmeticType, comparisonKind, enumOf, primitiveKind, propertyValueType, simpleType, type ValueType } from './value-type.js';

export interface EvaluationContext {
  /** Runtime type of the item under test, unqualified. */
  readonly typeName: string;
  /** Whether the type of this unqualified name is `ancestor` or derives from it. */
  isA(typeName: string, ancestor: StructuredType): boolean;
  /** `now()`, milliseconds since the epoch. */
  readonly now: number;
  /**
   * What a navigation property leads to, when the entity does not hold it itself: an entity, an array of them, or undefined. Entities of a
   * type other than the declared one carry `@odata.type`.
   */
  related?(entity: JsonObject, navigation: string): JsonValue | undefined;
}

interface Frame {
  readonly context: EvaluationContext;
  /** `$it` at 0, lambda variables behind it. */
  readonly variables: JsonValue[];
}

interface Compiled {
  readonly run: (frame: Frame) => JsonValue;
  readonly type: ValueType;
}

interface Variable {
  readonly slot: number;
  readonly type: ValueType;
}
type Scope = ReadonlyMap<string, Variable>;
type ExpressionOf<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

const BOOLEAN = simpleType('boolean');
const NUMBER = simpleType('number', true);
const IT: Variable = { slot: 0, type: { kind: 'structured', collection: false, integer: false, type: undefined } };
const ROOT: Scope = new Map([['$it', IT]]);
const cache = new WeakMap<Expression, Compiled>();

function compileLiteral({ type, value }: ExpressionOf<'literal'>): Compiled {
  return { run: () => value, type: simpleType(type, type === 'number' && (typeof value === 'string' || Number.isInteger(value))) };
}

function compileVariable({ name }: ExpressionOf<'variable'>, scope: Scope): Compiled {
  const variable = scope.get(name);
  if (variable === undefined) return { run: () => null, type: simpleType('null') };
  return { run: (frame) => frame.variables[variable.slot] ?? null, type: variable.type };
}

/** The runtime type of a structured value: the one it carries; else of the item the one the caller knows, of others their declared one. */
function typeNameOf(frame: Frame, value: JsonObject, declared: ValueType): string | undefined {
  const annotated = value['@odata.type'];
  if (typeof annotated === 'string') return bareTypeName(annotated);
  return value === frame.variables[0] ? frame.context.typeName : declared.type?.name;
}

function compileMember(expression: ExpressionOf<'member'>, scope: Scope): Compiled {
  const source = compileNode(expression.source, scope);
  const { name, cast, navigation } = expression;
  return {
    type: propertyValueType(expression.type, expression.collection),
    run: (frame) => {
      const owner = source.run(frame);
      if (!isObject(owner)) return null;
      if (cast !== undefined) {
        const typeName = typeNameOf(frame, owner, source.type);
        if (typeName === undefined || !frame.context.isA(typeName, cast)) return null;
      }
      const value = Object.hasOwn(owner, name) ? owner[name] : undefined;
      if (value !== undefined || !navigation) return value ?? null;
      return frame.context.related?.(owner, name) ?? null;
    },
  };
}

const ACCEPTS: Readonly<Partial<Record<BinaryOperator, (order: number) => boolean>>> = {
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
};

function equality(left: Compiled, right: Compiled): (a: JsonValue, b: JsonValue) => boolean {
  const kind = comparisonKind(left.type, right.type) ?? 'structured';
  const compare = comparisonOf(kind, enumOf(left.type) ?? enumOf(right.type));
  return (a, b) => (a === null || b === null ? a === b : compare(a, b) === 0);
}

/** `property eq 'text'`, the commonest filter: the literal is folded once. */
function textEquality(left: Compiled, literal: string): (frame: Frame) => boolean {
  const folded = foldCase(literal);
  return (frame) => {
    const value = left.run(frame);
    return typeof value === 'string' && (value === literal || foldCase(value) === folded);
  };
}

function compileEquality(expression: ExpressionOf<'binary'>, left: Compiled, right: Compiled): (frame: Frame) => boolean {
  const { right: literal } = expression;
  const text = left.type.kind === 'string' || left.type.kind === 'guid';
  if (text && literal.kind === 'literal' && typeof literal.value === 'string') return textEquality(left, literal.value);
  const equal = equality(left, right);
  return (frame) => equal(left.run(frame), right.run(frame));
}

function compileLogic(operator: 'and' | 'or', left: Compiled, right: Compiled): (frame: Frame) => JsonValue {
  const decisive = operator === 'or';
  return (frame) => {
    const a = left.run(frame);
    if (a === decisive) return decisive;
    const b = right.run(frame);
    if (b === decisive) return decisive;
    return a === null || b === null ? null : !decisive;
  };
}

function compileHas(left: Compiled, right: Compiled): (frame: Frame) => JsonValue {
  const type = enumOf(left.type) ?? enumOf(right.type);
  const numberOf = (value: JsonValue) => (type === undefined || typeof value !== 'string' ? undefined : enumNumber(type, value));
  return (frame) => {
    const a = left.run(frame);
    const b = right.run(frame);
    if (a === null || b === null) return null;
    const [flags, wanted] = [numberOf(a), numberOf(b)];
    return flags !== undefined && wanted !== undefined && (flags & wanted) === wanted;
  };
}

function compileBinary(expression: ExpressionOf<'binary'>, scope: Scope): Compiled {
  const { operator } = expression;
  const left = compileNode(expression.left, scope);
  const right = compileNode(expression.right, scope);
  if (operator === 'and' || operator === 'or') return { type: BOOLEAN, run: compileLogic(operator, left, right) };
  if (operator === 'has') return { type: BOOLEAN, run: compileHas(left, right) };
  if (operator === 'eq') return { type: BOOLEAN, run: compileEquality(expression, left, right) };
  if (operator === 'ne') {
    const equal = compileEquality(expression, left, right);
    return { type: BOOLEAN, run: (frame) => !equal(frame) };
  }
  const accepts = ACCEPTS[operator];
  if (accepts !== undefined) {
    const compare = comparisonOf(comparisonKind(left.type, right.type) ?? 'structured', enumOf(left.type) ?? enumOf(right.type));
    const bothNull = operator === 'le' || operator === 'ge';
    const run = (frame: Frame) => {
      const a = left.run(frame);
      const b = right.run(frame);
      // `ge` is `gt or eq`, and null equals null (OData URL conventions, section 5.1.1.1.4).
      return a === null || b === null ? bothNull && a === b : accepts(compare(a, b));
    };
    return { type: BOOLEAN, run };
  }
  const compute = calculation(operator, left.type, right.type);
  const run = (frame: Frame) => {
    const a = left.run(frame);
    const b = right.run(frame);
    return a === null || b === null ? null : compute(a, b);
  };
  return { type: arithmeticType(operator, left.type, right.type) ?? simpleType('untyped'), run };
}

function compileIn(expression: ExpressionOf<'in'>, scope: Scope): Compiled {
  const operand = compileNode(expression.operand, scope);
  const { list } = expression;
  if ((operand.type.kind === 'string' || operand.type.kind === 'guid') && list.every((item) => item.kind === 'literal')) {
    const values = new Set(list.map(({ value }) => (typeof value === 'string' ? foldCase(value) : value)));
    const run = (frame: Frame) => {
      const value = operand.run(frame);
      return values.has(typeof value === 'string' ? foldCase(value) : (value as null));
    };
    return { type: BOOLEAN, run };
  }
  const numbers = new Set(list.map((item) => (item.kind === 'literal' && typeof item.value === 'number' ? item.value : undefined)));
  if (operand.type.kind === 'number' && !numbers.has(undefined)) {
    const equal = equality(operand, compileNode(list[0]!, scope));
    const run = (frame: Frame) => {
      const value = operand.run(frame);
      // Numbers may be told as texts, which no set finds.
      return typeof value === 'number' ? numbers.has(value) : value !== null && [...numbers].some((one) => equal(value, one!));
    };
    return { type: BOOLEAN, run };
  }
  const items = list.map((item) => {
    const compiled = compileNode(item, scope);
    return { run: compiled.run, equal: equality(operand, compiled) };
  });
  const run = (frame: Frame) => {
    const value = operand.run(frame);
    return items.some((item) => item.equal(value, item.run(frame)));
  };
  return { type: BOOLEAN, run };
}

function compileCall({ name, arguments: given, enumType }: ExpressionOf<'call'>, scope: Scope): Compiled {
  const compiled = given.map((argument) => compileNode(argument, scope));
  const [first, second] = compiled;
  if (enumType !== undefined && first !== undefined) {
    const run = (frame: Frame) => {
      const value = first.run(frame);
      return typeof value === 'string' || typeof value === 'number' ? (readEnum(enumType, value) ?? null) : null;
    };
    return { type: { ...simpleType('enum'), type: enumType }, run };
  }
  if (name === 'cast' && first !== undefined && second !== undefined) {
    const target = given[1];
    const typeName = target?.kind === 'literal' && typeof target.value === 'string' ? target.value : '';
    return { type: simpleType(primitiveKind(typeName) ?? 'untyped'), run: (frame) => castTo(typeName, first.run(frame)) };
  }
  const call = CALLS.get(name);
  const type = simpleType(FUNCTIONS.get(name)?.result ?? 'null', INTEGER_FUNCTIONS.has(name));
  if (call === undefined) return { type, run: () => null };
  const run = (frame: Frame) => {
    const values: JsonValue[] = [];
    for (const argument of compiled) {
      const value = argument.run(frame);
      if (value === null) return null;
      values.push(value);
    }
    return call(values, frame.context.now);
  };
  return { type, run };
}

function compileIsOf({ operand, type, typeName }: ExpressionOf<'isof'>, scope: Scope): Compiled {
  const source = compileNode(operand, scope);
  const run = (frame: Frame) => {
    const value = source.run(frame);
    if (value === null) return false;
    if (type === undefined)
      return source.type.type?.name === typeName || (source.type.type === undefined && source.type.kind === primitiveKind(typeName));
    const actual = isObject(value) ? typeNameOf(frame, value, source.type) : undefined;
    return actual !== undefined && frame.context.isA(actual, type);
  };
  return { type: BOOLEAN, run };
}

function compileLambda(expression: ExpressionOf<'lambda'>, scope: Scope): Compiled {
  const source = compileNode(expression.source, scope);
  const slot = scope.size;
  const element: ValueType = { ...source.type, collection: false };
  const inner = new Map(scope).set(expression.variable, { slot, type: element });
  const predicate = expression.predicate === undefined ? undefined : compileNode(expression.predicate, inner).run;
  const any = expression.operator === 'any';
  const run = (frame: Frame) => {
    const items = source.run(frame);
    if (!Array.isArray(items)) return !any;
    if (predicate === undefined) return any ? items.length > 0 : true;
    for (const item of items as readonly JsonValue[]) {
      frame.variables[slot] = item;
      if ((predicate(frame) === true) === any) return any;
    }
    return !any;
  };
  return { type: BOOLEAN, run };
}

function compileNode(expression: Expression, scope: Scope): Compiled {
  switch (expression.kind) {
    case 'literal':
      return compileLiteral(expression);
    case 'variable':
      return compileVariable(expression, scope);
    case 'member':
      return compileMember(expression, scope);
    case 'binary':
      return compileBinary(expression, scope);
    case 'not': {
      const { run } = compileNode(expression.operand, scope);
      return {
        type: BOOLEAN,
        run: (frame) => {
          const value = run(frame);
          return typeof value === 'boolean' ? !value : null;
        },
      };
    }
    case 'negate': {
      const { run, type } = compileNode(expression.operand, scope);
      const zero: JsonValue = type.kind === 'duration' ? 'PT0S' : 0;
      const subtract = calculation('sub', type.kind === 'duration' ? type : simpleType('number', type.integer), type);
      return {
        type,
        run: (frame) => {
          const value = run(frame);
          return value === null ? null : subtract(zero, value);
        },
      };
    }
    case 'in':
      return compileIn(expression, scope);
    case 'call':
      return compileCall(expression, scope);
    case 'isof':
      return compileIsOf(expression, scope);
    case 'lambda':
      return compileLambda(expression, scope);
    case 'count': {
      const { run } = compileNode(expression.source, scope);
      return {
        type: NUMBER,
        run: (frame) => {
          const items = run(frame);
          return Array.isArray(items) ? items.length : 0;
        },
      };
    }
  }
}

function compiled(expression: Expression): Compiled {
  let result = cache.get(expression);
  if (result === undefined) {
    result = compileNode(expression, ROOT);
    cache.set(expression, result);
  }
  return result;
}

/** The value of an expression for an item: JSON; dates, durations and enum members as their texts. Throws nothing. */
export function evaluate(expression: Expression, item: JsonObject, context: EvaluationContext): JsonValue {
  return compiled(expression).run({ context, variables: [item] });
}

/** Whether a filter admits an item: its value is true, neither false nor null. */
export function matches(filter: Expression, item: JsonObject, context: EvaluationContext): boolean {
  return compiled(filter).run({ context, variables: [item] }) === true;
}

/** What items are ordered by, computed once an item. */
export interface OrderKeys {
  keysOf(item: JsonObject, context: EvaluationContext): readonly JsonValue[];
  /** Of the keys of two items: negative, zero or positive. */
  compare(left: readonly JsonValue[], right: readonly JsonValue[]): number;
}

/**
 * The order of items by several keys. Null comes before everything (after everything when descending); values without an order among each
 * other count as equal, so that a stable sort keeps the order they came in.
 */
export function orderKeys(orderBy: readonly OrderBy[]): OrderKeys {
  const keys = orderBy.map(({ expression, descending }) => {
    const { run, type } = compiled(expression);
    // Texts are compared in one case: they are brought there once.
    const text = type.kind === 'string' || type.kind === 'guid';
    const compare = text ? foldedTexts : comparisonOf(type.kind, enumOf(type));
    return { run, text, sign: descending ? -1 : 1, compare };
  });
  return {
    keysOf: (item, context) => {
      const frame = { context, variables: [item] };
      return keys.map(({ run, text }) => {
        const value = run(frame);
        return text && typeof value === 'string' ? foldCase(value) : value;
      });
    },
    compare(left, right) {
      for (const [at, { sign, compare }] of keys.entries()) {
        const [a, b] = [left[at] ?? null, right[at] ?? null];
        const order = a === null || b === null ? Number(a !== null) - Number(b !== null) : compare(a, b);
        if (order !== 0 && !Number.isNaN(order)) return order * sign;
      }
      return 0;
    },
  };
}

function foldedTexts(left: JsonValue, right: JsonValue): number {
  return typeof left === 'string' && typeof right === 'string' ? compareCodePoints(left, right) : Number.NaN;
}

/** The same of items that are at hand. */
export function compareBy(orderBy: readonly OrderBy[], context: EvaluationContext): (a: JsonObject, b: JsonObject) => number {
  const keys = orderKeys(orderBy);
  return (a, b) => keys.compare(keys.keysOf(a, context), keys.keysOf(b, context));
}
