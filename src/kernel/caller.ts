/** Who calls: what a verified access token says, in Muster's own words. */
export interface Caller {
  /** `tid`, lower case. */
  readonly tenantId: string;
  /** `delegated` when the token carries `scp` (an app on behalf of a user), else `application`. */
  readonly kind: 'application' | 'delegated';
  /** `appid` (v1 tokens) or `azp` (v2 tokens). */
  readonly appId: string;
  /** Scopes (delegated) or app roles (application). */
  readonly permissions: ReadonlySet<string>;
  /** `oid` of the user; undefined for applications. */
  readonly userId: string | undefined;
  readonly userPrincipalName: string | undefined;
  /** `wids`: template ids of the user's tenant-wide directory roles. */
  readonly directoryRoles: readonly string[];
  /** `iat`, milliseconds since the epoch, where the token says it. */
  readonly issuedAt?: number | undefined;
  /** `xms_cc` names `cp1`: the client can answer a claims challenge, and is sent one as soon as the user's sessions are revoked. */
  readonly answersChallenges?: boolean;
  /** `exp`, milliseconds since the epoch. */
  readonly expiresAt: number;
}
