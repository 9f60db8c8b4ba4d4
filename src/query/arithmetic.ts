/** The arithmetic operators on values that are not null; null where the result has no value. */
import type { JsonValue } from '../kernel/json.js';
import { toNumber } from './compare.js';
import type { BinaryOperator } from './expression.js';
import { durationText, durationTicks, instantText, instantTicks } from './instant.js';
import type { ValueType } from './value-type.js';

type Calculation = (left: JsonValue, right: JsonValue) => JsonValue;

function onNumbers(operator: BinaryOperator, integer: boolean): Calculation {
  return (left, right) => {
    const a = toNumber(left);
    const b = toNumber(right);
    switch (operator) {
      case 'add':
        return a + b;
      case 'sub':
        return a - b;
      case 'mul':
        return a * b;
      case 'mod':
        return integer && b === 0 ? null : a % b;
      default:
        // Whole numbers cannot be divided by zero; others give INF (OData URL conventions, section 5.1.1.2.4).
        if (!integer) return a / b;
        return b === 0 ? null : Math.trunc(a / b);
    }
  };
}

function durationOf(value: JsonValue): bigint | undefined {
  return typeof value === 'string' ? durationTicks(value) : undefined;
}

function instantOf(value: JsonValue): bigint | undefined {
  return typeof value === 'string' ? instantTicks(value) : undefined;
}

function scaled(operator: BinaryOperator, duration: JsonValue, factor: JsonValue): JsonValue {
  const ticks = durationOf(duration);
  const by = toNumber(factor);
  const result = ticks === undefined ? Number.NaN : operator === 'mul' ? Number(ticks) * by : Number(ticks) / by;
  return Number.isFinite(result) ? durationText(BigInt(Math.round(result))) : null;
}

function withDurations(operator: BinaryOperator, left: ValueType, right: ValueType): Calculation {
  if (right.kind === 'number') return (a, b) => scaled(operator, a, b);
  if (left.kind === 'number') return (a, b) => scaled(operator, b, a);
  const minuend = left.kind === 'duration' ? durationOf : instantOf;
  const subtrahend = right.kind === 'duration' ? durationOf : instantOf;
  return (a, b) => {
    const [x, y] = [minuend(a), subtrahend(b)];
    if (x === undefined || y === undefined) return null;
    const result = operator === 'add' ? x + y : x - y;
    if (left.kind === 'duration' || right.kind !== 'duration') return durationText(result);
    const text = instantText(result) ?? null;
    return left.kind === 'date' ? (text?.slice(0, 10) ?? null) : text;
  };
}

/** How `left operator right` is computed for operands of these types. Results that are no number are null. */
export function calculation(operator: BinaryOperator, left: ValueType, right: ValueType): Calculation {
  const temporal = [left, right].some(({ kind }) => kind === 'duration' || kind === 'date' || kind === 'dateTimeOffset');
  const open = [left, right].some(({ kind }) => kind === 'untyped' || kind === 'null');
  const compute =
    temporal && !open ? withDurations(operator, left, right) : onNumbers(operator, left.integer && right.integer && operator !== 'divby');
  return (a, b) => {
    const result = compute(a, b);
    return typeof result === 'number' && Number.isNaN(result) ? null : result;
  };
}
