import { createHash, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { type Cloud, GLOBAL_CLOUD } from '../kernel/cloud.js';
import type { SigningKeys } from './keys.js';

/** The id of the Graph resource application, in every cloud. */
export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';

const DEFAULT_LIFETIME_SECONDS = 3600;

export interface TokenUser {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  /** Template ids of directory roles, for `wids`. */
  readonly directoryRoles: readonly string[];
  /** Present where the account is disabled: nobody signs in with it. */
  readonly disabled?: true;
}

export interface AccessTokenClaims {
  readonly tenantId: string;
  readonly appId: string;
  readonly appName: string;
  /** How the client proved who it is: `public` not at all, `secret` with a client secret. */
  readonly appAuthentication: 'public' | 'secret';
  readonly subject:
    | { readonly kind: 'application'; readonly roles: readonly string[] }
    | { readonly kind: 'delegated'; readonly scopes: readonly string[]; readonly user: TokenUser };
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** Seconds from `issuedAt`; 3600 when absent. Negative makes a token that has already expired. */
  readonly expires?: number;
  /** The root of Graph in the cloud when absent. */
  readonly audience?: string;
  /** The global one when absent. */
  readonly cloud?: Cloud;
  /** `xms_cc`: what the client says it can do. */
  readonly capabilities?: readonly string[];
}

/** A v1.0 access token as Microsoft Entra issues it for Graph (graph-api spec 6.2), signed with RS256. */
export async function mintAccessToken(keys: SigningKeys, claims: AccessTokenClaims): Promise<string> {
  const { tenantId, appId, subject, cloud = GLOBAL_CLOUD } = claims;
  const issuedAt = Math.floor(claims.issuedAt / 1000);
  const expires = issuedAt + Math.trunc(claims.expires ?? DEFAULT_LIFETIME_SECONDS);
  // A token made already expired was valid once: its nbf precedes its exp.
  const validFrom = Math.min(issuedAt, expires - 1);
  return sign(keys, {
    aud: claims.audience ?? cloud.graph,
    iss: cloud.tokenIssuer.replace('{tenantid}', tenantId),
    iat: validFrom,
    nbf: validFrom,
    exp: expires,
    aio: opaque(36),
    app_displayname: claims.appName,
    appid: appId,
    appidacr: claims.appAuthentication === 'secret' ? '1' : '0',
    ...subjectClaims(tenantId, appId, subject),
    tid: tenantId,
    uti: opaque(16),
    ver: '1.0',
    ...(claims.capabilities === undefined || claims.capabilities.length === 0 ? {} : { xms_cc: claims.capabilities }),
  });
}

function subjectClaims(tenantId: string, appId: string, subject: AccessTokenClaims['subject']): Readonly<Record<string, unknown>> {
  if (subject.kind === 'application') {
    const id = servicePrincipalId(tenantId, appId);
    return { idtyp: 'app', oid: id, roles: subject.roles, sub: id };
  }
  const { user } = subject;
  return {
    idtyp: 'user',
    name: user.displayName,
    oid: user.id,
    scp: subject.scopes.join(' '),
    sub: pairwiseSubject(user.id, GRAPH_APP_ID),
    unique_name: user.userPrincipalName,
    upn: user.userPrincipalName,
    wids: user.directoryRoles,
  };
}

export interface IdTokenClaims {
  /** `{origin}/{tid}/v2.0`. */
  readonly issuer: string;
  readonly tenantId: string;
  readonly appId: string;
  readonly user: TokenUser;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** Seconds from `issuedAt`; 3600 when absent. */
  readonly expires?: number;
}

/** A v2.0 id token: who signed in, for the client alone. */
export async function mintIdToken(keys: SigningKeys, claims: IdTokenClaims): Promise<string> {
  const { user } = claims;
  const issuedAt = Math.floor(claims.issuedAt / 1000);
  return sign(keys, {
    aud: claims.appId,
    iss: claims.issuer,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + Math.trunc(claims.expires ?? DEFAULT_LIFETIME_SECONDS),
    aio: opaque(36),
    name: user.displayName,
    oid: user.id,
    preferred_username: user.userPrincipalName,
    sub: pairwiseSubject(user.id, claims.appId),
    tid: claims.tenantId,
    uti: opaque(16),
    ver: '2.0',
  });
}

function sign(keys: SigningKeys, payload: Readonly<Record<string, unknown>>): Promise<string> {
  return new SignJWT({ ...payload }).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: keys.kid }).sign(keys.privateKey);
}

function opaque(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** `sub` differs per client for one user, and stays the same for the two (OpenID Connect Core, section 8.1). */
function pairwiseSubject(userId: string, appId: string): string {
  return createHash('sha256').update(`${userId}\n${appId}`).digest('base64url');
}

/** The `oid` of an application in a tenant: the same at every start, different in every tenant. */
function servicePrincipalId(tenantId: string, appId: string): string {
  const hex = createHash('sha256').update(`${tenantId}\n${appId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
