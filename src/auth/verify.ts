import {
  type CryptoKey,
  compactVerify,
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
} from 'jose';
import type { Caller } from '../kernel/caller.js';
import type { Clock } from '../kernel/clock.js';
import { type Cloud, GLOBAL_CLOUD } from '../kernel/cloud.js';
import { GraphError, graphError } from '../kernel/errors.js';
import { callerOf, lifetimeOf, PERSONAL_ACCOUNT_TENANT, requireAudience, shortened, tenantOf } from './claims.js';
import { GRAPH_APP_ID } from './mint.js';
import { bearerToken, parseToken, type UnverifiedToken } from './token-text.js';
import { clockSkewMillis, type KeySource, maySign, type TrustedIssuer } from './trust.js';
import { createVerifiedTokens, type VerifiedToken } from './verified-tokens.js';

/** The names under which the Graph resource of a cloud appears in `aud` (graph-api spec 6.1, 6.2). */
export function graphAudiences({ graph }: Cloud): readonly string[] {
  return [graph, `${graph}/`, GRAPH_APP_ID];
}

const ALGORITHMS: readonly string[] = ['RS256', 'ES256'];

export interface VerifierOptions {
  readonly trust: readonly TrustedIssuer[];
  /** Whether a tenant (lower-case id) is served here. */
  readonly tenants: (tenantId: string) => boolean;
  readonly clock: Clock;
  /** Accepted values of `aud`; those of Microsoft Graph in the global cloud when absent. */
  readonly audiences?: readonly string[];
  /** Verified tokens to remember; 10,000 when absent. */
  readonly cacheEntries?: number;
}

export interface Verifier {
  /**
   * The caller that an `Authorization` header names.
   *
   * @throws GraphError tokenMissing, tokenScheme, tokenMalformed, tokenUnparsable, tokenInvalid, tokenExpired, tokenNotYetValid,
   *   tokenAudience, tenantUnknown (401), personalAccount (403), unavailable (503: the issuer's keys cannot be fetched)
   */
  verify(authorization: string | undefined): Promise<Caller>;
}

type FindKey = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

interface Trust {
  readonly issuer: TrustedIssuer;
  readonly findKey: FindKey;
  readonly skew: number;
}

/**
 * Checks bearer tokens: signature (RS256 or ES256 alone), `iss` against the token's own `tid`, lifetime, audience, tenant.
 * A token that passed is remembered until it expires, so that its next use costs one map lookup.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { clock, tenants } = options;
  const audiences = new Set(options.audiences ?? graphAudiences(GLOBAL_CLOUD));
  const trusted: readonly Trust[] = options.trust.map((issuer) => ({
    issuer,
    findKey: keyFinder(issuer.keys),
    skew: clockSkewMillis(issuer),
  }));
  const verified = createVerifiedTokens(options.cacheEntries);

  const holds = (token: VerifiedToken) => {
    const now = clock.now();
    return now < token.validUntil && now >= token.validFrom && tenants(token.caller.tenantId);
  };

  const verifyAnew = async (authorization: string | undefined): Promise<Caller> => {
    const token = parseToken(bearerToken(authorization));
    requireAlgorithm(token);
    const { skew } = await findSigner(trusted, token);
    const { notBefore, expires } = lifetimeOf(token.claims);
    const now = clock.now();
    if (now >= expires + skew) throw graphError('tokenExpired');
    if (now < notBefore - skew) throw graphError('tokenNotYetValid');
    requireAudience(token.claims, audiences);
    const caller = callerOf(token.claims);
    if (caller.tenantId === PERSONAL_ACCOUNT_TENANT) throw graphError('personalAccount');
    if (!tenants(caller.tenantId)) throw graphError('tenantUnknown', { tenantId: caller.tenantId });
    if (authorization !== undefined) {
      verified.set(authorization, { caller, validFrom: notBefore - skew, validUntil: expires + skew });
    }
    return caller;
  };

  return {
    verify(authorization) {
      if (authorization !== undefined) {
        const known = verified.get(authorization);
        if (known !== undefined) {
          if (holds(known)) return Promise.resolve(known.caller);
          verified.delete(authorization);
        }
      }
      return verifyAnew(authorization);
    },
  };
}

function keyFinder(source: KeySource): FindKey {
  if ('jwks' in source) return createLocalJWKSet(source.jwks);
  const { fetch } = source;
  return createRemoteJWKSet(new URL(source.jwksUri), fetch === undefined ? {} : { [customFetch]: fetch });
}

function requireAlgorithm({ header }: UnverifiedToken): void {
  const { alg } = header;
  if (typeof alg !== 'string' || !ALGORITHMS.includes(alg)) {
    throw graphError('tokenInvalid', {
      reason: `The algorithm '${shortened(String(alg))}' is not accepted; tokens are signed with RS256 or ES256.`,
    });
  }
  // `crit` may change what the signature covers (RFC 7797 `b64`); no token for Graph carries it.
  if (header.crit !== undefined) throw graphError('tokenInvalid', { reason: "The header parameter 'crit' is not supported." });
}

/** The trusted issuer whose key signed the token, among those that may sign for its `iss` and `tid`. */
async function findSigner(trusted: readonly Trust[], token: UnverifiedToken): Promise<Trust> {
  const { iss } = token.claims;
  const tid = tenantOf(token.claims);
  const candidates = typeof iss === 'string' ? trusted.filter(({ issuer }) => maySign(issuer, iss, tid)) : [];
  if (candidates.length === 0) {
    throw graphError('tokenInvalid', {
      reason: `The issuer '${shortened(String(iss))}' is not trusted here for the tenant '${tid}'.`,
    });
  }
  const failures: unknown[] = [];
  for (const candidate of candidates) {
    try {
      await requireSignature(candidate.findKey, token);
      return candidate;
    } catch (failure) {
      failures.push(failure);
    }
  }
  // A key that could not be fetched might have been the right one.
  throw failures.find((failure) => failure instanceof GraphError && failure.kind === 'unavailable') ?? failures.at(-1);
}

async function requireSignature(findKey: FindKey, token: UnverifiedToken): Promise<void> {
  const [protectedHeader = '', payload = '', signature = ''] = token.text.split('.');
  const key = await findKey(token.header as JWSHeaderParameters, { protected: protectedHeader, payload, signature }).catch((failure) => {
    throw keyFailure(failure);
  });
  try {
    await compactVerify(token.text, key, { algorithms: [...ALGORITHMS] });
  } catch {
    throw graphError('tokenInvalid', { reason: 'The signature does not match the key of the issuer.' });
  }
}

function keyFailure(failure: unknown): GraphError {
  if (failure instanceof errors.JWKSNoMatchingKey) {
    return graphError('tokenInvalid', { reason: "The issuer publishes no key with the token's 'kid' and 'alg'." });
  }
  if (failure instanceof errors.JWKSMultipleMatchingKeys) {
    return graphError('tokenInvalid', { reason: "The token names no 'kid' and the issuer publishes several keys." });
  }
  return graphError('unavailable', { reason: 'The signing keys of the token issuer cannot be read at the moment.' });
}
