import type { Caller } from '../kernel/caller.js';
import { graphError } from '../kernel/errors.js';
import { isGuid } from '../kernel/ids.js';
import type { JsonObject } from '../kernel/json.js';

/** The tenant of consumer (personal Microsoft) accounts. */
export const PERSONAL_ACCOUNT_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** `nbf` and `exp` in milliseconds since the epoch. */
export interface Lifetime {
  readonly notBefore: number;
  readonly expires: number;
}

/** @throws GraphError tokenInvalid when `exp` is missing, or `exp` or `nbf` is not a number of seconds */
export function lifetimeOf(claims: JsonObject): Lifetime {
  const { exp, nbf } = claims;
  if (typeof exp !== 'number' || !Number.isFinite(exp)) {
    throw graphError('tokenInvalid', { reason: "The claim 'exp' is missing or is not a number." });
  }
  if (nbf !== undefined && (typeof nbf !== 'number' || !Number.isFinite(nbf))) {
    throw graphError('tokenInvalid', { reason: "The claim 'nbf' is not a number." });
  }
  return { notBefore: nbf === undefined ? Number.NEGATIVE_INFINITY : nbf * 1000, expires: exp * 1000 };
}

/** @throws GraphError tokenAudience */
export function requireAudience(claims: JsonObject, accepted: ReadonlySet<string>): void {
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (audiences.some((audience) => typeof audience === 'string' && accepted.has(audience))) return;
  const shown = audiences.filter((audience) => typeof audience === 'string').join(' ');
  throw graphError('tokenAudience', { audience: shortened(shown) });
}

/**
 * The token's tenant as written, so that `iss` can be compared with it.
 *
 * @throws GraphError tokenInvalid
 */
export function tenantOf(claims: JsonObject): string {
  const { tid } = claims;
  if (typeof tid !== 'string' || !isGuid(tid)) {
    throw graphError('tokenInvalid', { reason: "The claim 'tid' is missing or is not the id of a tenant." });
  }
  return tid;
}

/**
 * The caller that verified claims speak of (graph-api spec 6.2): `scp` makes it delegated, else `roles` are those of an application;
 * a token with neither is an application that may do nothing.
 *
 * @throws GraphError tokenInvalid when a claim has the wrong shape
 */
export function callerOf(claims: JsonObject): Caller {
  const tenantId = tenantOf(claims).toLowerCase();
  const appId = text(claims, 'appid') ?? text(claims, 'azp') ?? '';
  const expiresAt = lifetimeOf(claims).expires;
  const scopes = text(claims, 'scp');
  if (scopes === undefined) {
    return {
      tenantId,
      kind: 'application',
      appId,
      permissions: new Set(texts(claims, 'roles')),
      userId: undefined,
      userPrincipalName: undefined,
      directoryRoles: [],
      expiresAt,
    };
  }
  return {
    tenantId,
    kind: 'delegated',
    appId,
    permissions: new Set(scopes.split(' ').filter((scope) => scope !== '')),
    userId: text(claims, 'oid'),
    userPrincipalName: text(claims, 'upn') ?? text(claims, 'unique_name') ?? text(claims, 'preferred_username'),
    directoryRoles: texts(claims, 'wids').map((role) => role.toLowerCase()),
    issuedAt: typeof claims.iat === 'number' ? claims.iat * 1000 : undefined,
    answersChallenges: texts(claims, 'xms_cc').some((capability) => capability.toLowerCase() === 'cp1'),
    expiresAt,
  };
}

function text(claims: JsonObject, name: string): string | undefined {
  const value = claims[name];
  if (value === undefined || typeof value === 'string') return value;
  throw graphError('tokenInvalid', { reason: `The claim '${name}' is not a string.` });
}

function texts(claims: JsonObject, name: string): readonly string[] {
  const value = claims[name];
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
  throw graphError('tokenInvalid', { reason: `The claim '${name}' is not an array of strings.` });
}

/** Text of a token as it may stand in an error: short, whatever was sent. */
export function shortened(value: string): string {
  return value.length <= 200 ? value : `${value.slice(0, 200)}…`;
}
