/** How a change set becomes rows: expectations first, then the operations with their change records. Runs inside a savepoint of the writer. */
import { type ChangeOperation, type ChangeSet, type Expectation, VersionConflict } from '../change-set.js';
import type { EntityKey, Link } from '../store.js';
import type { SqliteDatabase } from './connection.js';
import { type EntityCache, nameOf } from './entity-cache.js';
import { keyGroups, MANY } from './key-groups.js';
import type { Names } from './names.js';
import { CHANGE_KINDS, SET_ROWS } from './schema.js';

export interface Applier {
  /**
   * Write `changes` for the tenant of this number as commit `sequence`.
   * @returns how many change records were written; 0: nothing changed and the sequence number stays free
   * @throws VersionConflict before anything is written
   */
  apply(tenant: number, changes: ChangeSet, sequence: number): number;
}

/** What is known of an entity during one commit. */
interface Row {
  /** In the cache. */
  readonly name: string;
  readonly entity: EntityKey;
  /** Undefined where the entity does not exist (any more). */
  key: number | undefined;
  type: number;
  recorded: boolean;
  /** Before this commit, 0 for a new entity: however often a commit puts an entity, it counts up once. */
  readonly versionBefore: number;
}

interface StoredRow {
  readonly key: number;
  readonly type: number;
  readonly version: number;
  readonly recorded: number;
}

function toRow(name: string, entity: EntityKey, stored: StoredRow | undefined): Row {
  if (stored === undefined) return { name, entity, key: undefined, type: 0, recorded: true, versionBefore: 0 };
  return { name, entity, key: stored.key, type: stored.type, recorded: stored.recorded === 1, versionBefore: stored.version };
}

function* keysOf(expect: readonly Expectation[], operations: readonly ChangeOperation[]): Generator<EntityKey, void, void> {
  for (const expectation of expect) if (expectation.kind === 'version') yield expectation.key;
  for (const operation of operations) if (operation.kind === 'put' || operation.kind === 'delete') yield operation.key;
}

interface Commit {
  readonly tenantId: string;
  readonly tenant: number;
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly rows: Map<string, Row>;
  /** Asked for last: as a rule an expectation is followed by the operation on the same entity. */
  last: Row | undefined;
  ordinal: number;
}

const kindNumber = (kind: (typeof CHANGE_KINDS)[number]) => CHANGE_KINDS.indexOf(kind);
const PUT = kindNumber('put');
const DELETE = kindNumber('delete');

