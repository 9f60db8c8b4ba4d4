/**
 * A store as it would be after change sets that nobody commits. It reads through to what lies below, and holds no more than what the change
 * sets put, take away, link and unlink.
 */
import { type ChangeOperation, type ChangeSet, type Expectation, VersionConflict } from '../../storage/change-set.js';
import type { TypeContext } from '../../storage/selection.js';
import type { Change, EntityKey, Link, Reader, StoredEntity } from '../../storage/store.js';
import { mergeLinks, mergeList } from './merge.js';

export interface Overlay extends Reader {
  /**
   * Carry out a change set here, all of it or nothing. One at a time.
   * @returns the change records that a store would write, with the number of the call as their sequence. An entity below whose text a store
   *   keeps out of its records shows it here.
   * @throws VersionConflict when an expectation does not hold
   */
  apply(changes: ChangeSet): Promise<readonly Change[]>;
  /** Whether anything of these sets or kinds of links differs from what lies below. */
  touches(sets: ReadonlySet<string>, kinds: ReadonlySet<string>): boolean;
  /** Whether a change to what lies below changes what `apply` went by. */
  restsOn(change: Change): boolean;
}

/** An entity that may differ from what lies below. */
export interface Laid {
  readonly below: StoredEntity | undefined;
  /** Undefined: it is gone. */
  now: StoredEntity | undefined;
  /** The text stays out of the records. */
  secret: boolean;
}

/** A link that may differ from what lies below. */
export interface LaidLink {
  readonly below: Link | undefined;
  now: Link | undefined;
}

/** @param types what filters and orders of lists mean */
export function createOverlay(below: Reader, tenant: string, types: TypeContext): Overlay {
  /** By set, parent and id: a list of one parent passes over all others. */
  const sets = new Map<string, Map<string, Map<string, Laid>>>();
  const kinds = new Map<string, Map<string, LaidLink>>();
  let applied = 0;

  const laidAt = (key: EntityKey): Laid | undefined => sets.get(key.set)?.get(key.parent)?.get(key.id);
  const laidLink = (link: Link): LaidLink | undefined => kinds.get(link.kind)?.get(nameOfLink(link));

  /** Fetch what a change set speaks of, so that carrying it out waits for nothing. */
  const prepare = async (changes: ChangeSet): Promise<void> => {
    const keys = new Map<string, EntityKey>();
    const links = new Map<string, Link>();
    for (const one of [...changes.expect, ...changes.operations]) {
      if ('key' in one && laidAt(one.key) === undefined) keys.set(`${one.key.set}\0${nameOf(one.key)}`, one.key);
      if ('link' in one && laidLink(one.link) === undefined) links.set(`${one.link.kind}\0${nameOfLink(one.link)}`, one.link);
    }
    const wanted = [...keys.values()].map(({ set, parent, id }) => ({ set, parent, id }));
    const [entities, found] = await Promise.all([
      wanted.length === 0 ? [] : below.read(tenant, wanted),
      Promise.all([...links.values()].map(({ kind, from, to }) => below.links(tenant, { kind, from, to }))),
    ]);
    for (const [index, key] of wanted.entries()) {
      const entity = entities[index];
      within(within(sets, key.set), key.parent).set(key.id, { below: entity, now: entity, secret: false });
    }
    for (const [index, link] of [...links.values()].entries()) {
      const there = found[index]?.[0];
      within(kinds, link.kind).set(nameOfLink(link), { below: there, now: there });
    }
  };

  const holds = (expectation: Expectation): boolean =>
    expectation.kind === 'version'
      ? (laidAt(expectation.key)?.now?.version ?? 0) === expectation.version
      : (laidLink(expectation.link)?.now !== undefined) === expectation.exists;

  return {
    async read(asked, keys) {
      if (asked !== tenant) return below.read(asked, keys);
      const missing = keys.filter((key) => laidAt(key) === undefined);
      const found = missing.length === 0 ? [] : await below.read(tenant, missing);
      let next = 0;
      return keys.map((key) => {
        const laid = laidAt(key);
        return laid === undefined ? found[next++] : laid.now;
      });
    },

    async list(asked, query) {
      const laid = asked === tenant ? sets.get(query.set) : undefined;
      const parents = typeof query.parent === 'string' ? [query.parent] : query.parent;
      const groups =
        laid === undefined ? [] : parents === undefined ? [...laid.values()] : [...new Set(parents)].map((parent) => laid.get(parent));
      const mine = groups.flatMap((group) => [...(group?.values() ?? [])].filter(differs));
      return mine.length === 0 ? below.list(asked, query) : mergeList(mine, query, types, (inner) => below.list(tenant, inner));
    },

    async links(asked, query) {
      const found = await below.links(asked, query);
      const laid = asked === tenant ? kinds.get(query.kind) : undefined;
      return laid === undefined ? found : mergeLinks(found, laid, nameOfLink, query);
    },

    async apply(changes) {
      await prepare(changes);
      const broken = changes.expect.find((expectation) => !holds(expectation));
      if (broken !== undefined) throw new VersionConflict(broken);
      applied += 1;
      const versions = new Map<Laid, number>();
      const records: Change[] = [];
      for (const operation of changes.operations) {
        const laid = 'key' in operation ? laidAt(operation.key) : laidLink(operation.link);
        const facts = laid === undefined ? undefined : carryOut(operation, laid, versions);
        if (facts !== undefined)
          records.push({ sequence: applied, ordinal: records.length, at: changes.at, actor: changes.actor, ...facts });
      }
      return records;
    },

    touches(names, linkKinds) {
      for (const [set, laid] of sets) {
        if (names.has(set) && [...laid.values()].some((group) => [...group.values()].some(differs))) return true;
      }
      for (const [kind, laid] of kinds) if (linkKinds.has(kind) && [...laid.values()].some(differs)) return true;
      return false;
    },

    restsOn: ({ key, link }) => (key !== undefined && laidAt(key) !== undefined) || (link !== undefined && laidLink(link) !== undefined),
  };
}

