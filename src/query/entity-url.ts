/**
 * The URL of an entity, as clients write references (`@odata.bind`, `@odata.id`, `$id`): absolute, relative to the service root or to the request, with
 * and without version, in both key forms, with a cast at the end.
 *
 *   reference = [ scheme "://" authority ] *( segment "/" ) ( set "(" [ "id=" ] ( "'" key "'" / key ) ")" / set "/" key ) [ "/" type ] [ ( "?" / "#" ) any ]
 *
 * The host is not looked at: clients name the service's own even when they talk to another.
 */
import { unquote } from '../kernel/quoted.js';

export interface EntityReference {
  /** Path without keys and version, e.g. `deviceManagement/deviceConfigurations`; what stands before it where the URL is relative is not known. */
  readonly set: string;
  readonly id: string;
}

const MOST_CHARACTERS = 16_384;

/** Undefined for what is no URL of an entity. */
export function readEntityUrl(text: string): EntityReference | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const segments: string[] = [];
  for (const raw of segmentsOf(pathOf(text))) {
    const segment = decoded(raw);
    if (segment === undefined) return undefined;
    if (!/^microsoft\.graph\./i.test(segment)) segments.push(segment);
  }
  const first = segments[0]?.toLowerCase();
  if (first === 'beta' || first === 'v1.0') segments.shift();
  const last = segments.pop();
  if (last === undefined) return undefined;
  const open = last.endsWith(')') ? last.indexOf('(') : -1;
  if (open > 0) {
    const id = keyOf(last.slice(open + 1, -1));
    return id === undefined ? undefined : { set: setOf([...segments, last.slice(0, open)]), id };
  }
  return segments.length === 0 ? undefined : { set: setOf(segments), id: last };
}

function pathOf(text: string): string {
  const scheme = text.indexOf('://');
  const slash = scheme < 0 ? 0 : text.indexOf('/', scheme + 3);
  const end = text.search(/[?#]/);
  return slash < 0 ? '' : text.slice(slash, end < 0 ? text.length : end);
}

/** Cut at slashes outside parentheses; empty parts dropped. */
function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  let from = 0;
  let depth = 0;
  for (let at = 0; at <= path.length; at++) {
    const code = path.charCodeAt(at);
    if (code === 40) depth++;
    else if (code === 41) depth--;
    if (at < path.length && (code !== 47 || depth > 0)) continue;
    if (at > from) segments.push(path.slice(from, at));
    from = at + 1;
  }
  return segments;
}

function decoded(raw: string): string | undefined {
  try {
    const text = decodeURIComponent(raw);
    for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 32 || text.charCodeAt(at) === 127) return undefined;
    return text;
  } catch {
    return undefined;
  }
}

function keyOf(text: string): string | undefined {
  const key = /^id=/i.test(text) ? text.slice(3) : text;
  const id = key.startsWith("'") ? unquote(key) : key;
  return id === undefined || id === '' || (id === key && /['(),=]/.test(id)) ? undefined : id;
}

function setOf(segments: readonly string[]): string {
  return segments.filter((segment) => segment !== '..' && segment !== '.').join('/');
}
