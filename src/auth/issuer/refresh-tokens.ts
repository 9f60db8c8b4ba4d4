import { randomBytes } from 'node:crypto';

/** However often it is renewed, a sign-in lasts at most this long. */
const SIGN_IN_LIFETIME_MILLIS = 90 * 24 * 3600 * 1000;

export interface RefreshGrant {
  readonly clientId: string;
  readonly tenantId: string;
  readonly userPrincipalName: string;
  /** `scope` as first asked for. */
  readonly scope: string;
  /** When the user signed in, milliseconds since the epoch. */
  readonly signedInAt: number;
}

export interface RefreshTokens {
  issue(grant: RefreshGrant): string;
  /** Gives out a grant once: every use of a refresh token replaces it. `fits` refuses without using it up. */
  redeem(token: string, fits: (grant: RefreshGrant) => boolean): RefreshGrant | 'unknown' | 'expired';
}

/** Outstanding refresh tokens, in memory alone: a restart asks users to sign in again. The oldest give way beyond `max`. */
export function createRefreshTokens(options: {
  readonly now: () => number;
  readonly lifetimeSeconds: number;
  readonly max: number;
}): RefreshTokens {
  const { now, lifetimeSeconds, max } = options;
  const grants = new Map<string, { readonly grant: RefreshGrant; readonly expires: number }>();
  return {
    issue(grant) {
      for (const [token, { expires }] of grants) {
        if (grants.size < max && now() < expires) break;
        grants.delete(token);
      }
      const token = randomBytes(48).toString('base64url');
      const expires = Math.min(now() + lifetimeSeconds * 1000, grant.signedInAt + SIGN_IN_LIFETIME_MILLIS);
      grants.set(token, { grant, expires });
      return token;
    },
    redeem(token, fits) {
      const found = grants.get(token);
      if (found === undefined || !fits(found.grant)) return 'unknown';
      grants.delete(token);
      return now() < found.expires ? found.grant : 'expired';
    },
  };
}
