/**
 * The typed error catalogue: every answer that is not a success comes from here, and nowhere else. `app/handle` renders a GraphError as
 * the two-layer Graph/Intune error JSON (graph-api spec, section 5).
 *
 * Layers: `gateway` plain text; `model` plain text repeated in innerError.message; `service` the Intune service's nested JSON text;
 * `directory` plain text.
 */
import { qualifiedName } from './type-name.js';

export type ErrorLayer = 'gateway' | 'model' | 'service' | 'directory';

interface ErrorKind<P> {
  readonly status: number;
  /** `error.code` on the wire. */
  readonly code: string;
  readonly layer: ErrorLayer;
  /** The service's own text where it is known. */
  readonly message: (params: P) => string;
  /** What is wrong and how to mend it, where the service's text does not say; shown as `@muster.detail` in innerError. */
  readonly detail?: (params: P) => string;
}

function kind<P = Record<never, never>>(
  status: number,
  code: string,
  layer: ErrorLayer,
  message: (params: P) => string,
  detail?: (params: P) => string,
): ErrorKind<P> {
  return detail === undefined ? { status, code, layer, message } : { status, code, layer, message, detail };
}

const occurred = () => 'An error has occurred';
const token = (message: string, detail?: string) =>
  kind(401, 'InvalidAuthenticationToken', 'gateway', () => message, detail === undefined ? undefined : () => detail);

