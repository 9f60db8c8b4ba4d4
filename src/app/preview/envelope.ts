/** The body of a preview is that of a JSON batch, with more requests. */
import { graphError } from '../../kernel/errors.js';
import type { JsonValue } from '../../kernel/json.js';
import { type EnvelopedRequest, readEnvelope } from '../envelope.js';

const MAX_REQUESTS = 1000;

/** @throws GraphError previewInvalid when the envelope itself is not right; what is wrong with a request's URL or body is its own error */
export function readPreviewed(value: JsonValue): readonly EnvelopedRequest[] {
  const invalid = (reason: string, target?: string) => graphError('previewInvalid', { reason }, target);
  return readEnvelope(value, { most: MAX_REQUESTS, knownMembersOnly: true, invalid });
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
