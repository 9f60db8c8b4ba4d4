/** All data of one tenant in memory, and how a change set is applied to it. */
import { type ChangeOperation, type ChangeSet, type Expectation, VersionConflict } from '../change-set.js';
import type { Change, EntityKey, StoredEntity, TenantRecord } from '../store.js';
import { createEntitySet, type EntitySet } from './entity-set.js';
import { createLinkSet, type LinkSet } from './link-set.js';

export interface TenantData {
  readonly record: TenantRecord;
  readonly sets: Map<string, EntitySet>;
  readonly links: LinkSet;
  /** One entry per commit: the changes of sequence number n are at n - 1. */
  readonly log: (readonly Change[])[];
  /** Entities whose text stays out of the change records. */
  readonly unrecorded: WeakSet<StoredEntity>;
}

export function createTenantData(record: TenantRecord): TenantData {
  return { record, sets: new Map(), links: createLinkSet(), log: [], unrecorded: new WeakSet() };
}

export function findEntity(data: TenantData, key: EntityKey): StoredEntity | undefined {
  return data.sets.get(key.set)?.get(key.parent, key.id);
}

/** @throws VersionConflict */
export function checkExpectations(data: TenantData, expectations: readonly Expectation[]): void {
  for (const expectation of expectations) {
    const holds =
      expectation.kind === 'version'
        ? (findEntity(data, expectation.key)?.version ?? 0) === expectation.version
        : data.links.has(expectation.link) === expectation.exists;
    if (!holds) throw new VersionConflict(expectation);
  }
}

type Facts = Pick<Change, 'kind' | 'key' | 'link' | 'type' | 'before' | 'after'>;

/** Carry out the operations and append what changed to the log. Cannot fail: everything was checked before. */
export function applyOperations(data: TenantData, changes: ChangeSet): void {
  const sequence = data.log.length + 1;
  const versionsBefore = new Map<string, number>();
  const records: Change[] = [];
  for (const operation of changes.operations) {
    const facts = applyOperation(data, operation, versionsBefore);
    if (facts !== undefined) records.push({ sequence, ordinal: records.length, at: changes.at, actor: changes.actor, ...facts });
  }
  if (records.length > 0) data.log.push(records);
}

function applyOperation(data: TenantData, operation: ChangeOperation, versionsBefore: Map<string, number>): Facts | undefined {
  switch (operation.kind) {
    case 'put':
      return put(data, operation, versionsBefore);
    case 'delete':
      return remove(data, operation, versionsBefore);
    case 'link':
      return data.links.add(operation.link) ? linkFacts('link', operation.link) : undefined;
    case 'unlink': {
      const link = data.links.remove(operation.link);
      return link === undefined ? undefined : linkFacts('unlink', link);
    }
  }
}

function put(data: TenantData, operation: ChangeOperation & { kind: 'put' }, versionsBefore: Map<string, number>): Facts {
  const { key, type, json, recorded = true } = operation;
  const old = findEntity(data, key);
  const entity: StoredEntity = {
    set: key.set,
    parent: key.parent,
    id: key.id,
    type,
    version: versionBefore(key, old, versionsBefore) + 1,
    json,
  };
  let set = data.sets.get(key.set);
  if (set === undefined) {
    set = createEntitySet();
    data.sets.set(key.set, set);
  }
  set.put(entity);
  if (!recorded) data.unrecorded.add(entity);
  return {
    kind: 'put',
    key: plainKey(key),
    link: undefined,
    type,
    before: textBefore(data, old, recorded),
    after: recorded ? json : undefined,
  };
}

function remove(data: TenantData, operation: ChangeOperation & { kind: 'delete' }, versionsBefore: Map<string, number>): Facts | undefined {
  const { key, recorded = true } = operation;
  const old = findEntity(data, key);
  if (old === undefined) return undefined;
  versionBefore(key, old, versionsBefore);
  data.sets.get(key.set)?.remove(key.parent, key.id);
  const before = textBefore(data, old, recorded);
  return { kind: 'delete', key: plainKey(key), link: undefined, type: old.type, before, after: undefined };
}

/** A commit counts an entity up once, however often it puts, or deletes and puts, it. */
function versionBefore(key: EntityKey, old: StoredEntity | undefined, versionsBefore: Map<string, number>): number {
  const name = `${key.set}\0${key.parent}\0${key.id}`;
  const known = versionsBefore.get(name);
  if (known !== undefined) return known;
  const version = old?.version ?? 0;
  versionsBefore.set(name, version);
  return version;
}

function textBefore(data: TenantData, old: StoredEntity | undefined, recorded: boolean): string | undefined {
  return old === undefined || !recorded || data.unrecorded.has(old) ? undefined : old.json;
}

function linkFacts(kind: 'link' | 'unlink', link: Change['link']): Facts {
  return { kind, key: undefined, link, type: undefined, before: undefined, after: undefined };
}

/** The key alone, whatever else the caller's object carries. */
function plainKey({ set, parent, id }: EntityKey): EntityKey {
  return { set, parent, id };
}