export const catalogue = {
  // 401, 403: who calls (spec 5.4)
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

  // 400, 404, 405: the URL
  versionInvalid: kind<{ version: string }>(
    404,
    'ResourceNotFound',
    'gateway',
    (p) => `Invalid version: ${p.version}`,
    () => 'A Graph URL begins with /v1.0 or /beta.',
  ),
  segmentUnknown: kind<{ segment: string }>(400, 'BadRequest', 'gateway', (p) => `Resource not found for the segment '${p.segment}'.`),
  urlInvalid: kind<{ reason: string }>(400, 'BadRequest', 'gateway', (p) => p.reason),
  keyMissing: kind<{ segment: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `The segment '${p.segment}' is a collection: name one of its members by key first.`,
  ),
  castInvalid: kind<{ type: string; from: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `The type '${p.type}' does not derive from '${p.from}'.`,
  ),
  routeMissing: kind<{ template: string; verb: string; path: string }>(
    400,
    'No method match route template',
    'gateway',
    (p) => `No OData route exists that match template ${p.template} with http verb ${p.verb} for request ${p.path}.`,
  ),
  methodNotAllowed: kind<{ method: string; allow: string }>(
    405,
    'MethodNotAllowed',
    'gateway',
    (p) => `The method ${p.method} is not supported here.`,
    (p) => `Allowed: ${p.allow}.`,
  ),
  optionUnknown: kind<{ option: string }>(400, 'BadRequest', 'gateway', (p) => `The query parameter '${p.option}' is not supported.`),
  optionInvalid: kind<{ option: string; reason: string }>(400, 'BadRequest', 'gateway', (p) => `Invalid ${p.option}: ${p.reason}`),
  filterInvalid: kind<{ reason: string; position: number; text: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `Invalid filter clause: ${p.reason} at position ${p.position} in '${p.text}'.`,
  ),
  optionPropertyUnknown: kind<{ property: string; type: string; option: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `Could not find a property named '${p.property}' on type '${qualifiedName(p.type)}'.`,
    (p) => `In ${p.option}.`,
  ),
  urlTooLong: kind<{ limit: number }>(414, 'RequestUriTooLong', 'gateway', (p) => `The request URL is longer than ${p.limit} bytes.`),
  headersTooLarge: kind<{ limit: number }>(
    431,
    'RequestHeaderFieldsTooLarge',
    'gateway',
    (p) => `The request headers are larger than ${p.limit} bytes.`,
  ),
  requestTimeout: kind(408, 'RequestTimeout', 'gateway', () => 'The request did not arrive in time.'),

  // 400, 413, 415: the body (spec 5.4, ModelValidationFailure)
  bodyMissing: kind(400, 'BadRequest', 'gateway', () => 'Empty Payload. JSON content expected.'),
  jsonInvalid: kind<{ reason: string }>(
    400,
    'BadRequest',
    'gateway',
    () => 'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    (p) => p.reason,
  ),
  bodyTooLarge: kind<{ limit: number }>(
    413,
    'RequestEntityTooLarge',
    'gateway',
    (p) => `The request body is larger than ${p.limit} bytes.`,
  ),
  bodyTooDeep: kind<{ limit: number }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `The JSON of the request body is nested deeper than ${p.limit} levels.`,
  ),
  mediaTypeUnsupported: kind<{ type: string; send?: string }>(
    415,
    'UnsupportedMediaType',
    'gateway',
    (p) => `The media type '${p.type}' is not supported. Send ${p.send ?? 'application/json'}.`,
  ),
  importLineInvalid: kind<{ line: number; reason: string; imported: number }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `Line ${p.line}: ${p.reason}`,
    (p) =>
      p.imported === 0
        ? 'Nothing has been imported. Mend the line, or add ?keepGoing=true to leave bad lines out.'
        : `${p.imported} objects before it have been imported. Mend the line and send everything again: what is there already stays as it is.`,
  ),
  notAcceptable: kind<{ accept: string; offer?: string }>(
    406,
    'NotAcceptable',
    'gateway',
    (p) => `Nothing can be written as '${p.accept}'. Accept ${p.offer ?? 'application/json'}.`,
  ),
  jsonShape: kind<{ found: 'StartArray' | 'StartObject' | 'PrimitiveValue'; expected: 'StartArray' | 'StartObject' | 'PrimitiveValue' }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) => `An unexpected '${p.found}' node was found when reading from the JSON reader. A '${p.expected}' node was expected.`,
  ),
  propertyUnknown: kind<{ property: string; type: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) =>
      `The property '${p.property}' does not exist on type 'microsoft.management.services.api.${p.type}'. Make sure to only use property names that are defined by the type.`,
  ),
  typeUnresolved: kind<{ type: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) =>
      `A type named '${p.type}' could not be resolved by the model. When a model is available, each type name must resolve to a valid type.`,
  ),
  typeMissing: kind<{ base: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) =>
      `Must specify valid information for parsing in the string. The type 'microsoft.graph.${p.base}' is abstract: '@odata.type' must name a concrete type.`,
  ),
  typeIncompatible: kind<{ type: string; expected: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) => `The type 'microsoft.graph.${p.type}' is not compatible with the expected type 'microsoft.graph.${p.expected}'.`,
  ),
  valueInvalid: kind<{ property: string; value: string; type: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) => `Cannot convert the value '${p.value}' of property '${p.property}' to the expected type '${p.type}'.`,
  ),
  nullInvalid: kind<{ property: string; type: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) =>
      `A null value was found for the property named '${p.property}', which has the expected type '${p.type}[Nullable=False]'. The expected type '${p.type}[Nullable=False]' does not allow null values.`,
  ),
  enumInvalid: kind<{ property: string; value: string; type: string; members: readonly string[] }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) =>
      `Cannot convert the value '${p.value}' of property '${p.property}' to the expected type 'microsoft.graph.${p.type}'. Possible values are: ${p.members.join(', ')}.`,
  ),
  propertyDuplicate: kind<{ property: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) => `The property '${p.property}' stands more than once in one object.`,
  ),
  bindInvalid: kind<{ property: string; value: string; reason: string }>(
    400,
    'BadRequest',
    'model',
    (p) => `The reference '${p.value}' of '${p.property}' cannot be used: ${p.reason}`,
  ),
  patchNavigation: kind<{ property: string; type: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `Cannot apply PATCH to navigation property '${p.property}' on entity type 'microsoft.graph.${p.type}'.`,
    () => 'Change it through its own path.',
  ),
  propertyRequired: kind<{ property: string; type: string }>(
    400,
    'BadRequest',
    'service',
    (p) => `The property '${p.property}' of '${p.type}' is required.`,
  ),
  requestInvalid: kind<{ reason: string }>(400, 'BadRequest', 'service', (p) => p.reason),

  // Business rules (semantics, section 7; spec 5.6)
  groupIdInvalid: kind<{ groupId: string }>(
    400,
    'BadRequest',
    'service',
    (p) => `Invalid GroupId : ${p.groupId} provided, a valid AADGroupId is expected.`,
    (p) =>
      p.groupId === ''
        ? 'The target arrived without groupId. Some SDK versions drop the properties of derived targets: pass groupId as additional data.'
        : 'No group with this id exists in the tenant.',
  ),
  collectionIdInvalid: kind<{ collectionId: string }>(400, 'BadRequest', 'service', occurred, (p) =>
    p.collectionId === ''
      ? 'A Configuration Manager collection target needs collectionId.'
      : `'${p.collectionId}' is not the id of a Configuration Manager collection (such as SMS00001). To target a group use groupAssignmentTarget.`,
  ),
  parameterInvalid: kind<{ operation: string; reason: string }>(
    400,
    'BadRequest',
    'model',
    (p) => `The parameters of the operation '${p.operation}' are not valid: ${p.reason}`,
  ),
  directoryObjectInvalid: kind<{ objectId: string }>(
    400,
    'BadRequest',
    'service',
    (p) => `Invalid EntraObjectId : ${p.objectId} provided, the id of a user, group or device is expected.`,
  ),
  filterUnknown: kind<{ filterId: string }>(
    400,
    'BadRequest',
    'service',
    (p) => `Scope Tags validation failed : Filters ${p.filterId} , Validated filters `,
  ),
  filterIdMissing: kind<{ filterType: string }>(
    400,
    'BadRequest',
    'service',
    (p) =>
      `deviceAndAppManagementAssignmentFilterType is '${p.filterType}' but deviceAndAppManagementAssignmentFilterId names no filter. Give the id of a filter, or the type 'none'.`,
  ),
  filterPlatform: kind<{ filterId: string; filterPlatform: string; policyPlatform: string }>(
    400,
    'BadRequest',
    'service',
    (p) =>
      `The filter ${p.filterId} is for the platform ${p.filterPlatform}, the policy for ${p.policyPlatform}. Assign a filter of the policy's platform.`,
  ),
  targetDuplicate: kind<{ target: string; configurationId: string }>(
    400,
    'BadRequest',
    'service',
    (p) =>
      `${p.target} is targeted more than once by deviceConfiguration ${p.configurationId}: a group should be unique in an assignment set, included or excluded.`,
  ),
  targetRequired: kind(400, 'BadRequest', 'service', () => 'An assignment needs a target: give target with its @odata.type.'),

  // Assignment filters (rule-languages spec, part A)
  filterRuleEmpty: kind(
    400,
    'BadRequest',
    'service',
    occurred,
    () => 'The rule is empty: a filter needs a rule such as (device.model -eq "X").',
  ),
  filterRuleInvalid: kind<{ reason: string; position: number; diagnostics: readonly unknown[] }>(
    400,
    'BadRequest',
    'service',
    occurred,
    (p) => `The rule is not valid: ${p.reason} (position ${p.position}).`,
  ),
  filterRuleTooLong: kind<{ length: number; limit: number }>(
    400,
    'BadRequest',
    'service',
    (p) => `The rule has ${p.length} characters; ${p.limit} is the most.`,
  ),
  filterPlatformFixed: kind<{ property: string; value: string }>(
    400,
    'BadRequest',
    'service',
    (p) => `The ${p.property} of an assignment filter is fixed when it is created: it stays ${p.value}.`,
  ),
  filterPlatformWithoutFilters: kind<{ platform: string; platforms: readonly string[] }>(
    400,
    'BadRequest',
    'service',
    (p) => `There are no assignment filters for the platform ${p.platform}. Possible platforms are: ${p.platforms.join(', ')}.`,
  ),
  filterLimit: kind<{ limit: number }>(400, 'BadRequest', 'service', (p) => `A tenant has ${p.limit} assignment filters at most.`),
  filterInUse: kind<{ assignments: number }>(
    400,
    'BadRequest',
    'service',
    () =>
      'Unable to delete assignment filter - An assignment filter is associated with existing assignments. Delete all the assignments for the filter and try again.',
    (p) => `Assignments with this filter: ${p.assignments}.`,
  ),

  // Intune roles (graph-api spec 6.2)
  roleActionMissing: kind<{ user: string; action: string }>(
    403,
    'Forbidden',
    'service',
    (p) => `User is not authorized to perform this operation. The Intune roles of '${p.user}' must allow ${p.action}.`,
  ),
  scopeTagsForbidden: kind<{ user: string; tags: readonly string[] }>(
    403,
    'Forbidden',
    'service',
    (p) =>
      `User is not authorized to perform this operation. The role assignments of '${p.user}' do not carry the scope tags ${p.tags.join(', ')}.`,
  ),
  targetScopeForbidden: kind<{ user: string; target: string; scopes: readonly string[] }>(
    403,
    'Forbidden',
    'service',
    (p) =>
      `User is not authorized to perform this operation. ${p.target} lies outside the scope groups of the role assignments of '${p.user}' that allow it: ${p.scopes.join('; ')}.`,
  ),

  // 404, 409, 412, 429, 5xx
  resourceNotFound: kind<{ resource: string; id: string }>(
    404,
    'ResourceNotFound',
    'service',
    occurred,
    (p) => `No ${p.resource} with the id '${p.id}' exists in this tenant.`,
  ),
  navigationEmpty: kind<{ navigation: string; type: string; id: string }>(
    404,
    'ResourceNotFound',
    'service',
    occurred,
    (p) => `The ${p.type} '${p.id}' has no ${p.navigation}. Set it with PUT …/${p.navigation}/$ref.`,
  ),
  directoryNotFound: kind<{ id: string }>(
    404,
    'Request_ResourceNotFound',
    'directory',
    (p) => `Resource '${p.id}' does not exist or one of its queried reference-property objects are not present.`,
  ),
  directoryRequestInvalid: kind<{ reason: string }>(400, 'Request_BadRequest', 'directory', (p) => p.reason),
  directoryQueryUnsupported: kind<{ reason: string }>(400, 'Request_UnsupportedQuery', 'directory', (p) => p.reason),
  directoryOperatorUnsupported: kind<{ operator: string }>(
    400,
    'Request_UnsupportedQuery',
    'directory',
    (p) =>
      `Operator '${p.operator}' is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for more information`,
  ),
  directoryValueRequired: kind<{ property: string; resource: string }>(
    400,
    'Request_BadRequest',
    'directory',
    (p) => `A value is required for property '${p.property}' of resource '${p.resource}'.`,
  ),
  directoryValueInvalid: kind<{ property: string; resource: string; reason: string }>(
    400,
    'Request_BadRequest',
    'directory',
    (p) => `Invalid value specified for property '${p.property}' of resource '${p.resource}'.`,
    (p) => p.reason,
  ),
  directoryValueTaken: kind<{ property: string }>(
    400,
    'Request_BadRequest',
    'directory',
    (p) => `Another object with the same value for property ${p.property} already exists.`,
  ),
  referenceExists: kind<{ property: string }>(
    400,
    'Request_BadRequest',
    'directory',
    (p) => `One or more added object references already exist for the following modified properties: '${p.property}'.`,
  ),
  referenceTargetInvalid: kind<{ kind: string; id: string; property: string; reason: string }>(
    400,
    'Request_BadRequest',
    'directory',
    (p) => `The reference target '${p.kind}_${p.id}' of type '${p.kind}' is invalid for the '${p.property}' reference.`,
    (p) => p.reason,
  ),
  dynamicMembersFixed: kind(
    403,
    'Authorization_RequestDenied',
    'directory',
    () => 'Insufficient privileges to complete the operation.',
    () => 'The members of a dynamic group follow from its membershipRule and cannot be set by hand.',
  ),
  membershipRuleInvalid: kind<{ message: string; diagnostics: readonly unknown[] }>(
    400,
    'Request_BadRequest',
    'directory',
    (p) => `Dynamic membership rule validation error: ${p.message}`,
  ),
  delegatedOnly: kind(
    400,
    'BadRequest',
    'gateway',
    () => '/me request is only valid with delegated authentication flow.',
    () => 'The token is that of an application: ask for /users/{id} instead.',
  ),
  conflict: kind<{ reason: string }>(409, 'Conflict', 'service', (p) => p.reason),
  preconditionFailed: kind<{ expected: string; actual: string }>(
    412,
    'PreconditionFailed',
    'service',
    () => 'The resource has changed since it was read: its ETag does not match If-Match.',
    (p) => `If-Match was ${p.expected}, the ETag is ${p.actual}. Read the resource again and repeat the change.`,
  ),
  preconditionMatched: kind<{ listed: string; actual: string }>(
    412,
    'PreconditionFailed',
    'service',
    () => 'The resource is there as If-None-Match describes it.',
    (p) => `If-None-Match was ${p.listed}, the ETag is ${p.actual}. Leave the header out to change the resource.`,
  ),
  throttled: kind<{ requests: number; seconds: number; retryAfter: number | undefined }>(
    429,
    'TooManyRequests',
    'gateway',
    () => 'Too many requests.',
    (p) =>
      `The limit of ${p.requests} requests in ${p.seconds} seconds is used up. ${p.retryAfter === undefined ? 'Wait longer after each refusal: no Retry-After says how long.' : `Wait for ${p.retryAfter} s, as Retry-After says.`}`,
  ),

  // JSON batches (spec 4.6)
  batchInvalid: kind<{ reason: string }>(400, 'BadRequest', 'gateway', (p) => `Invalid batch payload format: ${p.reason}`),
  batchWriteIncomplete: kind<{ id: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `Write request id : ${p.id} does not contain Content-Type header or body.`,
    () =>
      'Nothing was done. Add "headers": {"Content-Type": "application/json"} and a body to the request; {} where it has nothing to say.',
  ),
  batchDependency: kind<{ id: string }>(
    424,
    'FailedDependency',
    'gateway',
    (p) => `The request was not carried out: the request '${p.id}', on which it depends, failed.`,
  ),

  // Impact: previews and the guard of a write (Muster's own)
  headerInvalid: kind<{ header: string; reason: string }>(400, 'BadRequest', 'gateway', (p) => `Invalid header '${p.header}': ${p.reason}`),
  affectedLimitExceeded: kind<{ affected: number; limit: number; impact: unknown }>(
    412,
    'PreconditionFailed',
    'gateway',
    (p) =>
      `The write would change what ${p.affected} ${p.affected === 1 ? 'device gets' : 'devices get'}; muster-max-affected allows ${p.limit}. Nothing was written.`,
    () => 'Look at @muster.impact. If this is what you want, repeat the request with a larger number or without the header.',
  ),
  previewInvalid: kind<{ reason: string }>(400, 'BadRequest', 'gateway', (p) => `Invalid preview: ${p.reason}`),
  previewDependency: kind<{ id: string }>(
    424,
    'FailedDependency',
    'gateway',
    (p) => `The request was not previewed: the request '${p.id}', on which it depends, would fail.`,
  ),
  previewGone: kind<{ minutes: number }>(
    410,
    'Gone',
    'gateway',
    () => 'The preview is no longer kept. Preview again.',
    (p) =>
      `Lists can be read on for ${p.minutes} minutes, by the caller who asked for the preview, as long as no device is enrolled or retired.`,
  ),

  internal: kind(500, 'InternalServerError', 'service', occurred),
  unavailable: kind<{ reason: string }>(503, 'ServiceUnavailable', 'service', (p) => p.reason),
} as const;