export function createApplier(database: SqliteDatabase, names: Names, cache: EntityCache): Applier {
  const selectRow = database.prepare(
    'SELECT key, type, version, recorded FROM entities WHERE tenant = ? AND entity_set = ? AND parent = ? AND id = ?',
  );
  const selectRows = database.prepare(
    'SELECT id, key, type, version, recorded FROM entities WHERE tenant = ? AND entity_set = ? AND parent = ? AND id IN (SELECT value FROM json_each(?))',
  );
  const insertEntity = database.prepare(
    `INSERT INTO entities (key, tenant, entity_set, parent, id, type, version, recorded, json)
     VALUES (1 + (SELECT coalesce(max(key), ?9) FROM entities WHERE key BETWEEN ?9 AND ?9 + ${SET_ROWS - 1}), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
  );
  const updateEntity = database.prepare('UPDATE entities SET type = ?, version = ?, recorded = ?, json = ? WHERE key = ?');
  const deleteEntity = database.prepare('DELETE FROM entities WHERE key = ?');
  const selectLink = database.prepare('SELECT to_set FROM links WHERE tenant = ? AND kind = ? AND from_id = ? AND to_id = ?');
  const insertLink = database.prepare(
    'INSERT INTO links (tenant, kind, from_id, to_id, to_set) VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant, kind, from_id, to_id) DO NOTHING',
  );
  const deleteLink = database.prepare('DELETE FROM links WHERE tenant = ? AND kind = ? AND from_id = ? AND to_id = ?');
  const columns = 'tenant, sequence, ordinal, kind, at, actor, entity_set, parent, id, type, after, before';
  const recordNew = database.prepare(`INSERT INTO changes (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`);
  // The text before goes from table to table, without a way through the program.
  const recordOver = database.prepare(
    `INSERT INTO changes (${columns}) SELECT ?, ?, ?, ?, ?, ?, entity_set, parent, id, ?, ?, json FROM entities WHERE key = ?`,
  );
  const recordLink = database.prepare(
    'INSERT INTO changes (tenant, sequence, ordinal, kind, at, actor, link_kind, from_id, to_id, to_set) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );

  function findRow(commit: Commit, key: EntityKey): Row {
    const { last } = commit;
    if (last !== undefined && last.entity.id === key.id && last.entity.parent === key.parent && last.entity.set === key.set) return last;
    const name = nameOf(commit.tenantId, key);
    let row = commit.rows.get(name);
    if (row === undefined) {
      row = cachedRow(name, key) ?? storedRow(commit, name, key);
      commit.rows.set(name, row);
    }
    commit.last = row;
    return row;
  }

  function cachedRow(name: string, key: EntityKey): Row | undefined {
    const cached = cache.get(name);
    if (cached === undefined) return undefined;
    return { name, entity: key, key: cached.row, type: cached.type, recorded: cached.recorded, versionBefore: cached.entity.version };
  }

  function storedRow(commit: Commit, name: string, key: EntityKey): Row {
    const set = names.find(key.set);
    return toRow(
      name,
      key,
      set === undefined ? undefined : (selectRow.get(commit.tenant, set, key.parent, key.id) as StoredRow | undefined),
    );
  }

  /** The rows of a large commit, before it asks for each. */
  function findRows(commit: Commit, { expect, operations }: ChangeSet): void {
    if (expect.length + operations.length < MANY) return;
    const keys: EntityKey[] = [];
    for (const key of keysOf(expect, operations)) {
      const name = nameOf(commit.tenantId, key);
      if (commit.rows.has(name)) continue;
      commit.rows.set(name, toRow(name, key, undefined));
      keys.push(key);
    }
    for (const { set, parent, ids } of keyGroups(keys)) {
      const setKey = names.find(set);
      if (setKey === undefined) continue;
      for (const stored of selectRows.all(commit.tenant, setKey, parent, JSON.stringify(ids)) as (StoredRow & { readonly id: string })[]) {
        const key = { set, parent, id: stored.id };
        const name = nameOf(commit.tenantId, key);
        commit.rows.set(name, toRow(name, key, stored));
      }
    }
  }

  function findLink(tenant: number, link: Link): { to_set: number } | undefined {
    const kind = names.find(link.kind);
    return kind === undefined ? undefined : (selectLink.get(tenant, kind, link.from, link.to) as { to_set: number } | undefined);
  }

  function check(commit: Commit, expectation: Expectation): void {
    let holds: boolean;
    if (expectation.kind === 'version') {
      const row = findRow(commit, expectation.key);
      holds = row.versionBefore === expectation.version;
    } else {
      holds = (findLink(commit.tenant, expectation.link) !== undefined) === expectation.exists;
    }
    if (!holds) throw new VersionConflict(expectation);
  }

  function record(commit: Commit, kind: number, key: EntityKey, row: Row, type: number, recorded: boolean, after: string | null): void {
    const { tenant, sequence, ordinal } = commit;
    const at = ordinal === 0 ? commit.at : null;
    const actor = ordinal === 0 ? commit.actor : null;
    if (row.key !== undefined && recorded && row.recorded) {
      recordOver.run(tenant, sequence, ordinal, kind, at, actor, type, after, row.key);
    } else {
      recordNew.run(tenant, sequence, ordinal, kind, at, actor, names.intern(key.set), key.parent, key.id, type, after);
    }
    commit.ordinal += 1;
  }

  function put(commit: Commit, { key, type, json, recorded = true }: ChangeOperation & { kind: 'put' }): void {
    const row = findRow(commit, key);
    const typeKey = names.intern(type);
    const version = row.versionBefore + 1;
    record(commit, PUT, key, row, typeKey, recorded, recorded ? json : null);
    if (row.key === undefined) {
      const set = names.intern(key.set);
      const inserted = insertEntity.run(commit.tenant, set, key.parent, key.id, typeKey, version, recorded ? 1 : 0, json, set * SET_ROWS);
      row.key = Number(inserted.lastInsertRowid);
    } else {
      updateEntity.run(typeKey, version, recorded ? 1 : 0, json, row.key);
    }
    row.type = typeKey;
    row.recorded = recorded;
    const entity = { set: key.set, parent: key.parent, id: key.id, type, version, json };
    cache.set(row.name, { row: row.key, type: typeKey, recorded, entity });
  }

  function remove(commit: Commit, { key, recorded = true }: ChangeOperation & { kind: 'delete' }): void {
    const row = findRow(commit, key);
    if (row.key === undefined) return;
    record(commit, DELETE, key, row, row.type, recorded, null);
    deleteEntity.run(row.key);
    cache.drop(row.name);
    row.key = undefined;
  }

  function changeLink(commit: Commit, { kind, link }: ChangeOperation & { kind: 'link' | 'unlink' }): void {
    const found = kind === 'link' ? undefined : findLink(commit.tenant, link);
    if (kind === 'unlink' && found === undefined) return;
    const linkKind = names.intern(link.kind);
    const toSet = found?.to_set ?? names.intern(link.toSet);
    if (kind === 'unlink') deleteLink.run(commit.tenant, linkKind, link.from, link.to);
    else if (Number(insertLink.run(commit.tenant, linkKind, link.from, link.to, toSet).changes) === 0) return;
    const { tenant, sequence, ordinal } = commit;
    const at = ordinal === 0 ? commit.at : null;
    const actor = ordinal === 0 ? commit.actor : null;
    recordLink.run(tenant, sequence, ordinal, kindNumber(kind), at, actor, linkKind, link.from, link.to, toSet);
    commit.ordinal += 1;
  }

  return {
    apply(tenant, changes, sequence) {
      const actor = JSON.stringify(changes.actor);
      const commit: Commit = {
        tenantId: changes.tenant,
        tenant,
        sequence,
        at: changes.at,
        actor,
        rows: new Map(),
        last: undefined,
        ordinal: 0,
      };
      findRows(commit, changes);
      for (const expectation of changes.expect) check(commit, expectation);
      for (const operation of changes.operations) {
        if (operation.kind === 'put') put(commit, operation);
        else if (operation.kind === 'delete') remove(commit, operation);
        else changeLink(commit, operation as ChangeOperation & { kind: 'link' | 'unlink' });
      }
      return commit.ordinal;
    },
  };
}
