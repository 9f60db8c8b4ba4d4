/**
 * The opaque token of a next link: where the next page begins, sealed so that no client can make one up, nor use it elsewhere.
 *
 *   token = base64url( JSON ) "." base64url( first 16 bytes of HMAC-SHA-256( key, JSON part "." scope ) )
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { graphError } from '../kernel/errors.js';
import { isObject, type JsonObject } from '../kernel/json.js';

const SEAL_BYTES = 16;

function sealOf(payload: string, key: Uint8Array, scope: string): Buffer {
  return createHmac('sha256', key).update(`${payload}.${scope}`).digest().subarray(0, SEAL_BYTES);
}

/**
 * @param key at least 16 secret bytes, the same on every node that may answer the next page
 * @param scope what the token is for; it opens nothing else
 */
export function encodeSkipToken(value: JsonObject, key: Uint8Array, scope = ''): string {
  const payload = Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
  return `${payload}.${sealOf(payload, key, scope).toString('base64url')}`;
}

function openedPayload(token: string, key: Uint8Array, scope: string): unknown {
  const dot = token.indexOf('.');
  const payload = token.slice(0, Math.max(dot, 0));
  const seal = Buffer.from(token.slice(dot + 1), 'base64url');
  if (dot < 1 || seal.length !== SEAL_BYTES || !timingSafeEqual(seal, sealOf(payload, key, scope))) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * What `encodeSkipToken` sealed under the same key for the same scope.
 * @throws optionInvalid for anything else
 */
export function decodeSkipToken(token: string, key: Uint8Array, scope = ''): JsonObject {
  const value = openedPayload(token, key, scope);
  if (isObject(value)) return value;
  const reason = 'it is not a token that this service gave for this request. Use @odata.nextLink as it is.';
  throw graphError('optionInvalid', { option: '$skiptoken', reason }, '$skiptoken');
}
