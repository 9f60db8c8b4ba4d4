/** The links of one tenant, found from both ends. */
import { compareCodePoints } from '../../query/compare.js';
import type { Link, LinkQuery } from '../store.js';

export interface LinkSet {
  has(link: Link): boolean;
  /** False where it exists already. */
  add(link: Link): boolean;
  /** The link that was there. */
  remove(link: Link): Link | undefined;
  find(query: LinkQuery): Link[];
}

interface Ends {
  readonly bySource: Map<string, Map<string, Link>>;
  readonly byTarget: Map<string, Map<string, Link>>;
}

export function createLinkSet(): LinkSet {
  const kinds = new Map<string, Ends>();

  function ends(kind: string): Ends {
    let found = kinds.get(kind);
    if (found === undefined) {
      found = { bySource: new Map(), byTarget: new Map() };
      kinds.set(kind, found);
    }
    return found;
  }

  const get = (link: Link) => kinds.get(link.kind)?.bySource.get(link.from)?.get(link.to);

  function candidates(query: LinkQuery): Iterable<Link> {
    const found = kinds.get(query.kind);
    if (found === undefined) return [];
    if (query.from !== undefined && query.to !== undefined) {
      const link = found.bySource.get(query.from)?.get(query.to);
      return link === undefined ? [] : [link];
    }
    if (query.from !== undefined) return found.bySource.get(query.from)?.values() ?? [];
    if (query.to !== undefined) return found.byTarget.get(query.to)?.values() ?? [];
    return [...found.bySource.values()].flatMap((targets) => [...targets.values()]);
  }

  return {
    has: (link) => get(link) !== undefined,

    add(link) {
      if (get(link) !== undefined) return false;
      const { bySource, byTarget } = ends(link.kind);
      within(bySource, link.from).set(link.to, link);
      within(byTarget, link.to).set(link.from, link);
      return true;
    },

    remove(link) {
      const found = get(link);
      if (found === undefined) return undefined;
      const { bySource, byTarget } = ends(link.kind);
      drop(bySource, link.from, link.to);
      drop(byTarget, link.to, link.from);
      return found;
    },

    find: (query) => [...candidates(query)].sort((a, b) => compareCodePoints(a.to, b.to) || compareCodePoints(a.from, b.from)),
  };
}

function within(index: Map<string, Map<string, Link>>, end: string): Map<string, Link> {
  let found = index.get(end);
  if (found === undefined) {
    found = new Map();
    index.set(end, found);
  }
  return found;
}

function drop(index: Map<string, Map<string, Link>>, end: string, other: string): void {
  const found = index.get(end);
  found?.delete(other);
  if (found?.size === 0) index.delete(end);
}
