/**
 * The key in the URL of an entity, as clients write references (`@odata.id`, `@odata.bind`, `$id`): absolute, relative to the service
 * root or to the request, in both key forms.
 *
 *   reference = [ scheme "://" authority ] *( segment "/" ) ( set "('" key "')" / set "/" key )
 */
import { GraphError } from '../kernel/errors.js';
import { isFullyQualified } from './names.js';
import { decodeSegment, keyOf, MAX_URL_LENGTH } from './path.js';

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

/** The id a reference names; undefined for what is no URL of an entity. Which set it is in is not looked at: ids of a tenant are unique. */
export function referenceKey(url: string): string | undefined {
  if (url.length > MAX_URL_LENGTH) return undefined;
  const scheme = url.indexOf('://');
  const slash = scheme < 0 ? 0 : url.indexOf('/', scheme + 3);
  if (slash < 0) return undefined;
  const end = url.search(/[?#]/);
  const segments = segmentsOf(url.slice(slash, end < 0 ? url.length : end));
  while (segments.length > 1 && isFullyQualified(segments.at(-1) ?? '')) segments.pop();
  const last = segments.at(-1);
  if (last === undefined) return undefined;
  try {
    const text = decodeSegment(last);
    const open = text.endsWith(')') ? text.indexOf('(') : -1;
    if (open > 0) return keyOf(text.slice(open + 1, -1));
    return segments.length > 1 ? text : undefined;
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}
