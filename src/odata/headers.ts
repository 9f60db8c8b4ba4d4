/**
 * What the request's headers ask of the answer: media type and preferences.
 *
 *   accept     = media *( "," media )
 *   media      = type "/" subtype *( ";" name "=" value )      ; RFC 9110, 12.5.1
 *   prefer     = preference *( "," preference )
 *   preference = name [ "=" ( token / quoted ) ]                ; RFC 7240
 */
import { graphError } from '../kernel/errors.js';
import type { MetadataLevel, Preferences } from '../query/plan.js';

export interface Representation {
  readonly metadata: MetadataLevel;
  readonly ieee754Compatible: boolean;
}

const MINIMAL: Representation = { metadata: 'minimal', ieee754Compatible: false };
const NO_PREFERENCES: Preferences = {
  return: undefined,
  maxPageSize: undefined,
  includeUnknownEnumMembers: false,
  includeAnnotations: undefined,
};

/** Split outside double quotes; parts trimmed, empty ones dropped. */
function split(text: string, separator: number): string[] {
  const parts: string[] = [];
  let quoted = false;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) quoted = !quoted;
    if (at < text.length && (quoted || code !== separator)) continue;
    const part = text.slice(from, at).trim();
    if (part !== '') parts.push(part);
    from = at + 1;
  }
  return parts;
}

function parameter(text: string): { name: string; value: string } {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text.toLowerCase(), value: '' };
  const value = text.slice(equals + 1).trim();
  const quoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return { name: text.slice(0, equals).trim().toLowerCase(), value: quoted ? value.slice(1, -1) : value };
}

/** One media range; undefined when nothing Muster writes answers it. */
function representationOf(media: string, text: boolean): (Representation & { readonly quality: number }) | undefined {
  const [range = '', ...parameters] = split(media, 59);
  const type = range.toLowerCase();
  if (
    type !== 'application/json' &&
    type !== '*/*' &&
    type !== 'application/*' &&
    !(text && (type === 'text/plain' || type === 'text/*'))
  ) {
    return undefined;
  }
  let metadata: MetadataLevel = 'minimal';
  let ieee754Compatible = false;
  let quality = 1;
  for (const { name, value } of parameters.map(parameter)) {
    const lower = value.toLowerCase();
    if (name === 'odata.metadata' || name === 'metadata' || name === 'odata') {
      // `odata=nometadata` is the spelling of OData 3 that older scripts still send.
      const level = name === 'odata' ? lower.replace('metadata', '').replace(/^no$/, 'none') : lower;
      if (level !== 'none' && level !== 'minimal' && level !== 'full') return undefined;
      metadata = level;
    } else if (name === 'ieee754compatible') ieee754Compatible = lower === 'true';
    else if (name === 'q') quality = Number(value);
  }
  return quality > 0 ? { metadata, ieee754Compatible, quality } : undefined;
}

/**
 * The best representation that an Accept header admits. `text`: whether `text/plain` is also fine (`$count`, `$value`).
 * @throws notAcceptable when it admits none
 */
export function acceptedRepresentation(accept: string | undefined, text: boolean): Representation {
  if (accept === undefined || accept === '*/*' || accept === 'application/json' || accept.trim() === '') return MINIMAL;
  let best: (Representation & { readonly quality: number }) | undefined;
  for (const media of split(accept, 44)) {
    const found = representationOf(media, text);
    if (found !== undefined && (best === undefined || found.quality > best.quality)) best = found;
  }
  if (best === undefined) throw graphError('notAcceptable', { accept });
  return { metadata: best.metadata, ieee754Compatible: best.ieee754Compatible };
}

/**
 * `$format`, which overrides Accept: `json` or a media type.
 * @throws notAcceptable for another format
 */
export function formatRepresentation(format: string, text: boolean): Representation {
  return format.toLowerCase() === 'json' ? MINIMAL : acceptedRepresentation(format, text);
}

/** The preferences of a Prefer header; unknown and malformed ones are ignored (RFC 7240, section 2), the first of a name counts. */
export function preferences(prefer: string | undefined): Preferences {
  if (prefer === undefined) return NO_PREFERENCES;
  const seen = new Map<string, string>();
  for (const { name, value } of split(prefer, 44).map((part) => parameter(split(part, 59)[0] ?? ''))) {
    const bare = name.startsWith('odata.') ? name.slice(6) : name;
    if (!seen.has(bare)) seen.set(bare, value);
  }
  const returned = seen.get('return')?.toLowerCase();
  const size = Number(seen.get('maxpagesize'));
  return {
    return: returned === 'minimal' || returned === 'representation' ? returned : undefined,
    maxPageSize: Number.isSafeInteger(size) && size > 0 ? size : undefined,
    includeUnknownEnumMembers: seen.has('include-unknown-enum-members'),
    includeAnnotations: seen.get('include-annotations'),
  };
}
