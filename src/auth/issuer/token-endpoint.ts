import type { GraphRequest, GraphResponse } from '../../kernel/message.js';
import { shortened } from '../claims.js';
import { mintAccessToken } from '../mint.js';
import { clientCapabilities } from './claims-request.js';
import { requireConfidentialClient, requireUserClient } from './client.js';
import type { IssuerContext } from './context.js';
import { POLL_INTERVAL_SECONDS } from './device-codes.js';
import { type Form, readForm, requireParameter } from './form.js';
import { jsonResponse, oauthError } from './oauth-error.js';
import { type Asked, applicationAudience, grantScopes, graphAudience } from './scopes.js';
import { admits, type TenantChoice } from './tenant.js';
import { userTokens } from './user-tokens.js';

/** v1.0 names a `resource` where v2.0 names a `scope`, and writes numbers as text. */
export type EndpointVersion = 1 | 2;

const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** MSAL for Node writes the grant like this, without its namespace. */
const SHORT_DEVICE_CODE_GRANT = 'device_code';

interface TokenRequest {
  readonly context: IssuerContext;
  readonly request: GraphRequest;
  readonly form: Form;
  readonly choice: TenantChoice;
  /** The tenant as the URL names it, for messages. */
  readonly tenant: string;
  readonly version: EndpointVersion;
}

/**
 * `POST /{tenant}/oauth2/v2.0/token` and `POST /{tenant}/oauth2/token`.
 *
 * @throws OAuthError
 */
export async function tokenEndpoint(
  context: IssuerContext,
  request: GraphRequest,
  choice: TenantChoice,
  version: EndpointVersion,
): Promise<GraphResponse> {
  const form = readForm(request);
  const tenant = choice.kind === 'one' ? choice.tenant.id : choice.alias;
  const asked: TokenRequest = { context, request, form, choice, tenant, version };
  const grant = requireParameter(form, 'grant_type');
  switch (grant) {
    case 'client_credentials':
      return clientCredentials(asked);
    case DEVICE_CODE_GRANT:
    case SHORT_DEVICE_CODE_GRANT:
      return deviceCode(asked);
    case 'refresh_token':
      return refresh(asked);
    default:
      throw oauthError('grantUnsupported', { grant: shortened(grant) });
  }
}

/** RFC 6749, section 4.4: an application in its own name, with every application permission it holds. */
async function clientCredentials({ context, request, form, choice, tenant, version }: TokenRequest): Promise<GraphResponse> {
  const client = requireConfidentialClient(context.clients, request, form, tenant);
  if (choice.kind === 'any') throw oauthError('tenantNeeded', { tenant: choice.alias });
  const at = { origin: request.origin, cloud: context.cloud };
  const audience =
    version === 2
      ? applicationAudience(requireParameter(form, 'scope'), at, tenant)
      : resourceAudience(requireParameter(form, 'resource'), at, tenant);
  const issuedAt = context.clock.now();
  const lifetime = context.accessTokenLifetime;
  const accessToken = await mintAccessToken(context.keys, {
    tenantId: choice.tenant.id,
    appId: client.id,
    appName: client.name,
    appAuthentication: 'secret',
    subject: { kind: 'application', roles: client.roles },
    issuedAt,
    expires: lifetime,
    audience,
    cloud: context.cloud,
    capabilities: clientCapabilities(form.get('claims')),
  });
  if (version === 2) {
    return jsonResponse(200, { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token: accessToken });
  }
  const seconds = Math.floor(issuedAt / 1000);
  return jsonResponse(200, {
    token_type: 'Bearer',
    expires_in: String(lifetime),
    ext_expires_in: String(lifetime),
    expires_on: String(seconds + lifetime),
    not_before: String(seconds),
    resource: audience,
    access_token: accessToken,
  });
}

/** RFC 8628, section 3.4. */
async function deviceCode({ context, request, form, choice, tenant, version }: TokenRequest): Promise<GraphResponse> {
  const client = requireUserClient(context.clients, request, form, tenant);
  const code = requireParameter(form, 'device_code');
  const result = context.deviceCodes.poll(code, client.id, (tenantId) => admits(choice, tenantId));
  switch (result.kind) {
    case 'unknown':
      throw oauthError('deviceCodeInvalid');
    case 'expired':
      throw oauthError('deviceCodeExpired');
    case 'declined':
      throw oauthError('authorizationDeclined');
    case 'pending':
      throw oauthError('authorizationPending');
    case 'tooFast':
      throw oauthError('slowDown', { interval: POLL_INTERVAL_SECONDS });
    case 'approved':
      return userTokens(context, request.origin, {
        client,
        tenantId: result.tenantId,
        user: result.user,
        scope: result.code.scope,
        signedInAt: context.clock.now(),
        clientInfo: form.get('client_info') === '1',
        capabilities: clientCapabilities(form.get('claims')),
        version,
      });
  }
}

/** RFC 6749, section 6. The user is read again: what they may do can have changed since they signed in. */
async function refresh({ context, request, form, choice, tenant, version }: TokenRequest): Promise<GraphResponse> {
  const client = requireUserClient(context.clients, request, form, tenant);
  const token = requireParameter(form, 'refresh_token');
  const at = { origin: request.origin, cloud: context.cloud };
  const scope = askedScope(form, version, at, tenant);
  // Before the token is used up: a mistake in the scope can be mended and sent again.
  if (scope !== undefined) grantScopes(scope, client, at, tenant);
  const grant = context.refreshTokens.redeem(token, ({ clientId, tenantId }) => clientId === client.id && admits(choice, tenantId));
  if (grant === 'unknown') throw oauthError('refreshTokenInvalid');
  if (grant === 'expired') throw oauthError('refreshTokenExpired');
  const user = await context.directory.findUser(grant.tenantId, grant.userPrincipalName);
  if (user === undefined) throw oauthError('userUnknown', { user: grant.userPrincipalName });
  return userTokens(context, request.origin, {
    client,
    tenantId: grant.tenantId,
    user,
    scope: scope ?? grant.scope,
    signedInAt: grant.signedInAt,
    clientInfo: form.get('client_info') === '1',
    capabilities: clientCapabilities(form.get('claims')),
    version,
  });
}

function askedScope(form: Form, version: EndpointVersion, at: Asked, tenant: string): string | undefined {
  const resource = form.get('resource');
  if (version === 1 && resource !== undefined) {
    return `${resourceAudience(resource, at, tenant)}/.default openid profile offline_access`;
  }
  return form.get('scope');
}

function resourceAudience(resource: string, at: Asked, tenant: string): string {
  const audience = graphAudience(resource, at);
  if (audience === undefined) throw oauthError('resourceUnknown', { resource: shortened(resource), tenant, graph: at.cloud.graph });
  // v1.0 puts the resource into `aud` as it was written, and clients write it with the slash and without.
  return audience === at.cloud.graph && resource.endsWith('/') ? `${audience}/` : audience;
}
