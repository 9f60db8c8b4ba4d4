/** An entity's URL as clients write it in `@odata.bind` and `@odata.id`. */

export interface EntityReference {
  /** Path without keys, e.g. `deviceManagement/deviceConfigurations`. */
  readonly set: string;
  readonly id: string;
}

const LIMIT = 2048;

/**
 * Reads absolute and relative forms, with and without version, keys in parentheses or as segment:
 * `https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations('ID')`, `deviceManagement/deviceConfigurations/ID`, `groups/ID`.
 * The host is not looked at: clients name the service's own even when they talk to another. A cast at the end is left out.
 */
export function parseReference(text: string): EntityReference | undefined {
  if (text.length === 0 || text.length > LIMIT) return undefined;
  const path = withoutOrigin(text);
  const segments: string[] = [];
  for (const raw of path.split('/')) {
    if (raw === '') continue;
    const segment = decode(raw);
    if (segment === undefined) return undefined;
    if (!segment.startsWith('microsoft.graph.')) segments.push(segment);
  }
  if (segments[0] === 'beta' || segments[0] === 'v1.0') segments.shift();
  const last = segments.pop();
  if (last === undefined) return undefined;
  const open = last.indexOf('(');
  if (open > 0 && last.endsWith(')')) {
    const id = unquote(last.slice(open + 1, -1));
    return id === '' ? undefined : { set: [...segments, last.slice(0, open)].join('/'), id };
  }
  return segments.length === 0 ? undefined : { set: segments.join('/'), id: last };
}

function withoutOrigin(text: string): string {
  const scheme = text.indexOf('://');
  if (scheme < 0) return text;
  const slash = text.indexOf('/', scheme + 3);
  return slash < 0 ? '' : text.slice(slash);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function unquote(text: string): string {
  const key = text.startsWith('id=') ? text.slice(3) : text;
  return key.length >= 2 && key.startsWith("'") && key.endsWith("'") ? key.slice(1, -1).replaceAll("''", "'") : key;
}
