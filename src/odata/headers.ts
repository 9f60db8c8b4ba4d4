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
    } else if (name === 'ieee754compatible') {
      if (lower !== 'true' && lower !== 'false') return undefined;
      ieee754Compatible = lower === 'true';
    } else if (name === 'charset' && lower !== 'utf-8' && lower !== 'utf8') return undefined;
    else if (name === 'q') quality = Number(value);
  }
  return quality > 0 ? { metadata, ieee754Compatible, quality } : undefined;
}

const JSON_REFUSED = /^application\/json\s*;\s*q=0(?:\.0*)?$/i;

/**
 * The best representation that an Accept header admits. `text`: whether `text/plain` is also fine (`$count`, `$value`).
 * @throws notAcceptable when it admits none
 */
export function acceptedRepresentation(accept: string | undefined, text: boolean): Representation {
  if (accept === undefined || accept === '*/*' || accept === 'application/json' || accept.trim() === '') return MINIMAL;
  let best: (Representation & { readonly quality: number }) | undefined;
  const ranges = split(accept, 44);
  // What names JSON decides about it, not a wildcard beside it (RFC 9110, 12.5.1).
  if (!text && ranges.some((media) => JSON_REFUSED.test(media))) throw graphError('notAcceptable', { accept });
  for (const media of ranges) {
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

/**
 * Whether `odata.include-annotations` asks for an annotation: the most specific pattern that names it decides (OData protocol, 8.2.8.4).
 * @param patterns e.g. `muster.*,-muster.impact`
 * @param term e.g. `muster.impact`
 */
export function includesAnnotation(patterns: string | undefined, term: string): boolean {
  if (patterns === undefined) return false;
  const namespace = `${term.slice(0, term.lastIndexOf('.'))}.*`;
  let decided = { rank: 0, included: false };
  for (const part of split(patterns, 44)) {
    const excluded = part.startsWith('-');
    const pattern = (excluded ? part.slice(1) : part).replace(/^@/, '').toLowerCase();
    const rank = pattern === term ? 3 : pattern === namespace ? 2 : pattern === '*' ? 1 : 0;
    if (rank > decided.rank) decided = { rank, included: !excluded };
  }
  return decided.included;
}

export type ODataVersion = '4.0' | '4.01';

/**
 * The version of OData to answer in, by `OData-MaxVersion`; 4.01 where the client names none.
 * @throws headerInvalid when the client reads no version that is spoken here, or when its body is of another (OData protocol, 8.1.5 and 8.2.7)
 */
export function spokenVersion(headers: Readonly<Record<string, string | undefined>>): ODataVersion {
  const sent = headers['odata-version'];
  const most = headers['odata-maxversion'];
  if (sent !== undefined) {
    const { major, minor } = versionNumber('OData-Version', sent);
    if (major !== 4 || minor > 1)
      throw graphError('headerInvalid', { header: 'OData-Version', reason: `'${sent}' is neither 4.0 nor 4.01.` });
  }
  if (most === undefined) return '4.01';
  const { major, minor } = versionNumber('OData-MaxVersion', most);
  if (major < 4) throw graphError('headerInvalid', { header: 'OData-MaxVersion', reason: `'${most}' is older than 4.0.` });
  return major === 4 && minor === 0 ? '4.0' : '4.01';
}

/** `4.01`, `4.0;NetFx` */
function versionNumber(header: string, text: string): { readonly major: number; readonly minor: number } {
  const match = /^\s*(\d{1,4})\.(\d{1,4})\s*(?:;|$)/.exec(text);
  if (match === null) throw graphError('headerInvalid', { header, reason: `'${text}' is no version such as 4.01.` });
  return { major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether an `If-None-Match` names the entity tag, or any (`*`); tags are compared weakly (RFC 9110, 13.1.2). */
export function isListed(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  const bare = opaque(etag);
  return split(ifNoneMatch, 44).some((tag) => tag === '*' || opaque(tag) === bare);
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

export type CsdlFormat = 'xml' | 'json';

const CSDL_RANGES: Readonly<Record<CsdlFormat, ReadonlyMap<string, number>>> = {
  xml: new Map([
    ['application/xml', 3],
    ['text/xml', 3],
    ['application/*', 2],
    ['text/*', 2],
    ['*/*', 1],
  ]),
  json: new Map([
    ['application/json', 3],
    ['application/*', 2],
    ['*/*', 1],
  ]),
};

/**
 * The form of `$metadata` that is asked for: by `$format` where it stands, else by Accept; XML where both would do.
 * @throws notAcceptable
 */
export function csdlFormat(format: string | undefined, accept: string | undefined): CsdlFormat {
  const named = format?.toLowerCase();
  if (named === 'xml' || named === 'json') return named;
  const asked = format ?? accept;
  if (asked === undefined || asked.trim() === '') return 'xml';
  const found = (['xml', 'json'] as const)
    .map((one) => ({ one, ...bestRange(asked, CSDL_RANGES[one]) }))
    .filter(({ quality }) => quality > 0);
  found.sort((a, b) => b.quality - a.quality || b.rank - a.rank);
  if (found[0] === undefined) throw graphError('notAcceptable', { accept: asked, offer: 'application/xml or application/json' });
  return found[0].one;
}

/** What the most specific range that fits says (RFC 9110, 12.5.1). */
function bestRange(accept: string, ranks: ReadonlyMap<string, number>): { readonly quality: number; readonly rank: number } {
  let best = { quality: 0, rank: 0 };
  for (const media of split(accept, 44)) {
    const [range = '', ...parameters] = split(media, 59);
    const rank = ranks.get(range.toLowerCase()) ?? 0;
    if (rank <= best.rank) continue;
    const q = parameters.map(parameter).find(({ name }) => name === 'q');
    const quality = q === undefined ? 1 : Number(q.value);
    best = { quality: Number.isNaN(quality) ? 0 : quality, rank };
  }
  return best;
}
