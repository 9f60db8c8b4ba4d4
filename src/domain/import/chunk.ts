/**
 * What the lines of a chunk see and change: the store as it was read, with what earlier lines have decided laid over it. At the end it says the
 * operations, and what must still hold for them.
 */
import { isObject, type JsonObject } from '../../kernel/json.js';
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import type { EntityKey, Link, Reader, StoredEntity } from '../../storage/store.js';
import { type Claim, putClaim } from '../directory/claims.js';

interface Slot {
  readonly key: EntityKey;
  readonly stored: StoredEntity | undefined;
  /** As it stands after the lines so far; undefined: there is none. */
  type: string | undefined;
  text: string | undefined;
  json: JsonObject | undefined;
  /** Something was decided on it. */
  relied: boolean;
  /** A line has put it. */
  put: boolean;
  /** It is not what the store holds. */
  changed: boolean;
}

interface ClaimSlot {
  readonly key: EntityKey;
  readonly stored: StoredEntity | undefined;
  readonly before: string | undefined;
  holder: string | undefined;
}

export interface Chunk {
  /** Read what of these is not known yet, at once. */
  load(keys: readonly EntityKey[]): Promise<void>;
  loadClaims(claims: readonly Claim[]): Promise<void>;
  has(key: EntityKey): boolean;
  /** An entity as it stands, loaded before; undefined where there is none. What is decided on it then expects it so. */
  json(key: EntityKey): JsonObject | undefined;
  /** The same in the form of the store. */
  entity(key: EntityKey): StoredEntity | undefined;
  /** Whether the store held it before the chunk. */
  wasStored(key: EntityKey): boolean;
  put(key: EntityKey, type: string, json: JsonObject): void;
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

const nameOf = ({ set, id }: EntityKey) => `${set}\0${id}`;

export function openChunk(reader: Reader, tenant: string): Chunk {
  const slots = new Map<string, Slot>();
  const claims = new Map<string, ClaimSlot>();
  const puts = new Map<string, EntityKey[]>();
  const links: ChangeOperation[] = [];
  const linkChanges = new Map<string, (ChangeOperation & { readonly kind: 'link' | 'unlink' })[]>();
  const markers = new Map<string, ChangeOperation>();

  async function readNew<K>(
    known: ReadonlyMap<string, unknown>,
    keys: readonly EntityKey[],
    keep: (key: EntityKey, stored: StoredEntity | undefined) => K,
  ) {
    const wanted = new Map<string, EntityKey>();
    for (const key of keys) {
      const name = nameOf(key);
      if (!known.has(name)) wanted.set(name, key);
    }
    if (wanted.size === 0) return;
    const list = [...wanted.values()];
    const found = await reader.read(tenant, list);
    for (const [at, key] of list.entries()) keep(key, found[at]);
  }

  const slotOf = (key: EntityKey): Slot | undefined => slots.get(nameOf(key));

  function relied(key: EntityKey): Slot | undefined {
    const slot = slotOf(key);
    if (slot !== undefined) slot.relied = true;
    return slot;
  }

  const claimOf = (claim: Claim): ClaimSlot => {
    const name = nameOf(claim.key);
    let slot = claims.get(name);
    if (slot === undefined) {
      slot = { key: claim.key, stored: undefined, before: undefined, holder: undefined };
      claims.set(name, slot);
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
    load: (keys) =>
      readNew(slots, keys, (key, stored) => {
        const text = stored?.json;
        slots.set(nameOf(key), { key, stored, type: stored?.type, text, json: undefined, relied: false, put: false, changed: false });
      }),
    loadClaims: (wanted) =>
      readNew(
        claims,
        wanted.map(({ key }) => key),
        (key, stored) => {
          const holder = stored === undefined ? undefined : holderIn(stored);
          claims.set(nameOf(key), { key, stored, before: holder, holder });
        },
      ),
    has: (key) => slotOf(key)?.text !== undefined,
    json(key) {
      const slot = relied(key);
      if (slot?.text === undefined) return undefined;
      slot.json ??= JSON.parse(slot.text) as JsonObject;
      return slot.json;
    },
    entity(key) {
      const slot = relied(key);
      if (slot?.text === undefined) return undefined;
      return { ...slot.key, type: slot.type ?? '', version: slot.stored?.version ?? 0, json: slot.text };
    },
    wasStored: (key) => slotOf(key)?.stored !== undefined,
    put(key, type, json) {
      const name = nameOf(key);
      let slot = slots.get(name);
      // An id made for this line: nobody else can have it.
      if (slot === undefined) {
        slot = { key, stored: undefined, type: undefined, text: undefined, json: undefined, relied: true, put: false, changed: false };
        slots.set(name, slot);
      }
      if (!slot.put) {
        slot.put = true;
        const list = puts.get(key.set);
        if (list === undefined) puts.set(key.set, [key]);
        else list.push(key);
      }
      const text = JSON.stringify(json);
      slot.changed = text !== slot.stored?.json || type !== slot.stored.type;
      slot.relied = true;
      slot.type = type;
      slot.text = text;
      slot.json = json;
    },
    holder: (claim) => claims.get(nameOf(claim.key))?.holder,
    claim(claim, holder) {
      claimOf(claim).holder = holder;
    },
    release(claim) {
      const slot = claims.get(nameOf(claim.key));
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
      if (operation.kind === 'put') markers.set(nameOf(operation.key), operation);
    },
    expectations() {
      const expect: Expectation[] = [];
      for (const { key, stored, relied: counts } of slots.values())
        if (counts) expect.push({ kind: 'version', key, version: stored?.version ?? 0 });
      for (const { key, stored, before, holder } of claims.values())
        if (holder !== before) expect.push({ kind: 'version', key, version: stored?.version ?? 0 });
      return expect;
    },
    operations() {
      const operations: ChangeOperation[] = [];
      for (const { key, type, text, changed } of slots.values())
        if (changed && type !== undefined && text !== undefined) operations.push({ kind: 'put', key, type, json: text });
      for (const { key, before, holder } of claims.values()) {
        if (holder === before) continue;
        operations.push(holder === undefined ? { kind: 'delete', key, recorded: false } : putClaim(key, holder));
      }
      return [...operations, ...links, ...markers.values()];
    },
  };
}

function holderIn(stored: StoredEntity): string | undefined {
  const claim: unknown = JSON.parse(stored.json);
  return isObject(claim) && typeof claim.holder === 'string' ? claim.holder : undefined;
}
