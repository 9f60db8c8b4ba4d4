/**
 * Cross-origin requests of browsers (Fetch standard, section 3.2), off unless origins are named. Tokens travel in a header that the page
 * itself sets, so credentials of the browser (cookies, client certificates) are never asked for, and no origin is let in that was not named.
 */
import type { GraphRequest, GraphResponse } from '../kernel/message.js';

/** Origins such as `https://portal.example`, or every one. */
export type CorsChoice = readonly string[] | '*';

export interface Cors {
  /** The answer to a preflight of an origin that is let in; it needs no token. */
  readonly preflight: (request: Pick<GraphRequest, 'method' | 'headers'>) => GraphResponse | undefined;
  /** What an answer to a request carries besides its own headers. */
  readonly headers: (origin: string | undefined, own: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
}

const METHODS = 'GET, HEAD, POST, PATCH, PUT, DELETE';
/** What a page may read besides the headers that every page may. */
const EXPOSED = [
  'ETag',
  'Location',
  'OData-EntityId',
  'OData-Version',
  'Preference-Applied',
  'Retry-After',
  'WWW-Authenticate',
  'client-request-id',
  'request-id',
  'x-ms-ags-diagnostic',
  'x-ms-resource-unit',
  'x-ms-throttle-information',
  'x-ms-throttle-limit-percentage',
  'x-ms-throttle-scope',
].join(', ');
const MAX_AGE_SECONDS = '600';
const FIELD_NAMES = /^[\w!#$%&'*+.^`|~-]{1,64}(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]{1,64}){0,63}$/;

export function createCors(allowed: CorsChoice): Cors {
  const origins = allowed === '*' ? undefined : new Set(allowed);
  const isOff = origins?.size === 0;
  /** The value of `Access-Control-Allow-Origin`; undefined where the origin is not let in. */
  const admit = (origin: string | undefined): string | undefined => {
    if (origin === undefined || isOff) return undefined;
    if (origins === undefined) return '*';
    return origins.has(origin) ? origin : undefined;
  };
  return {
    preflight({ method, headers }) {
      if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return undefined;
      const admitted = admit(headers.origin);
      if (admitted === undefined) return undefined;
      const asked = headers['access-control-request-headers'] ?? '';
      const answer: Record<string, string> = {
        'access-control-allow-origin': admitted,
        'access-control-allow-methods': METHODS,
        'access-control-max-age': MAX_AGE_SECONDS,
        vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      };
      if (FIELD_NAMES.test(asked)) answer['access-control-allow-headers'] = asked;
      // Pages of other networks ask for leave to reach this one (Private Network Access).
      if (headers['access-control-request-private-network'] === 'true') answer['access-control-allow-private-network'] = 'true';
      return { status: 204, headers: answer, body: undefined };
    },
    headers(origin, own) {
      if (isOff) return {};
      const added: Record<string, string> = {};
      // Caches must not hand one origin's answer to another; where every origin has the same one, nothing varies.
      if (origins !== undefined && !/\borigin\b/i.test(own.vary ?? ''))
        added.vary = own.vary === undefined ? 'Origin' : `${own.vary}, Origin`;
      const admitted = admit(origin);
      if (admitted === undefined) return added;
      return {
        ...added,
        'access-control-allow-origin': own['access-control-allow-origin'] ?? admitted,
        'access-control-expose-headers': EXPOSED,
      };
    },
  };
}
