/** The requests of a batch as if each had come alone. */
import { graphError } from '../../kernel/errors.js';
import type { JsonValue } from '../../kernel/json.js';
import type { GraphRequest } from '../../kernel/message.js';
import { versionOf } from '../../odata/path.js';
import { type EnvelopedRequest, readEnvelope } from '../envelope.js';

export interface InnerRequest {
  readonly id: string;
  readonly dependsOn: readonly string[];
  readonly request: GraphRequest;
}

/** Graph's own bound. */
const MAX_REQUESTS = 20;
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']);
const WRITES_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PATCH', 'PUT']);
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\//i;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

const invalid = (reason: string, target?: string) => graphError('batchInvalid', { reason }, target);

/**
 * The requests that a batch's body holds. They go to the version of the batch, with its token; a version in their URL is a segment like any
 * other, as at the service.
 *
 * @param batch lends authorization, origin and, where a request has none of its own, client-request-id
 * @throws GraphError batchInvalid, batchWriteIncomplete: then none of them may be carried out
 */
export function readInnerRequests(body: JsonValue, batch: GraphRequest): readonly InnerRequest[] {
  const root = `/${versionOf(batch.url)}/`;
  const requests = readEnvelope(body, { most: MAX_REQUESTS, knownMembersOnly: false, invalid });
  return requests.map((one, index) => {
    requireForm(one, `requests[${index}]`);
    const { id, dependsOn, method, url } = one;
    const { authorization, 'client-request-id': clientRequestId } = batch.headers;
    const headers = { 'client-request-id': clientRequestId, ...one.headers, authorization };
    const target = root + url.replace(/^\/+/, '');
    return { id, dependsOn, request: { method, url: target, origin: batch.origin, headers, body: bytesOf(one, `requests[${index}]`) } };
  });
}

function requireForm({ id, method, url, headers, body }: EnvelopedRequest, at: string): void {
  if (!METHODS.has(method)) {
    throw invalid(`the method of ${at}, '${method.slice(0, 100)}', is none of ${[...METHODS].join(', ')}.`, `${at}.method`);
  }
  if (ABSOLUTE.test(url)) {
    throw invalid(`the url of ${at} is relative, such as /groups: leave out scheme, host and version.`, `${at}.url`);
  }
  if (method === 'GET' && body !== undefined) throw invalid(`${at} is a GET with a body: leave out the body.`, `${at}.body`);
  if (WRITES_WITH_BODY.has(method) && (body === undefined || headers['content-type'] === undefined)) {
    throw graphError('batchWriteIncomplete', { id }, at);
  }
}

/** JSON stands as it is, text as a string, everything else in base64 (OData JSON format, 19.1). */
function bytesOf({ body, headers }: EnvelopedRequest, at: string): Uint8Array | undefined {
  if (body === undefined) return undefined;
  const media = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (typeof body !== 'string' || media === '' || isJson(media)) return Buffer.from(JSON.stringify(body));
  if (media.startsWith('text/')) return Buffer.from(body);
  if (!BASE64.test(body)) throw invalid(`the body of ${at} is of type ${media.slice(0, 100)}: write it in base64.`, `${at}.body`);
  return Buffer.from(body, 'base64');
}

/** @param media without parameters, in lower case */
export function isJson(media: string): boolean {
  return media === 'application/json' || media === 'text/json' || media.endsWith('+json');
}
