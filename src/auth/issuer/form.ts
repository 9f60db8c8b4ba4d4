import type { GraphRequest } from '../../kernel/message.js';
import { oauthError } from './oauth-error.js';

const MAX_FORM_BYTES = 64 * 1024;
const MAX_PARAMETERS = 100;

export type Form = ReadonlyMap<string, string>;

/**
 * The parameters of a form post; empty ones count as absent and none may stand twice (RFC 6749, section 3.2).
 *
 * @throws OAuthError formInvalid
 */
export function readForm(request: GraphRequest): Form {
  const { body } = request;
  if (body === undefined || body.byteLength === 0) return new Map();
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/x-www-form-urlencoded') {
    throw oauthError('formInvalid', { reason: 'The Content-Type must be application/x-www-form-urlencoded.' });
  }
  if (body.byteLength > MAX_FORM_BYTES) throw oauthError('formInvalid', { reason: `The body is larger than ${MAX_FORM_BYTES} bytes.` });
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(Buffer.from(body).toString('utf8'))) {
    if (form.has(name)) throw oauthError('formInvalid', { reason: 'A parameter stands more than once.' });
    if (form.size >= MAX_PARAMETERS) throw oauthError('formInvalid', { reason: `There are more than ${MAX_PARAMETERS} parameters.` });
    form.set(name, value);
  }
  return new Map([...form].filter(([, value]) => value !== ''));
}

/** @throws OAuthError parameterMissing */
export function requireParameter(form: Form, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw oauthError('parameterMissing', { name });
  return value;
}
