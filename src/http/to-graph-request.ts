import type { IncomingHttpHeaders } from 'node:http';
import type { GraphRequest } from '../kernel/message.js';

const AUTHORITY = /^(?:[a-z0-9._~-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i;
/** RFC 9112, 3.2.2: the absolute form, as proxies send it. */
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;

/**
 * One HTTP request as the pipeline sees it.
 *
 * @param target the raw request target: origin form, absolute form (its authority outranks the Host header) or `*`
 * @param fallback origin of the listener, for requests whose Host is missing or no authority
 */
export function toGraphRequest(
  scheme: 'http' | 'https',
  method: string,
  target: string,
  headers: IncomingHttpHeaders,
  body: Uint8Array | undefined,
  fallback: () => string,
): GraphRequest {
  let url = target;
  let authority = headers.host;
  if (!target.startsWith('/')) {
    const absolute = ABSOLUTE.exec(target);
    authority = absolute?.[1] ?? authority;
    url = absolute === null ? target : target.slice(absolute[0].length);
    if (!url.startsWith('/')) url = `/${url}`;
  }
  return {
    // A HEAD is a GET whose answer carries no body; the HTTP library leaves it out.
    method: method === 'HEAD' ? 'GET' : method,
    url,
    origin: authority !== undefined && AUTHORITY.test(authority) ? `${scheme}://${authority}` : fallback(),
    headers: flatHeaders(headers),
    body,
  };
}

/** Node joins what is sent twice, but for `Set-Cookie`, which it always makes an array; requests have no business sending that. */
function flatHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string | undefined>> {
  if (headers['set-cookie'] === undefined) return headers as Readonly<Record<string, string | undefined>>;
  const flat: Record<string, string | undefined> = Object.create(null);
  for (const name in headers) {
    const value = headers[name];
    flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
