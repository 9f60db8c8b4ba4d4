/** 401, 403: who calls (spec 5.4). */
import { kind } from './kind.js';

const token = (message: string, detail?: string) =>
  kind(401, 'InvalidAuthenticationToken', 'gateway', () => message, detail === undefined ? undefined : () => detail);

export const callerErrors = {
  tokenMissing: token('Access token is empty.', 'Send the header Authorization: Bearer TOKEN.'),
  tokenScheme: token('Access token is empty.', 'Only the Bearer scheme is accepted in the Authorization header.'),
  tokenMalformed: token(
    "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization Format. (JWS): 'EncodedHeader.EncodedPayload.EncodedSignature'. (JWE): 'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.",
  ),
  tokenUnparsable: token(
    'CompactToken parsing failed with error code: 80049217',
    'The token has the form of a JWT but its header or payload is not base64url JSON.',
  ),
  tokenInvalid: kind<{ reason: string }>(
    401,
    'InvalidAuthenticationToken',
    'gateway',
    () => 'Access token validation failure.',
    (p) => p.reason,
  ),
  tokenAudience: kind<{ audience: string }>(
    401,
    'InvalidAuthenticationToken',
    'gateway',
    () => 'Access token validation failure. Invalid audience.',
    (p) => `The token is for '${p.audience}'; request one for the Microsoft Graph resource.`,
  ),
  tokenExpired: token('Lifetime validation failed, the token is expired.', 'Request a new access token.'),
  tokenNotYetValid: token('Access token has expired or is not yet valid.', "The token's nbf lies in the future; check the clocks."),
  tokenRevoked: kind<{ user: string; claims: string }>(
    401,
    'InvalidAuthenticationToken',
    'gateway',
    () =>
      'Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp',
    (p) => `The sessions of '${p.user}' have been revoked, or the account is disabled. Sign in anew with the claims of WWW-Authenticate.`,
  ),
  tenantUnknown: kind<{ tenantId: string }>(
    401,
    'InvalidAuthenticationToken',
    'gateway',
    () => 'Access token validation failure.',
    (p) => `The token's tenant '${p.tenantId}' is not served here.`,
  ),
  personalAccount: kind(
    403,
    'Forbidden',
    'service',
    () => 'Personal Microsoft accounts are not supported by this operation.',
    () => 'Use a work or school account of a tenant.',
  ),
  // A 401, although who calls is known (quirk roleMissingStatus).
  callerWithoutRole: kind<{ user: string }>(
    401,
    'UnknownError',
    'service',
    () => 'Forbidden',
    (p) =>
      `The signed-in user '${p.user}' holds no Intune role. Sign in as an Intune Administrator, or give the user an Intune role assignment.`,
  ),
  permissionMissing: kind<{ subject: 'Application' | 'User'; permissions: readonly string[] }>(
    403,
    'Forbidden',
    'service',
    (p) =>
      `${p.subject} is not authorized to perform this operation. Application must have one of the following scopes: ${p.permissions.join(', ')}`,
  ),
  directoryPermissionMissing: kind<{ permissions: readonly string[] }>(
    403,
    'Authorization_RequestDenied',
    'directory',
    () => 'Insufficient privileges to complete the operation.',
    (p) => `The token must carry one of: ${p.permissions.join(', ')}.`,
  ),

  tenantUnlicensed: kind<{ state: string }>(
    400,
    'BadRequest',
    'service',
    () => 'Request not applicable to target tenant.',
    (p) => `The tenant has no active Intune licence: its subscriptionState is '${p.state}'.`,
  ),
} as const;
