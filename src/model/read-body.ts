import { isUtf8 } from 'node:buffer';
import { graphError } from '../kernel/errors.js';
import type { JsonObject, JsonValue } from '../kernel/json.js';
import { findJsonFault } from './json-fault.js';

export interface BodyLimits {
  /** Levels of nested objects and arrays; the root value is level 1. Default MAX_DEPTH. */
  readonly maxDepth?: number;
}

export const MAX_DEPTH = 64;

/**
 * The JSON value of a request body. UTF-8, with or without a byte order mark. Nesting is bounded before anything is parsed, so that no
 * later walk over the value can exhaust the stack.
 *
 * @throws GraphError `bodyMissing` (empty or blank), `bodyTooDeep`, `jsonInvalid` (with line and column), `propertyDuplicate`
 */
export function parseJsonBody(bytes: Uint8Array, limits: BodyLimits = {}): JsonValue {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const memberCount = scan(bytes, start, limits.maxDepth ?? MAX_DEPTH);
  if (!isUtf8(bytes)) throw graphError('jsonInvalid', { reason: 'The request body is not valid UTF-8.' });
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8', start);
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    const fault = findJsonFault(text);
    if (fault?.kind !== 'syntax') throw graphError('jsonInvalid', { reason: 'The request body is not valid JSON.' });
    throw graphError('jsonInvalid', { reason: `Line ${fault.line}, column ${fault.column}: ${fault.reason}.` });
  }
  // JSON.parse keeps the last of two equal names: then the value has fewer members than the text.
  if (countMembers(value) !== memberCount) {
    const fault = findJsonFault(text);
    if (fault?.kind === 'duplicate') throw graphError('propertyDuplicate', { property: fault.name }, fault.name);
  }
  return value;
}

/** One pass over the bytes: bounds the depth, and counts the colons outside of strings, which are the members of all objects. */
function scan(bytes: Uint8Array, start: number, maxDepth: number): number {
  let depth = 0;
  let colons = 0;
  let blank = true;
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte <= 0x20) continue;
    blank = false;
    if (byte === 0x22) {
      for (i++; i < bytes.length && bytes[i] !== 0x22; i++) if (bytes[i] === 0x5c) i++;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) throw graphError('bodyTooDeep', { limit: maxDepth });
    } else if (byte === 0x7d || byte === 0x5d) depth--;
    else if (byte === 0x3a) colons++;
  }
  if (blank) throw graphError('bodyMissing');
  return colons;
}

function countMembers(value: JsonValue | undefined): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) count += countMembers(item);
    return count;
  }
  for (const name of Object.keys(value)) {
    const member = (value as JsonObject)[name];
    count += typeof member === 'object' && member !== null ? 1 + countMembers(member) : 1;
  }
  return count;
}
