import type { GraphResponse } from '../../kernel/message.js';
import type { IssuerContext } from './context.js';
import { jsonResponse, oauthError } from './oauth-error.js';
import type { TenantChoice } from './tenant.js';

/** Public data, read by browsers of any site and kept for a while: the keys change only with the data directory. */
const PUBLIC = { 'cache-control': 'max-age=300', 'access-control-allow-origin': '*' };

/** `iss` of id tokens. */
export function idTokenIssuer(origin: string, tenantId: string): string {
  return `${origin}/${tenantId}/v2.0`;
}

/** OpenID Connect Discovery 1.0, section 3; v1.0 and v2.0 differ in their issuer and endpoints. */
export function openIdConfiguration(
  choice: TenantChoice,
  origin: string,
  version: 1 | 2,
  { cloud, hostTrue }: Pick<IssuerContext, 'cloud' | 'hostTrue'>,
): GraphResponse {
  const tenant = choice.kind === 'one' ? choice.tenant.id : choice.alias;
  // MSAL reads {tenantid} in the issuer of `common` as "the tenant of whoever signs in".
  const tenantOfIssuer = choice.kind === 'one' ? choice.tenant.id : '{tenantid}';
  const endpoints = `${origin}/${tenant}/oauth2${version === 2 ? '/v2.0' : ''}`;
  const { host } = new URL(origin);
  return jsonResponse(
    200,
    {
      token_endpoint: `${endpoints}/token`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      jwks_uri: `${origin}/${tenant}/discovery${version === 2 ? '/v2.0' : ''}/keys`,
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code'],
      grant_types_supported: ['client_credentials', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      issuer: version === 2 ? idTokenIssuer(origin, tenantOfIssuer) : cloud.tokenIssuer.replace('{tenantid}', tenantOfIssuer),
      authorization_endpoint: `${endpoints}/authorize`,
      device_authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/devicecode`,
      claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nbf', 'name', 'preferred_username', 'oid', 'tid', 'ver'],
      cloud_instance_name: hostTrue ? cloud.instance : host,
      msgraph_host: hostTrue ? new URL(cloud.graph).host : host,
    },
    PUBLIC,
  );
}

export function publishedKeys(jwks: unknown): GraphResponse {
  return jsonResponse(200, jwks, PUBLIC);
}

/**
 * Instance discovery, by which MSAL learns the hosts of a cloud: this host is a cloud of its own.
 *
 * @throws OAuthError parameterMissing, hostRefused (the authorization endpoint is on another host)
 */
export function instanceDiscovery(
  query: URLSearchParams,
  origin: string,
  { cloud, hostTrue }: Pick<IssuerContext, 'cloud' | 'hostTrue'>,
): GraphResponse {
  const text = query.get('authorization_endpoint');
  if (text === null || text === '') throw oauthError('parameterMissing', { name: 'authorization_endpoint' });
  const { host } = new URL(origin);
  const endpoint = URL.canParse(text) ? new URL(text) : undefined;
  if (endpoint?.host !== host) throw oauthError('hostRefused', { host: endpoint?.host ?? 'unknown' });
  const tenant = endpoint.pathname.split('/')[1] || 'common';
  return jsonResponse(
    200,
    {
      tenant_discovery_endpoint: `${origin}/${tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': query.get('api-version') ?? '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: hostTrue ? [host, ...cloud.authorityAliases] : [host] }],
    },
    PUBLIC,
  );
}