type Facts = Pick<Change, 'kind' | 'key' | 'link' | 'type' | 'before' | 'after'>;

function carryOut(operation: ChangeOperation, laid: Laid | LaidLink, versions: Map<Laid, number>): Facts | undefined {
  switch (operation.kind) {
    case 'put':
    case 'delete':
      return carryOutOn(operation, laid as Laid, versions);
    case 'link': {
      if (laid.now !== undefined) return undefined;
      (laid as LaidLink).now = operation.link;
      return linkFacts('link', operation.link);
    }
    case 'unlink': {
      const link = (laid as LaidLink).now;
      if (link === undefined) return undefined;
      laid.now = undefined;
      return linkFacts('unlink', link);
    }
  }
}

function carryOutOn(
  operation: ChangeOperation & { readonly kind: 'put' | 'delete' },
  laid: Laid,
  versions: Map<Laid, number>,
): Facts | undefined {
  const { set, parent, id } = operation.key;
  const key = { set, parent, id };
  const { recorded = true } = operation;
  const old = laid.now;
  if (old === undefined && operation.kind === 'delete') return undefined;
  // A commit counts an entity up once, however often it puts, or deletes and puts, it.
  const version = versions.get(laid) ?? old?.version ?? 0;
  versions.set(laid, version);
  const before = recorded && !laid.secret ? old?.json : undefined;
  if (operation.kind === 'delete') {
    laid.now = undefined;
    laid.secret = false;
    return { kind: 'delete', key, link: undefined, type: old?.type, before, after: undefined };
  }
  const { type, json } = operation;
  laid.now = { ...key, type, version: version + 1, json };
  laid.secret = !recorded;
  return { kind: 'put', key, link: undefined, type, before, after: recorded ? json : undefined };
}

function linkFacts(kind: 'link' | 'unlink', link: Link): Facts {
  return { kind, key: undefined, link, type: undefined, before: undefined, after: undefined };
}

function differs({ below, now }: Laid | LaidLink): boolean {
  return below !== now;
}

/** Within a set; NUL stands in no key (`storage/storable`). */
function nameOf({ parent, id }: EntityKey): string {
  return `${parent}\0${id}`;
}

function nameOfLink({ from, to }: Link): string {
  return `${from}\0${to}`;
}

function within<T>(map: Map<string, Map<string, T>>, name: string): Map<string, T> {
  let found = map.get(name);
  if (found === undefined) {
    found = new Map();
    map.set(name, found);
  }
  return found;
}
