/** Errors as Graph words them: a gateway envelope, and inside it the Intune service's own JSON text (graph-api spec 5.1-5.3). */

import { type Cloud, GLOBAL_CLOUD } from '../kernel/cloud.js';
import { describeError, type ErrorLayer, GraphError, graphError } from '../kernel/errors.js';
import { newGuid } from '../kernel/ids.js';
import type { GraphRequest, GraphResponse } from '../kernel/message.js';
import { SERVICE_PATH } from '../kernel/service-path.js';

export interface ErrorContext {
  readonly requestId: string;
  readonly clientRequestId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Path of the request, for the service's text. */
  readonly path: string;
  /** The global one where it is not given. */
  readonly cloud?: Cloud | undefined;
}

/** @param error anything thrown; what is no GraphError becomes a 500 that tells nothing of its inside */
export function renderError(error: unknown, request: Pick<GraphRequest, 'url' | 'headers'>, now: number): GraphResponse {
  const requestId = newGuid();
  return renderErrorIn(error, {
    requestId,
    clientRequestId: clientRequestId(request.headers) ?? requestId,
    now,
    path: request.url.split('?', 1)[0] ?? '',
  });
}

/** The client's own id for the request, if it is fit to be echoed. */
export function clientRequestId(headers: GraphRequest['headers']): string | undefined {
  const id = headers['client-request-id'];
  return id !== undefined && id.length <= 128 && /^[\x21-\x7e]+$/.test(id) ? id : undefined;
}

export function renderErrorIn(error: unknown, context: ErrorContext): GraphResponse {
  const known = error instanceof GraphError ? error : graphError('internal');
  const { status, code, layer, message, detail } = describeError(known);
  const innerError: Record<string, unknown> = {};
  if (layer === 'model') innerError.message = message;
  if (detail !== undefined) innerError['@muster.detail'] = detail;
  if (Array.isArray(known.params.diagnostics)) innerError['@muster.diagnostics'] = known.params.diagnostics;
  if (known.params.impact !== undefined) innerError['@muster.impact'] = known.params.impact;
  innerError.date = new Date(context.now).toISOString().slice(0, 19);
  innerError['request-id'] = context.requestId;
  innerError['client-request-id'] = context.clientRequestId;
  const body: Record<string, unknown> = { code, message: wireMessage(layer, code, message, context) };
  if (known.target !== undefined) body.target = known.target;
  body.innerError = innerError;
  const ids = { 'request-id': context.requestId, 'client-request-id': context.clientRequestId };
  const headers = { 'content-type': 'application/json', ...ids, ...extraHeaders(known, status, context.cloud ?? GLOBAL_CLOUD) };
  return { status, headers, body: JSON.stringify({ error: body }) };
}

function wireMessage(layer: ErrorLayer, code: string, message: string, context: ErrorContext): string {
  if (layer !== 'service') return message;
  if (code !== 'UnknownError') return serviceText(message, '{}', context);
  const wwwAuthenticate = { 'WWW-Authenticate': 'Bearer realm="urn:intune:service,c3998d6f-2f5c-4bc8-8ff1-0a4c2c8a3e5b"' };
  return JSON.stringify({
    ErrorCode: message,
    Message: serviceText(message, JSON.stringify(wwwAuthenticate), context),
    Target: null,
    Details: null,
    InnerError: null,
    InstanceAnnotations: [],
    TypeAnnotation: null,
  });
}

/** The nested text of the Intune service: JSON with CRLF, as it arrives inside `error.message` (quirk serviceErrors). */
function serviceText(message: string, httpHeaders: string, context: ErrorContext): string {
  const operation = 'Operation ID (for customer support): 00000000-0000-0000-0000-000000000000';
  const path = context.path.replace(/^\/+(?:beta|v1\.0)\/+/i, '');
  const url = `https://proxy.muster.manage.microsoft.com${SERVICE_PATH}/${path}?api-version=5026-05-26`;
  const nested = {
    _version: 3,
    Message: `${message} - ${operation} - Activity ID: ${context.requestId} - Url: ${url}`,
    CustomApiErrorPhrase: '',
    RetryAfter: null,
    ErrorSourceService: '',
    HttpHeaders: httpHeaders,
  };
  return JSON.stringify(nested, null, 2).replaceAll('\n', '\r\n');
}

/** @param claims what a new token must satisfy (claims challenge of continuous access evaluation), as JSON */
function challenge({ authority }: Cloud, claims: unknown): string {
  const bearer = `Bearer realm="", authorization_uri="${authority}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`;
  if (typeof claims !== 'string') return bearer;
  return `${bearer}, error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
}

function extraHeaders(error: GraphError, status: number, cloud: Cloud): Record<string, string> {
  const headers: Record<string, string> = {};
  if (status === 401) headers['www-authenticate'] = challenge(cloud, error.params.claims);
  if (typeof error.params.retryAfter === 'number') headers['retry-after'] = String(error.params.retryAfter);
  if (error.kind === 'directoryThrottled') {
    headers['x-ms-throttle-scope'] = String(error.params.scope);
    headers['x-ms-throttle-information'] = String(error.params.information);
  }
  if (status === 405 && typeof error.params.allow === 'string') headers.allow = error.params.allow;
  return headers;
}
