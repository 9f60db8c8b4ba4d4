/**
 * What the lines of a chunk see and change: the store as it was read, with what earlier lines have decided laid over it. At the end it says the
 * operations, and what must still hold for them.
 */
import { type FramedText, wholeText } from '../../kernel/framed-text.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { knownMember } from '../../kernel/json-member.js';
import { framedMemberReader } from '../../kernel/json-members.js';
import { type ChangeOperation, type Expectation, FramedPut } from '../../storage/change-set.js';
import type { EntityKey, Link, StoredEntity, TextEntity, VersionReader } from '../../storage/store.js';
import { type Claim, putClaim } from '../directory/claims.js';
import { isMarker } from '../write/marker.js';

interface Slot {
  readonly key: EntityKey;
  /** In the store, before the chunk; 0: it was not there. */
  version: number;
  /** As the store has it; undefined also where it was not read. */
  stored: TextEntity | undefined;
  /** As it stands after the lines so far; undefined: there is none, or it was not read. */
  type: string | undefined;
  text: FramedText | string | undefined;
  json: JsonObject | undefined;
  /** Something was decided on it. */
  relied: boolean;
  /** A line has put it. */
  put: boolean;
  /** A line has taken it away. */
  removed: boolean;
  /** Whether its text stands in the change records. */
  recorded: boolean;
  /** It is not what the store holds. */
  changed: boolean;
}

interface ClaimSlot {
  readonly key: EntityKey;
  readonly version: number;
  readonly before: string | undefined;
  holder: string | undefined;
}

export interface Chunk {
  /** Find out at once which of these the store holds. */
  look(keys: readonly EntityKey[]): Promise<void>;
  /** The same, and read their texts. */
  load(keys: readonly EntityKey[]): Promise<void>;
  loadClaims(claims: readonly Claim[]): Promise<void>;
  /** Read everything that the store holds below these parents. */
  loadChildren(set: string, parents: readonly string[]): Promise<void>;
  /** What stands below a parent, read before; in no order that matters. */
  children(set: string, parent: string): readonly EntityKey[];
  /** Whether it exists, looked for before. */
  has(key: EntityKey): boolean;
  /** What is decided next expects it to be as it was looked for. */
  rely(key: EntityKey): void;
  /** An entity as it stands, loaded before; undefined where there is none. What is decided on it then expects it so. */
  json(key: EntityKey): JsonObject | undefined;
  /** The same, of some members alone, the others unread. @param names of members that every entity of its type has */
  members(key: EntityKey, names: readonly string[]): JsonObject | undefined;
  /** Its type as it stands, loaded before; undefined where there is none. */
  typeOf(key: EntityKey): string | undefined;
  /** Whether the store held it before the chunk. */
  wasStored(key: EntityKey): boolean;
  put(key: EntityKey, type: string, text: FramedText | string, recorded?: boolean): void;
  /** Take an entity away; nothing happens where there is none. */
  remove(key: EntityKey, recorded?: boolean): void;
  /** The id of the object that has claimed a value; loaded before. */
  holder(claim: Claim): string | undefined;
  claim(claim: Claim, holder: string): void;
  release(claim: Claim): void;
  /** Entities that lines of this chunk have put into a set. */
  putInto(set: string): readonly EntityKey[];
  link(link: Link): void;
  unlink(link: Link): void;
  /** The links of a kind that an owner has, given those that the store holds. */
  linksOf(kind: string, owner: string, stored: readonly Link[]): readonly Link[];
  /** Put once, whatever stands there: a marker. */
  mark(operation: ChangeOperation): void;
  expectations(): readonly Expectation[];
  operations(): readonly ChangeOperation[];
}

/** Things by the key of an entity. */
interface ByKey<T> {
  get(key: EntityKey): T | undefined;
  set(key: EntityKey, value: T): void;
  values(): Iterable<T>;
}

function byKey<T>(): ByKey<T> {
  const sets = new Map<string, Map<string, T>>();
  const all: T[] = [];
  const nameOf = ({ parent, id }: EntityKey) => (parent === '' ? id : `${parent}\0${id}`);
  return {
    get: (key) => sets.get(key.set)?.get(nameOf(key)),
    set(key, value) {
      let ids = sets.get(key.set);
      if (ids === undefined) {
        ids = new Map();
        sets.set(key.set, ids);
      }
      ids.set(nameOf(key), value);
      all.push(value);
    },
    values: () => all,
  };
}