export type Catalogue = typeof catalogue;
export type ErrorCode = keyof Catalogue;
export type ErrorParams<C extends ErrorCode> = Parameters<Catalogue[C]['message']>[0];

/** The one error that code below `app/handle` throws on purpose. */
export class GraphError extends Error {
  constructor(
    readonly kind: ErrorCode,
    readonly params: Readonly<Record<string, unknown>>,
    /** The property or segment at fault, for `error.target`. */
    readonly target?: string,
  ) {
    super(kind);
    this.name = 'GraphError';
  }
}

type Arguments<C extends ErrorCode> = keyof ErrorParams<C> extends never
  ? [params?: Record<never, never>, target?: string]
  : [params: ErrorParams<C>, target?: string];

/** `throw graphError('segmentUnknown', {segment})`: a wrong code or a missing parameter does not compile. */
export function graphError<C extends ErrorCode>(code: C, ...[params, target]: Arguments<C>): GraphError {
  return new GraphError(code, params ?? {}, target);
}

/** Status, wire code, layer and texts of an error. */
export function describeError(error: GraphError): {
  status: number;
  code: string;
  layer: ErrorLayer;
  message: string;
  detail: string | undefined;
} {
  const entry = catalogue[error.kind] as ErrorKind<unknown>;
  return {
    status: entry.status,
    code: entry.code,
    layer: entry.layer,
    message: entry.message(error.params),
    detail: entry.detail?.(error.params),
  };
}
