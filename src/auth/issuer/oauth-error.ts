import { newGuid } from '../../kernel/ids.js';
import type { GraphResponse } from '../../kernel/message.js';

interface OAuthErrorKind<P> {
  readonly status: number;
  /** `error` of RFC 6749 section 5.2 or RFC 8628 section 3.5. */
  readonly error: string;
  /** The number after AADSTS. */
  readonly code: number;
  readonly message: (params: P) => string;
}

function kind<P = Record<never, never>>(status: number, error: string, code: number, message: (params: P) => string): OAuthErrorKind<P> {
  return { status, error, code, message };
}

/** What the embedded issuer answers when it refuses. Codes as in the AADSTS error reference of Microsoft Entra. */
export const oauthErrors = {
  methodNotAllowed: kind<{ method: string; allow: string }>(
    405,
    'invalid_request',
    900561,
    (p) => `The endpoint only accepts ${p.allow} requests. Received a ${p.method} request.`,
  ),
  hostRefused: kind<{ host: string }>(
    403,
    'invalid_request',
    50049,
    (p) => `Unknown or invalid instance '${p.host}'. The embedded issuer answers under loopback names and the host names it was given.`,
  ),
  formInvalid: kind<{ reason: string }>(400, 'invalid_request', 9002313, (p) => `Invalid request. ${p.reason}`),
  parameterMissing: kind<{ name: string }>(
    400,
    'invalid_request',
    900144,
    (p) => `The request body must contain the following parameter: '${p.name}'.`,
  ),
  tenantUnknown: kind<{ tenant: string; known: readonly string[] }>(
    400,
    'invalid_request',
    90002,
    (p) => `Tenant '${p.tenant}' not found. Tenants here: ${p.known.join(', ')}.`,
  ),
  tenantNeeded: kind<{ tenant: string }>(
    400,
    'invalid_request',
    50059,
    (p) => `No tenant-identifying information found in the request: an application signs in to one tenant, not to '${p.tenant}'.`,
  ),
  grantUnsupported: kind<{ grant: string }>(
    400,
    'unsupported_grant_type',
    70003,
    (p) =>
      `The app requested an unsupported grant type '${p.grant}'. Use client_credentials, refresh_token or urn:ietf:params:oauth:grant-type:device_code.`,
  ),
  responseUnsupported: kind(
    400,
    'unsupported_response_type',
    70005,
    () => 'Interactive sign-in through a browser redirect is not offered here. Use the device code flow or client credentials.',
  ),
  clientUnknown: kind<{ client: string; tenant: string }>(
    400,
    'unauthorized_client',
    700016,
    (p) => `Application with identifier '${p.client}' was not found in the directory '${p.tenant}'.`,
  ),
  clientIdInvalid: kind<{ client: string }>(
    400,
    'unauthorized_client',
    700038,
    (p) => `${p.client} is not a valid application identifier: a GUID is expected.`,
  ),
  secretMissing: kind(
    401,
    'invalid_client',
    7000216,
    () => "'client_secret' is required for the 'client_credentials' grant type. Client assertions are not supported here.",
  ),
  secretInvalid: kind<{ client: string }>(
    401,
    'invalid_client',
    7000215,
    (p) => `Invalid client secret provided for the app '${p.client}'. Send the secret value, not the secret id.`,
  ),
  scopeInvalid: kind<{ scope: string }>(
    400,
    'invalid_scope',
    70011,
    (p) => `The provided value for the input parameter 'scope' is not valid. The scope '${p.scope}' is not valid.`,
  ),
  scopeNotDefault: kind<{ scope: string }>(
    400,
    'invalid_scope',
    1002012,
    (p) =>
      `The provided value for scope '${p.scope}' is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier, such as https://graph.microsoft.com/.default.`,
  ),
  scopeUnknown: kind<{ client: string; scope: string }>(
    400,
    'invalid_scope',
    650053,
    (p) =>
      `The application '${p.client}' asked for scope '${p.scope}' that doesn't exist on the resource '00000003-0000-0000-c000-000000000000'.`,
  ),
  resourceUnknown: kind<{ resource: string; tenant: string; graph: string }>(
    400,
    'invalid_resource',
    500011,
    (p) => `The resource principal named ${p.resource} was not found in the tenant named ${p.tenant}. Use ${p.graph}.`,
  ),
  authorizationPending: kind(
    400,
    'authorization_pending',
    70016,
    () => 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  ),
  slowDown: kind<{ interval: number }>(
    400,
    'slow_down',
    70016,
    (p) => `OAuth 2.0 device flow error. Authorization is pending. Poll every ${p.interval} seconds.`,
  ),
  authorizationDeclined: kind(400, 'authorization_declined', 65004, () => 'User declined to consent to access the app.'),
  deviceCodeExpired: kind(400, 'expired_token', 70019, () => 'Verification code expired. Have the user retry the sign-in.'),
  deviceCodeInvalid: kind(400, 'bad_verification_code', 70018, () => 'Invalid verification code: the device_code was not recognized.'),
  refreshTokenInvalid: kind(
    400,
    'invalid_grant',
    70000,
    () => 'The provided refresh token is unknown here, was already used, or was issued to another client. Sign in again.',
  ),
  refreshTokenExpired: kind(400, 'invalid_grant', 700082, () => 'The refresh token has expired due to inactivity. Sign in again.'),
  userDisabled: kind(400, 'invalid_grant', 50057, () => 'The user account is disabled.'),
  userUnknown: kind<{ user: string }>(
    400,
    'invalid_grant',
    50034,
    (p) => `The user account '${p.user}' does not exist in the directory any more.`,
  ),
} as const;

type Errors = typeof oauthErrors;
export type OAuthErrorCode = keyof Errors;
type Params<C extends OAuthErrorCode> = Parameters<Errors[C]['message']>[0];
type Arguments<C extends OAuthErrorCode> = keyof Params<C> extends never ? [] : [params: Params<C>];

/** The one error that endpoints of the issuer throw on purpose. */
export class OAuthError extends Error {
  constructor(
    readonly kind: OAuthErrorCode,
    readonly params: Readonly<Record<string, unknown>>,
  ) {
    super(kind);
    this.name = 'OAuthError';
  }
}

/** `throw oauthError('parameterMissing', {name})`: a wrong code or a missing parameter does not compile. */
export function oauthError<C extends OAuthErrorCode>(code: C, ...[params]: Arguments<C>): OAuthError {
  return new OAuthError(code, params ?? {});
}

/** The error as Microsoft Entra's token endpoint writes it. `now` in milliseconds since the epoch. */
export function oauthErrorResponse(error: OAuthError, now: number, correlationId: string): GraphResponse {
  const entry = oauthErrors[error.kind] as OAuthErrorKind<unknown>;
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const traceId = newGuid();
  const message = `AADSTS${entry.code}: ${entry.message(error.params)}`;
  const { allow } = error.params;
  return jsonResponse(
    entry.status,
    {
      error: entry.error,
      error_description: `${message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [entry.code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
    },
    {
      ...(entry.status === 401 ? { 'www-authenticate': 'Basic realm="token endpoint", charset="UTF-8"' } : {}),
      ...(typeof allow === 'string' ? { allow } : {}),
    },
  );
}

/** JSON that no cache may keep (RFC 6749, section 5.1). */
export function jsonResponse(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): GraphResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: JSON.stringify(body),
  };
}