export function openChunk(reader: VersionReader, tenant: string): Chunk {
  const slots = byKey<Slot>();
  const claims = byKey<ClaimSlot>();
  const puts = new Map<string, EntityKey[]>();
  /** Those below a parent, by set and parent. */
  const below = new Map<string, Slot[]>();
  const links: ChangeOperation[] = [];
  const linkChanges = new Map<string, (ChangeOperation & { readonly kind: 'link' | 'unlink' })[]>();
  const markers = new Map<string, ChangeOperation>();

  function addSlot(key: EntityKey): Slot {
    const nothing = { stored: undefined, type: undefined, text: undefined, json: undefined };
    const slot: Slot = { key, version: 0, ...nothing, relied: false, put: false, removed: false, recorded: true, changed: false };
    slots.set(key, slot);
    if (key.parent === '') return slot;
    const siblings = below.get(`${key.set}\0${key.parent}`);
    if (siblings === undefined) below.set(`${key.set}\0${key.parent}`, [slot]);
    else siblings.push(slot);
    return slot;
  }

  async function look(keys: readonly EntityKey[]): Promise<void> {
    const fresh = keys.filter((key) => slots.get(key) === undefined);
    if (fresh.length === 0) return;
    const versions = await reader.versions(tenant, fresh);
    for (let at = 0; at < fresh.length; at++) {
      const version = versions[at] ?? 0;
      // What is not there is as what was never named.
      if (version > 0) (slots.get(fresh[at]!) ?? addSlot(fresh[at]!)).version = version;
    }
  }

  async function load(keys: readonly EntityKey[]): Promise<void> {
    const wanted = new Set<Slot>();
    for (const key of keys) {
      const slot = slots.get(key);
      if (slot === undefined) wanted.add(addSlot(key));
      else if (slot.version > 0 && slot.stored === undefined && !slot.put && !slot.removed) wanted.add(slot);
    }
    if (wanted.size === 0) return;
    const list = [...wanted];
    const found = await reader.readTexts(
      tenant,
      list.map(({ key }) => key),
    );
    // Others may have changed it since it was looked for.
    for (const [at, slot] of list.entries()) fill(slot, found[at]);
  }

  function fill(slot: Slot, stored: TextEntity | undefined): void {
    slot.version = stored?.version ?? 0;
    slot.stored = stored;
    slot.type = stored?.type;
    slot.text = stored?.text;
  }

  async function loadChildren(set: string, parents: readonly string[]): Promise<void> {
    if (parents.length === 0) return;
    const query = { set, parent: parents, filter: undefined, orderBy: [], skip: 0, limit: undefined, count: false };
    for (const stored of (await reader.list(tenant, query)).entities) {
      const key = { set, parent: stored.parent, id: stored.id };
      if (slots.get(key) === undefined) fill(addSlot(key), { ...key, type: stored.type, version: stored.version, text: stored.json });
    }
  }

  async function loadClaims(wanted: readonly Claim[]): Promise<void> {
    const fresh: EntityKey[] = [];
    const seen = byKey<true>();
    for (const { key } of wanted) {
      if (claims.get(key) !== undefined || seen.get(key) !== undefined) continue;
      seen.set(key, true);
      fresh.push(key);
    }
    if (fresh.length === 0) return;
    const versions = await reader.versions(tenant, fresh);
    const taken = fresh.filter((_, at) => versions[at] !== 0);
    const found = taken.length === 0 ? [] : await reader.read(tenant, taken);
    const holders = byKey<StoredEntity | undefined>();
    for (const [at, key] of taken.entries()) holders.set(key, found[at]);
    for (const key of fresh) {
      const stored = holders.get(key);
      const holder = stored === undefined ? undefined : holderIn(stored);
      claims.set(key, { key, version: stored?.version ?? 0, before: holder, holder });
    }
  }

  const claimOf = (claim: Claim): ClaimSlot => {
    let slot = claims.get(claim.key);
    if (slot === undefined) {
      slot = { key: claim.key, version: 0, before: undefined, holder: undefined };
      claims.set(claim.key, slot);
    }
    return slot;
  };

  function changeLink(operation: ChangeOperation & { readonly kind: 'link' | 'unlink' }): void {
    links.push(operation);
    const name = `${operation.link.kind}\0${operation.link.from}`;
    const list = linkChanges.get(name);
    if (list === undefined) linkChanges.set(name, [operation]);
    else list.push(operation);
  }

  return {
    look,
    load,
    loadClaims,
    loadChildren,
    children: (set, parent) => (below.get(`${set}\0${parent}`) ?? []).flatMap((slot) => (isThere(slot) ? [slot.key] : [])),
    has(key) {
      const slot = slots.get(key);
      return slot !== undefined && isThere(slot);
    },
    rely(key) {
      const slot = slots.get(key);
      if (slot !== undefined) slot.relied = true;
    },
    json(key) {
      const slot = slots.get(key);
      if (slot === undefined) return undefined;
      slot.relied = true;
      if (slot.text === undefined || slot.removed) return undefined;
      slot.json ??= JSON.parse(wholeOf(slot.text)) as JsonObject;
      return slot.json;
    },
    members(key, names) {
      const slot = slots.get(key);
      if (slot === undefined) return undefined;
      slot.relied = true;
      if (slot.text === undefined || slot.removed) return undefined;
      if (typeof slot.text !== 'string') return readerOf(names)(slot.text);
      const found: Record<string, JsonValue> = {};
      for (const name of names) {
        const value = knownMember(slot.text, name);
        if (value !== undefined) found[name] = value;
      }
      return found;
    },
    typeOf(key) {
      const slot = slots.get(key);
      return slot === undefined || slot.removed ? undefined : slot.type;
    },
    wasStored: (key) => (slots.get(key)?.version ?? 0) > 0,
    put(key, type, text, recorded = true) {
      // An id made for this line: nobody else can have it.
      const slot = slots.get(key) ?? addSlot(key);
      slot.removed = false;
      slot.recorded = recorded;
      if (!slot.put) {
        slot.put = true;
        const list = puts.get(key.set);
        if (list === undefined) puts.set(key.set, [key]);
        else list.push(key);
      }
      slot.changed = slot.stored === undefined || wholeOf(text) !== wholeOf(slot.stored.text) || type !== slot.stored.type;
      slot.relied = true;
      slot.type = type;
      slot.text = text;
      slot.json = undefined;
    },
    remove(key, recorded = true) {
      const slot = slots.get(key) ?? addSlot(key);
      slot.removed = true;
      slot.recorded = recorded;
      slot.relied = true;
      slot.changed = slot.version > 0;
      slot.json = undefined;
    },
    holder: (claim) => claims.get(claim.key)?.holder,
    claim(claim, holder) {
      claimOf(claim).holder = holder;
    },
    release(claim) {
      const slot = claims.get(claim.key);
      if (slot !== undefined) slot.holder = undefined;
    },
    putInto: (set) => puts.get(set) ?? [],
    link: (link) => changeLink({ kind: 'link', link }),
    unlink: (link) => changeLink({ kind: 'unlink', link }),
    linksOf(kind, owner, stored) {
      const changes = linkChanges.get(`${kind}\0${owner}`);
      if (changes === undefined) return stored;
      const standing = new Map(stored.map((link) => [link.to, link]));
      for (const change of changes) {
        if (change.kind === 'link') standing.set(change.link.to, change.link);
        else standing.delete(change.link.to);
      }
      return [...standing.values()];
    },
    mark(operation) {
      if (operation.kind === 'put') markers.set(`${operation.key.set}\0${operation.key.id}`, operation);
    },
    expectations() {
      const expect: Expectation[] = [];
      for (const { key, version, relied } of slots.values()) if (relied) expect.push({ kind: 'version', key, version });
      for (const { key, version, before, holder } of claims.values()) if (holder !== before) expect.push({ kind: 'version', key, version });
      return expect;
    },
    operations() {
      const operations: ChangeOperation[] = [];
      for (const { key, type, text, changed, removed, recorded } of slots.values()) {
        if (!changed) continue;
        if (removed) operations.push(recorded ? { kind: 'delete', key } : { kind: 'delete', key, recorded });
        else if (type === undefined || text === undefined) continue;
        else if (typeof text !== 'string') operations.push(new FramedPut(key, type, text));
        else operations.push(recorded ? { kind: 'put', key, type, json: text } : { kind: 'put', key, type, json: text, recorded });
      }
      for (const { key, before, holder } of claims.values()) {
        if (holder === before) continue;
        operations.push(holder === undefined ? { kind: 'delete', key, recorded: false } : putClaim(key, holder));
      }
      return [...operations, ...links, ...markers.values()];
    },
  };
}

