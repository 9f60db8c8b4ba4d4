import type { GraphResponse } from '../../kernel/message.js';
import { mintAccessToken, mintIdToken, type TokenUser } from '../mint.js';
import type { AuthenticatedClient } from './client.js';
import type { IssuerContext } from './context.js';
import { idTokenIssuer } from './discovery.js';
import { jsonResponse, oauthError } from './oauth-error.js';
import { grantScopes } from './scopes.js';

export interface UserGrant {
  readonly client: AuthenticatedClient;
  readonly tenantId: string;
  readonly user: TokenUser;
  /** `scope` as asked for. */
  readonly scope: string;
  /** Milliseconds since the epoch. */
  readonly signedInAt: number;
  /** MSAL asks for `client_info` to know the account. */
  readonly clientInfo: boolean;
  /** For `xms_cc`. */
  readonly capabilities: readonly string[];
  readonly version: 1 | 2;
}

/**
 * The answer to every grant on behalf of a user: an access token, and as far as asked for an id token and a refresh token.
 *
 * @throws OAuthError userDisabled, scopeInvalid, scopeUnknown, resourceUnknown
 */
export async function userTokens(context: IssuerContext, origin: string, grant: UserGrant): Promise<GraphResponse> {
  const { client, tenantId, user } = grant;
  if (user.disabled === true) throw oauthError('userDisabled');
  const { cloud } = context;
  const granted = grantScopes(grant.scope, client, { origin, cloud }, tenantId);
  const issuedAt = context.clock.now();
  const expires = context.accessTokenLifetime;
  const accessToken = await mintAccessToken(context.keys, {
    tenantId,
    appId: client.id,
    appName: client.name,
    appAuthentication: client.authentication,
    subject: { kind: 'delegated', scopes: granted.permissions, user },
    issuedAt,
    expires,
    audience: granted.audience,
    cloud,
    capabilities: grant.capabilities,
  });
  const seconds = grant.version === 2 ? expires : String(expires);
  return jsonResponse(200, {
    token_type: 'Bearer',
    scope: granted.echoed.join(' '),
    expires_in: seconds,
    ext_expires_in: seconds,
    access_token: accessToken,
    ...(granted.refreshToken
      ? {
          refresh_token: context.refreshTokens.issue({
            clientId: client.id,
            tenantId,
            userPrincipalName: user.userPrincipalName,
            scope: grant.scope,
            signedInAt: grant.signedInAt,
          }),
        }
      : {}),
    ...(granted.idToken
      ? {
          id_token: await mintIdToken(context.keys, {
            issuer: idTokenIssuer(origin, tenantId),
            tenantId,
            appId: client.id,
            user,
            issuedAt,
            expires,
          }),
        }
      : {}),
    ...(grant.clientInfo ? { client_info: Buffer.from(JSON.stringify({ uid: user.id, utid: tenantId })).toString('base64url') } : {}),
  });
}
