import { graphError } from '../kernel/errors.js';
import { isObject, type JsonObject } from '../kernel/json.js';

/** Longest token that is looked at, in characters. A Graph token with every claim stays under 8,000. */
export const MAX_TOKEN_LENGTH = 32 * 1024;

const BEARER = /^bearer +/i;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The parts of a token as its sender wrote them: nothing here is verified. */
export interface UnverifiedToken {
  readonly text: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/**
 * The token of an `Authorization` header (RFC 6750, section 2.1).
 *
 * @throws GraphError tokenMissing, tokenScheme, tokenInvalid (too long)
 */
export function bearerToken(authorization: string | undefined): string {
  const value = authorization?.trim() ?? '';
  if (value === '' || /^bearer$/i.test(value)) throw graphError('tokenMissing');
  if (!BEARER.test(value)) throw graphError('tokenScheme');
  if (value.length > MAX_TOKEN_LENGTH) {
    throw graphError('tokenInvalid', { reason: `The token is longer than ${MAX_TOKEN_LENGTH} characters.` });
  }
  return value.replace(BEARER, '');
}

/**
 * Takes a compact JWS apart (RFC 7515, section 7.1).
 *
 * @throws GraphError tokenMalformed (no dots), tokenUnparsable (not three parts of base64url with JSON objects in the first two)
 */
export function parseToken(text: string): UnverifiedToken {
  if (!text.includes('.')) throw graphError('tokenMalformed');
  const [header, claims, signature, ...more] = text.split('.', 4);
  if (header === undefined || claims === undefined || signature === undefined || more.length > 0) throw graphError('tokenUnparsable');
  return { text, header: decodeObject(header), claims: decodeObject(claims) };
}

function decodeObject(part: string): JsonObject {
  if (!BASE64URL.test(part)) throw graphError('tokenUnparsable');
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(Buffer.from(part, 'base64url')));
  } catch {
    throw graphError('tokenUnparsable');
  }
  if (!isObject(value)) throw graphError('tokenUnparsable');
  return value;
}
