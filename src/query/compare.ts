/**
 * The order of two values that are not null, per kind.
 *
 * Text is compared without regard to case, as Graph does for eq, startswith, contains and sorting: `foldCase`, then code points. A store
 * that pushes a comparison down must fold and order the same way.
 */
import type { JsonValue } from '../kernel/json.js';
import type { EnumType } from '../model/schema.js';
import { compareInstants, durationTicks } from './instant.js';
import type { ValueKind } from './value-type.js';

/** Negative, zero, positive; NaN where the two have no order (and so are not equal either). */
export type Comparison = (left: JsonValue, right: JsonValue) => number;

/** The form of a text that comparisons see: lower case by Unicode's default mapping, no locale. */
export function foldCase(text: string): string {
  return text.toLowerCase();
}

/** Order by code point, the order of UTF-8 bytes, which a database compares by. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left === right) continue;
    // Surrogates stand for code points above every other unit; among themselves units order as code points do.
    const leftPair = left >= 0xd800 && left <= 0xdfff;
    const rightPair = right >= 0xd800 && right <= 0xdfff;
    return leftPair === rightPair ? left - right : leftPair ? 1 : -1;
  }
  return a.length - b.length;
}

/** Order of two texts without regard to case. */
export function compareText(a: string, b: string): number {
  return a === b ? 0 : compareCodePoints(foldCase(a), foldCase(b));
}

const texts: Comparison = (left, right) => (typeof left === 'string' && typeof right === 'string' ? compareText(left, right) : Number.NaN);

const INTEGER = /^-?\d+$/;

/** A JSON number, or the text of one: Int64 under IEEE754Compatible, `INF`, `-INF`, `NaN`. */
export function toNumber(value: JsonValue): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return Number.NaN;
  return value === 'INF' ? Number.POSITIVE_INFINITY : value === '-INF' ? Number.NEGATIVE_INFINITY : Number(value);
}

function order(left: number | bigint, right: number | bigint): number {
  return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
}

function bigInteger(value: JsonValue): bigint | undefined {
  if (typeof value === 'string') return INTEGER.test(value) ? BigInt(value) : undefined;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined;
}

const numbers: Comparison = (left, right) => {
  if (typeof left === 'number' && typeof right === 'number') return order(left, right);
  const [a, b] = [bigInteger(left), bigInteger(right)];
  return a !== undefined && b !== undefined ? order(a, b) : order(toNumber(left), toNumber(right));
};

const booleans: Comparison = (left, right) =>
  typeof left === 'boolean' && typeof right === 'boolean' ? Number(left) - Number(right) : Number.NaN;

const instants: Comparison = (left, right) =>
  typeof left === 'string' && typeof right === 'string' ? compareInstants(left, right) : Number.NaN;

const durations: Comparison = (left, right) => {
  const a = typeof left === 'string' ? durationTicks(left) : undefined;
  const b = typeof right === 'string' ? durationTicks(right) : undefined;
  return a === undefined || b === undefined ? Number.NaN : order(a, b);
};

/** `09:00`, `09:00:00` and `09:00:00.0000000` are one time. */
function paddedTime(text: string): string {
  return text.length === 5 ? `${text}:00.0000000` : text.length === 8 ? `${text}.0000000` : text.padEnd(16, '0');
}

const times: Comparison = (left, right) => {
  if (typeof left !== 'string' || typeof right !== 'string') return Number.NaN;
  const [a, b] = [paddedTime(left), paddedTime(right)];
  return a < b ? -1 : a > b ? 1 : 0;
};

const exactTexts: Comparison = (left, right) =>
  typeof left === 'string' && typeof right === 'string' ? compareCodePoints(left, right) : Number.NaN;

/** Values without a declared type: alike when their JSON types are. */
const untyped: Comparison = (left, right) => {
  if (typeof left === 'string') return texts(left, right);
  return typeof left === 'number' ? (typeof right === 'number' ? order(left, right) : Number.NaN) : booleans(left, right);
};

/** The number an enum text stands for; the sum of its members for flags. Undefined when it names an unknown member. */
export function enumNumber(type: EnumType, text: string): number | undefined {
  const whole = type.members.get(text);
  if (whole !== undefined || !type.flags) return whole;
  let sum = 0;
  for (const part of text.split(',')) {
    const value = type.members.get(part.trim());
    if (value === undefined) return undefined;
    sum |= value;
  }
  return sum;
}

/** Order of enum members: by value; of members the model does not know, by name, after those it knows. */
export function enumComparison(type: EnumType | undefined): Comparison {
  return (left, right) => {
    if (typeof left !== 'string' || typeof right !== 'string') return Number.NaN;
    if (left === right) return 0;
    const a = type === undefined ? undefined : enumNumber(type, left);
    const b = type === undefined ? undefined : enumNumber(type, right);
    if (a !== undefined && b !== undefined) return a - b;
    if (a === undefined && b === undefined) return compareText(left, right);
    return a === undefined ? 1 : -1;
  };
}

/** How values of a kind are compared; for enums `type` gives the order. */
export function comparisonOf(kind: ValueKind, type: EnumType | undefined): Comparison {
  switch (kind) {
    case 'string':
    case 'guid':
      return texts;
    case 'number':
      return numbers;
    case 'boolean':
      return booleans;
    case 'date':
    case 'dateTimeOffset':
      return instants;
    case 'timeOfDay':
      return times;
    case 'duration':
      return durations;
    case 'binary':
      return exactTexts;
    case 'enum':
      return enumComparison(type);
    case 'untyped':
      return untyped;
    case 'null':
    case 'structured':
      return () => Number.NaN;
  }
}