/** What a decision made elsewhere changes: what it takes away first, so that two things may change places. */
export function applyOperations(chunk: Chunk, operations: readonly ChangeOperation[]): void {
  for (const operation of operations) if (operation.kind === 'unlink') chunk.unlink(operation.link);
  for (const operation of operations) {
    if (operation.kind === 'link') chunk.link(operation.link);
    else if (operation.kind === 'delete') chunk.remove(operation.key, operation.recorded);
    else if (operation.kind === 'put') {
      if (isMarker(operation)) chunk.mark(operation);
      else chunk.put(operation.key, operation.type, operation.json, operation.recorded);
    }
  }
}

const readers = new WeakMap<readonly string[], ReturnType<typeof framedMemberReader>>();

/** What a reader learns of a frame serves all chunks. */
function readerOf(names: readonly string[]): ReturnType<typeof framedMemberReader> {
  let reader = readers.get(names);
  if (reader === undefined) {
    reader = framedMemberReader((name) => names.includes(name));
    readers.set(names, reader);
  }
  return reader;
}

function isThere({ put, removed, version }: Slot): boolean {
  return !removed && (put || version > 0);
}

function wholeOf(text: FramedText | string): string {
  return typeof text === 'string' ? text : wholeText(text);
}

function holderIn(stored: StoredEntity): string | undefined {
  const claim: unknown = JSON.parse(stored.json);
  return isObject(claim) && typeof claim.holder === 'string' ? claim.holder : undefined;
}
