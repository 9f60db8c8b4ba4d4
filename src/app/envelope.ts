/**
 * Many requests in one body: `{"requests": [{"id", "method", "url", "headers"?, "body"?, "dependsOn"?}]}` (OData JSON format, section 19).
 */
import { type GraphError, graphError } from '../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.js';
import type { GraphRequest } from '../kernel/message.js';
import { MAX_DEPTH, parseJsonBody } from '../model/read-body.js';
import { requireJson } from './request-context.js';

export interface EnvelopedRequest {
  /** As text; ids differ by more than casing. */
  readonly id: string;
  /** Upper case. */
  readonly method: string;
  /** As given. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonValue | undefined;
  /** Ids of requests before it that must succeed, as those spell them. */
  readonly dependsOn: readonly string[];
}

export interface EnvelopeRules {
  /** Requests, at most. */
  readonly most: number;
  /** Members that mean nothing are refused; the service passes over them. */
  readonly knownMembersOnly: boolean;
  readonly invalid: (reason: string, target?: string) => GraphError;
}

const MAX_ID = 256;
const MEMBERS: ReadonlySet<string> = new Set(['id', 'method', 'url', 'headers', 'body', 'dependsOn', 'atomicityGroup']);

/** Levels of the envelope above the bodies in it. */
const LEVELS = 3;

/**
 * The JSON of a request that brings an envelope.
 * @throws GraphError methodNotAllowed, bodyMissing, mediaTypeUnsupported, and those of parseJsonBody
 */
export function readEnvelopeBody({ method, headers, body }: GraphRequest): JsonValue {
  if (method !== 'POST') throw graphError('methodNotAllowed', { method, allow: 'POST' });
  if (body === undefined || body.byteLength === 0) throw graphError('bodyMissing');
  requireJson(headers['content-type']);
  return parseJsonBody(body, { maxDepth: MAX_DEPTH + LEVELS });
}

/**
 * Read the envelope; what is wrong with a request's own URL or body is for whoever carries it out.
 * @throws what `rules.invalid` makes
 */
export function readEnvelope(value: JsonValue, rules: EnvelopeRules): readonly EnvelopedRequest[] {
  const { invalid, most } = rules;
  if (!isObject(value)) throw invalid('the body is an object with the member requests.');
  const unknown = Object.keys(value).find((name) => name !== 'requests' && !name.includes('@'));
  if (rules.knownMembersOnly && unknown !== undefined) {
    throw invalid(`there is no member '${unknown.slice(0, 100)}'; the requests are in requests.`, unknown.slice(0, 100));
  }
  const { requests } = value;
  if (!Array.isArray(requests)) throw invalid('requests is an array of requests.', 'requests');
  const given = requests as readonly JsonValue[];
  if (given.length === 0) throw invalid('there are no requests.', 'requests');
  if (given.length > most) throw invalid(`there are ${given.length} requests; ${most} is the most.`, 'requests');
  /** Ids so far, by their lower case. */
  const before = new Map<string, string>();
  return given.map((one, index) => {
    const request = readRequest(one, `requests[${index}]`, before, rules);
    before.set(request.id.toLowerCase(), request.id);
    return request;
  });
}

function readRequest(value: JsonValue, at: string, before: ReadonlyMap<string, string>, rules: EnvelopeRules): EnvelopedRequest {
  const { invalid } = rules;
  if (!isObject(value)) throw invalid(`${at} is not an object.`, at);
  const unknown = Object.keys(value).find((name) => !MEMBERS.has(name));
  if (rules.knownMembersOnly && unknown !== undefined) {
    throw invalid(`${at} has a member '${unknown.slice(0, 100)}'; it takes ${[...MEMBERS].slice(0, 6).join(', ')}.`, at);
  }
  const id = idOf(value.id);
  if (id === undefined) throw invalid(`${at} needs id, a text.`, `${at}.id`);
  if (id.length > MAX_ID) throw invalid(`the id of ${at} is longer than ${MAX_ID} characters.`, `${at}.id`);
  if (before.has(id.toLowerCase())) throw invalid(`the id '${id}' stands more than once.`, `${at}.id`);
  return {
    id,
    method: requiredText(value, 'method', at, rules).toUpperCase(),
    url: requiredText(value, 'url', at, rules),
    headers: readHeaders(value.headers, at, rules),
    body: value.body === null ? undefined : value.body,
    dependsOn: readDependencies(value.dependsOn, at, before, rules),
  };
}

/** Clients number their requests, too: 1 is '1'. */
function idOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function requiredText(request: JsonObject, name: string, at: string, { invalid }: EnvelopeRules): string {
  const text = request[name];
  if (typeof text !== 'string' || text === '') throw invalid(`${at} needs ${name}, a text.`, `${at}.${name}`);
  return text;
}

function readHeaders(value: JsonValue | undefined, at: string, { invalid }: EnvelopeRules): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  if (value === undefined || value === null) return headers;
  if (!isObject(value)) throw invalid(`the headers of ${at} are not an object.`, `${at}.headers`);
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw invalid(`the header '${name.slice(0, 100)}' of ${at} is not a text.`, `${at}.headers`);
    headers[name.toLowerCase()] = text;
  }
  return headers;
}

/** Forward references are not allowed (OData JSON format, 19.1), so there are no cycles either. */
function readDependencies(
  value: JsonValue | undefined,
  at: string,
  before: ReadonlyMap<string, string>,
  { invalid }: EnvelopeRules,
): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`dependsOn of ${at} is not an array.`, `${at}.dependsOn`);
  return (value as readonly JsonValue[]).map((one) => {
    const id = before.get(idOf(one)?.toLowerCase() ?? '');
    if (id !== undefined) return id;
    throw invalid(`dependsOn of ${at} names no request before it.`, `${at}.dependsOn`);
  });
}
