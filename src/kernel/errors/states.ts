/** 404, 409, 412, 429, 5xx: what is stored, in Intune and in the directory, and how much is asked of it. */
import { kind, occurred } from './kind.js';

export const stateErrors = {
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
  directoryThrottled: kind<{ most: number; seconds: number; what: string; retryAfter: number; scope: string; information: string }>(
    429,
    'TooManyRequests',
    'directory',
    () => 'Too many requests.',
    (p) => `The limit of ${p.most} ${p.what} in ${p.seconds} seconds is used up. Wait for ${p.retryAfter} s, as Retry-After says.`,
  ),
} as const;
