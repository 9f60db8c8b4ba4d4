/** Bound operands of the expression parser: an expression with its static type, and how two operands are made to meet. */

import { isGuid } from '../kernel/ids.js';
import { qualifiedName } from '../kernel/type-name.js';
import { readEnum } from '../model/enum-value.js';
import type { EnumType } from '../model/schema.js';
import { readDuration } from '../model/temporal.js';
import type { Expression } from '../query/expression.js';
import { comparisonKind, enumOf, simpleType, type ValueType } from '../query/value-type.js';

export interface Operand {
  readonly expression: Expression;
  readonly type: ValueType;
  /** Offset in the text, for error messages. */
  readonly at: number;
}

/** An operand as error texts name its type. */
export function typeText({ type }: Operand): string {
  const name = type.type === undefined ? type.kind : type.type.kind === 'primitive' ? type.type.name : qualifiedName(type.type.name);
  return type.collection ? `Collection(${name})` : name;
}

/** `microsoft.graph.platformType'iOS'` before it met what it is compared with. */
export function isEnumLiteral(operand: Operand): boolean {
  return operand.expression.kind === 'literal' && operand.expression.type === 'enum';
}

function asEnum(operand: Operand, type: EnumType): Operand | undefined {
  const { expression } = operand;
  if (expression.kind !== 'literal' || typeof expression.value === 'boolean' || expression.value === null) return undefined;
  if (expression.type === 'enum' ? operand.type.type !== type : expression.type !== 'string' && expression.type !== 'number')
    return undefined;
  const value = readEnum(type, expression.value);
  if (value === undefined) return undefined;
  return { ...operand, expression: { kind: 'literal', type: 'enum', value }, type: { ...simpleType('enum'), type } };
}

/**
 * A literal in the form that the other operand's type asks for: text as GUID or duration, a GUID as text, a date as an instant. Clients
 * write these forms for one another, and none of them can mean anything else.
 */
function converted(literal: Operand, other: ValueType): Operand {
  const { expression } = literal;
  if (expression.kind !== 'literal' || typeof expression.value !== 'string') return literal;
  const { type, value } = expression;
  const become = (kind: 'string' | 'guid' | 'duration' | 'dateTimeOffset', text: string): Operand => ({
    ...literal,
    expression: { kind: 'literal', type: kind, value: text },
    type: simpleType(kind),
  });
  if (type === 'guid' && other.kind === 'string') return become('string', value);
  if (type === 'string' && other.kind === 'guid' && isGuid(value)) return become('guid', value.toLowerCase());
  if (type === 'date' && other.kind === 'dateTimeOffset') return become('dateTimeOffset', `${value}T00:00:00Z`);
  if (type !== 'string' || other.kind !== 'duration') return literal;
  const duration = readDuration(value);
  return duration === undefined ? literal : become('duration', duration);
}

/** Both operands, literals converted; undefined when they cannot be compared. */
export function reconcile(left: Operand, right: Operand): readonly [Operand, Operand] | undefined {
  const leftEnum = isEnumLiteral(left) ? undefined : enumOf(left.type);
  const rightEnum = isEnumLiteral(right) ? undefined : enumOf(right.type);
  let [a, b] = [left, right];
  if (leftEnum !== undefined && right.expression.kind === 'literal' && right.expression.value !== null) {
    const literal = asEnum(right, leftEnum);
    if (literal === undefined) return undefined;
    b = literal;
  } else if (rightEnum !== undefined && left.expression.kind === 'literal' && left.expression.value !== null) {
    const literal = asEnum(left, rightEnum);
    if (literal === undefined) return undefined;
    a = literal;
  } else if (isEnumLiteral(left) || isEnumLiteral(right)) return undefined;
  a = converted(a, b.type);
  b = converted(b, a.type);
  const kind = comparisonKind(a.type, b.type);
  return kind === undefined || kind === 'structured' ? undefined : [a, b];
}
