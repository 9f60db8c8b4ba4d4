/**
 * `@odata.context` (OData JSON 4.01, section 10): what a page or an object is of, and below what.
 *
 *   https://graph.microsoft.com/beta/$metadata#deviceManagement/deviceConfigurations('ID')/assignments
 */
export interface GraphContext {
  /** Path of the set, or of the parent's set, without keys and casts: `deviceManagement/deviceConfigurations`. */
  readonly set: string;
  /** Key of the parent, where the context is of something below one. */
  readonly key: string | undefined;
  /** What lies below the parent: `assignments`. */
  readonly property: string | undefined;
  /** One entity and no list. */
  readonly entity: boolean;
}

/** @returns undefined where it says nothing of a set */
export function parseContext(text: unknown): GraphContext | undefined {
  if (typeof text !== 'string' || text.length > 4096) return undefined;
  const hash = text.indexOf('$metadata#');
  if (hash < 0) return undefined;
  const segments = split(text.slice(hash + '$metadata#'.length)).filter(({ name }) => !/^(?:microsoft\.)?graph\./.test(name));
  if (segments.length === 0 || segments.some(({ name }) => !/^[A-Za-z$][\w.]*$/.test(name))) return undefined;
  const entity = segments.at(-1)?.name === '$entity';
  const rest = entity ? segments.slice(0, -1) : segments;
  const last = rest.findLastIndex(({ key }) => key !== undefined);
  const joined = (part: readonly Segment[]) => part.map(({ name }) => name).join('/');
  if (last < 0 || last === rest.length - 1) return { set: joined(rest), key: undefined, property: undefined, entity };
  return { set: joined(rest.slice(0, last + 1)), key: rest[last]?.key, property: joined(rest.slice(last + 1)), entity };
}

interface Segment {
  readonly name: string;
  readonly key: string | undefined;
}

/** At the slashes that stand outside of parentheses and quotes. A select list in parentheses is no key. */
function split(path: string): readonly Segment[] {
  const segments: Segment[] = [];
  const pattern = /([^/(]+)(?:\(((?:[^()']|'(?:[^']|'')*'|\([^()]*\))*)\))?(?:\/|$)/y;
  for (let found = pattern.exec(path); found !== null && found[0] !== ''; found = pattern.exec(path)) {
    const quoted = /^'((?:[^']|'')*)'$/.exec(found[2] ?? '');
    segments.push({ name: found[1] ?? '', key: quoted === null ? undefined : decoded((quoted[1] ?? '').replaceAll("''", "'")) });
    if (pattern.lastIndex >= path.length) return segments;
  }
  return [];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What the objects of a set are, where they do not say it themselves. */
export const typeOfSet: ReadonlyMap<string, string> = new Map([
  ['deviceManagement/deviceConfigurations', 'deviceConfiguration'],
  ['deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter'],
  ['deviceManagement/roleScopeTags', 'roleScopeTag'],
  ['deviceManagement/deviceCategories', 'deviceCategory'],
  ['deviceManagement/managedDevices', 'managedDevice'],
  ['deviceAppManagement/policySets', 'policySet'],
  ['groups', 'group'],
  ['users', 'user'],
  ['devices', 'device'],
]);
