/** The body of a preview is that of a JSON batch, with more requests. */
import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonValue } from '../../kernel/json.js';
import { type EnvelopedRequest, readEnvelope } from '../envelope.js';

const MAX_REQUESTS = 1000;
/** Where the impact of each is not told: as many as a body holds. */
const MAX_TOTAL = 20_000;

/** `each`: the impact of every request, and of all; `total`: of all alone, with every policy in it. */
const details = ['each', 'total'] as const;
export type PreviewDetail = (typeof details)[number];

export interface PreviewBody {
  readonly requests: readonly EnvelopedRequest[];
  readonly detail: PreviewDetail;
}

/** @throws GraphError previewInvalid when the envelope itself is not right; what is wrong with a request's URL or body is its own error */
export function readPreviewed(value: JsonValue): PreviewBody {
  const invalid = (reason: string, target?: string) => graphError('previewInvalid', { reason }, target);
  if (!isObject(value) || value.detail === undefined) {
    return { detail: 'each', requests: readEnvelope(value, { most: MAX_REQUESTS, knownMembersOnly: true, invalid }) };
  }
  const { detail: written, ...envelope } = value;
  const detail = details.find((known) => known === written);
  if (detail === undefined) throw invalid(`detail is ${details.join(' or ')}.`, 'detail');
  const most = detail === 'total' ? MAX_TOTAL : MAX_REQUESTS;
  return { detail, requests: readEnvelope(envelope, { most, knownMembersOnly: true, invalid }) };
}

/** The requests that a preview does not hold: those that are many requests themselves. */
const NESTED = /^(?:\$batch|%24batch|muster\/+(?:preview|previews|import))(?:[/?]|$)/i;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:|^\/\/+[^/]*\./i;
const VERSION = /^(?:beta|v1\.0)(?=[/?]|$)/i;

/**
 * The target of a previewed request. Without a version it is beta's.
 * @throws GraphError urlInvalid
 */
export function targetOf(url: string): string {
  if (ABSOLUTE.test(url)) throw graphError('urlInvalid', { reason: 'The URL of a previewed request is relative, such as /groups.' });
  const path = url.replace(/^\/+/, '');
  const version = VERSION.exec(path)?.[0];
  const rest = (version === undefined ? path : path.slice(version.length)).replace(/^\/+/, '');
  if (NESTED.test(rest)) throw graphError('urlInvalid', { reason: 'A preview holds no preview, import or batch.' });
  return `/${version ?? 'beta'}/${rest}`;
}
