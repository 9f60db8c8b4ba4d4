import { graphError } from '../kernel/errors.js';
import { isGuid } from '../kernel/ids.js';
import type { JsonValue } from '../kernel/json.js';
import type { PrimitiveName } from './schema.js';
import { readDate, readDateTimeOffset, readDuration, readTimeOfDay } from './temporal.js';

const INTEGER_RANGES: Partial<Record<PrimitiveName, readonly [number, number]>> = {
  'Edm.Byte': [0, 255],
  'Edm.SByte': [-128, 127],
  'Edm.Int16': [-32_768, 32_767],
  'Edm.Int32': [-2_147_483_648, 2_147_483_647],
  'Edm.Int64': [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

const MAX_SINGLE = 3.4028234663852886e38;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const BASE64URL = /^[A-Za-z0-9_-]*={0,2}$/;

/**
 * A JSON scalar as a value of an Edm type, normalised: dates and times in the service's form, GUIDs in lower case, numbers as JSON
 * numbers (`INF`, `-INF`, `NaN` stay text), binary as padded standard base64. Int64 is read from a number or a decimal string, within
 * ±(2^53 − 1): past that a JSON number is no longer exact.
 *
 * Undefined when it is no such value. Not for Edm.Untyped and Edm.Stream, which have no scalar form.
 */
export function readPrimitive(type: PrimitiveName, value: string | number | boolean): string | number | boolean | undefined {
  switch (type) {
    case 'Edm.String':
      return typeof value === 'string' ? value : undefined;
    case 'Edm.Boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'Edm.Byte':
    case 'Edm.SByte':
    case 'Edm.Int16':
    case 'Edm.Int32':
    case 'Edm.Int64':
      return readInteger(type, value);
    case 'Edm.Single':
    case 'Edm.Double':
    case 'Edm.Decimal':
      return readReal(type, value);
    case 'Edm.Guid':
      return typeof value === 'string' && isGuid(value) ? value.toLowerCase() : undefined;
    case 'Edm.Date':
      return typeof value === 'string' ? readDate(value) : undefined;
    case 'Edm.DateTimeOffset':
      return typeof value === 'string' ? readDateTimeOffset(value) : undefined;
    case 'Edm.TimeOfDay':
      return typeof value === 'string' ? readTimeOfDay(value) : undefined;
    case 'Edm.Duration':
      return typeof value === 'string' ? readDuration(value) : undefined;
    case 'Edm.Binary':
      return typeof value === 'string' ? readBinary(value) : undefined;
    case 'Edm.Stream':
    case 'Edm.Untyped':
      return undefined;
  }
}

function readInteger(type: PrimitiveName, value: string | number | boolean): number | undefined {
  const text = type === 'Edm.Int64' && typeof value === 'string' && /^[+-]?\d{1,19}$/.test(value);
  const number = text ? Number(value) : value;
  const range = INTEGER_RANGES[type]!;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < range[0] || number > range[1]) return undefined;
  return number === 0 ? 0 : number; // -0 would be written as 0 and so differ from itself after a round trip
}

function readReal(type: PrimitiveName, value: string | number | boolean): number | string | undefined {
  if (typeof value === 'string') {
    if (type === 'Edm.Decimal') return /^[+-]?\d{1,29}(?:\.\d{1,29})?$/.test(value) ? Number(value) : undefined;
    return value === 'INF' || value === '-INF' || value === 'NaN' ? value : undefined;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return type === 'Edm.Single' && Math.abs(value) > MAX_SINGLE ? undefined : value === 0 ? 0 : value;
}

/** White space is dropped: clients send base64 with line breaks, and the service's own reader skips them. */
function readBinary(value: string): string | undefined {
  const text = /\s/.test(value) ? value.replace(/\s+/g, '') : value;
  if (BASE64.test(text) && text.length % 4 === 0) return text;
  if (!BASE64.test(text) && !BASE64URL.test(text)) return undefined;
  const bare = text.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  if (bare.length % 4 === 1 || (text.endsWith('=') && text.length % 4 !== 0)) return undefined;
  return bare.padEnd(Math.ceil(bare.length / 4) * 4, '=');
}

const ECHO_LIMIT = 100;

/** A value as an error message may repeat it: at most 100 characters. */
export function echoed(value: JsonValue | undefined): string {
  // What a number such as 1e400 is read as has no JSON.
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : String(JSON.stringify(value));
  return text.length > ECHO_LIMIT ? `${text.slice(0, ECHO_LIMIT)}…` : text;
}

/** The JSON node kind of a value, in the words of the service's reader. */
export function nodeKind(value: JsonValue | undefined): 'StartArray' | 'StartObject' | 'PrimitiveValue' {
  if (Array.isArray(value)) return 'StartArray';
  return typeof value === 'object' && value !== null ? 'StartObject' : 'PrimitiveValue';
}

/** @throws GraphError `jsonShape` when the value is not of the JSON node kind that is due at `path`. */
export function requireNode(
  value: JsonValue | undefined,
  expected: 'StartArray' | 'StartObject' | 'PrimitiveValue',
  path: string | undefined,
): void {
  const found = nodeKind(value);
  if (found === expected) return;
  throw path === undefined ? graphError('jsonShape', { found, expected }) : graphError('jsonShape', { found, expected }, path);
}
