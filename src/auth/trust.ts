import type { JSONWebKeySet } from 'jose';

/** `fetch`, so that tests and offline use can stand in for the network. */
export type Fetch = typeof globalThis.fetch;

/** Where the public keys of an issuer come from. */
export type KeySource = { readonly jwks: JSONWebKeySet } | { readonly jwksUri: string; readonly fetch?: Fetch };

/** An issuer whose signatures are believed, and the names it may sign under. */
export interface TrustedIssuer {
  /**
   * Values of `iss` that its keys may sign. `{tenantid}` stands for the token's own `tid`, so a key set shared by many tenants
   * can never speak for another tenant than the one `iss` names.
   */
  readonly issuers: readonly string[];
  readonly keys: KeySource;
  /** Tolerated difference between its clock and ours, in seconds, 0 to 300; 0 when absent. */
  readonly clockSkewSeconds?: number;
}

const MAX_CLOCK_SKEW_SECONDS = 300;

/** The tolerated clock difference in milliseconds, kept within 0 and 5 minutes. */
export function clockSkewMillis(trust: TrustedIssuer): number {
  const seconds = trust.clockSkewSeconds ?? 0;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), MAX_CLOCK_SKEW_SECONDS) * 1000 : 0;
}

/** True when a token with this `iss` and `tid` may be signed by the issuer. */
export function maySign(trust: TrustedIssuer, iss: string, tid: string): boolean {
  return trust.issuers.some((template) => template.replaceAll('{tenantid}', tid) === iss);
}
