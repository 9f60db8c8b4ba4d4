import type { GraphRequest, GraphResponse } from '../../kernel/message.js';
import { requireUserClient } from './client.js';
import type { IssuerContext } from './context.js';
import { POLL_INTERVAL_SECONDS } from './device-codes.js';
import { readForm, requireParameter } from './form.js';
import { jsonResponse } from './oauth-error.js';
import { grantScopes } from './scopes.js';
import type { TenantChoice } from './tenant.js';

/** `POST /{tenant}/oauth2/v2.0/devicecode` (RFC 8628, section 3.1). */
export function deviceCodeEndpoint(context: IssuerContext, request: GraphRequest, choice: TenantChoice): GraphResponse {
  const form = readForm(request);
  const tenant = choice.kind === 'one' ? choice.tenant.id : choice.alias;
  const client = requireUserClient(context.clients, request, form, tenant);
  const scope = requireParameter(form, 'scope');
  grantScopes(scope, client, { origin: request.origin, cloud: context.cloud }, tenant);
  const code = context.deviceCodes.open({
    clientId: client.id,
    clientName: client.name,
    tenantId: choice.kind === 'one' ? choice.tenant.id : undefined,
    scope,
  });
  const verificationUri = `${request.origin}/${tenant}/oauth2/deviceauth`;
  return jsonResponse(200, {
    user_code: code.userCode,
    device_code: code.deviceCode,
    verification_uri: verificationUri,
    expires_in: context.deviceCodeLifetime,
    interval: POLL_INTERVAL_SECONDS,
    message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${code.userCode} to authenticate.`,
  });
}
