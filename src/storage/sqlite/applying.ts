/** How a change set becomes rows: expectations first, then the operations with their change records. Runs inside a savepoint of the writer. */
import { type ChangeOperation, type ChangeSet, type Expectation, VersionConflict } from '../change-set.js';
import type { EntityKey, Link } from '../store.js';
import { type Bulk, createBulk } from './bulk.js';
import { addRow, type CommitRows, createCommitRows, findRow, type Row } from './commit-rows.js';
import type { SqliteDatabase } from './connection.js';
import { type EntityCache, nameOf } from './entity-cache.js';
import type { Frames } from './frames.js';
import { keyGroups, MANY } from './key-groups.js';
import type { Names } from './names.js';
import { createRunWriter } from './runs.js';
import { CHANGE_KINDS, FIRST_ELSEWHERE, FIRST_HERE, FIRST_TEXT, FIRST_UNSEEN, RECORDED, SET_ROWS, UNRECORDED } from './schema.js';

export interface Applier {
  /**
   * Write `changes` for the tenant of this number as commit `sequence`.
   * @returns how many change records were written; 0: nothing changed and the sequence number stays free
   * @throws VersionConflict where an expectation does not hold; a large commit may have written something, which is for the caller to undo
   */
  apply(tenant: number, changes: ChangeSet, sequence: number): number;
}

interface StoredRow {
  readonly key: number;
  readonly type: number;
  readonly version: number;
  readonly recorded: number;
}

interface Commit {
  readonly tenantId: string;
  readonly tenant: number;
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly rows: CommitRows;
  ordinal: number;
  /** Of a commit with many operations. */
  bulk: Bulk | undefined;
}

const kindNumber = (kind: (typeof CHANGE_KINDS)[number]) => CHANGE_KINDS.indexOf(kind);
const PUT = kindNumber('put');
const DELETE = kindNumber('delete');

export function createApplier(database: SqliteDatabase, names: Names, frames: Frames, cache: EntityCache): Applier {
  const selectRow = database.prepare(
    'SELECT key, type, version, recorded FROM entities WHERE tenant = ? AND entity_set = ? AND parent = ? AND id = ?',
  );
  const selectRows = database.prepare(
    'SELECT id, key, type, version, recorded FROM entities WHERE tenant = ? AND entity_set = ? AND parent = ? AND id IN (SELECT value FROM json_each(?))',
  );
  const nextKey = (first: string) =>
    `1 + (SELECT coalesce(max(key), ${first}) FROM entities WHERE key BETWEEN ${first} AND ${first} + ${SET_ROWS - 1})`;
  const selectNextKey = database.prepare(`SELECT ${nextKey('?1')} AS key`);
  const insertEntity = database.prepare(
    `INSERT INTO entities (key, tenant, entity_set, parent, id, type, version, recorded, json)
     VALUES (${nextKey('?9')}, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
  );
  const updateEntity = database.prepare('UPDATE entities SET type = ?, version = ?, recorded = ?, json = ? WHERE key = ?');
  const deleteEntity = database.prepare('DELETE FROM entities WHERE key = ?');
  const selectLink = database.prepare('SELECT to_set FROM links WHERE tenant = ? AND kind = ? AND from_id = ? AND to_id = ?');
  const insertLink = database.prepare(
    'INSERT INTO links (tenant, kind, from_id, to_id, to_set) VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant, kind, from_id, to_id) DO NOTHING',
  );
  const deleteLink = database.prepare('DELETE FROM links WHERE tenant = ? AND kind = ? AND from_id = ? AND to_id = ?');
  const columns = 'tenant, sequence, ordinal, kind, at, actor, entity_set, parent, id, type, after, first_text, before';
  const recordNew = database.prepare(`INSERT INTO changes (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`);
  // The text before goes from table to table, without a way through the program.
  const recordOver = database.prepare(
    `INSERT INTO changes (${columns}) SELECT ?, ?, ?, ?, ?, ?, entity_set, parent, id, ?, ?, ?, json FROM entities WHERE key = ?`,
  );
  const recordLink = database.prepare(
    'INSERT INTO changes (tenant, sequence, ordinal, kind, at, actor, link_kind, from_id, to_id, to_set) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const runs = createRunWriter(database);

  function rowOf(commit: Commit, key: EntityKey): Row {
    const known = findRow(commit.rows, key);
    if (known !== undefined) return known;
    const row = addRow(commit.rows, key);
    row.name = nameOf(commit.tenantId, key);
    const cached = cache.get(row.name);
    if (cached !== undefined) {
      row.key = cached.row;
      row.type = cached.type;
      row.recorded = cached.recorded;
      row.versionBefore = cached.entity.version;
      return row;
    }
    const stored = storedRow(commit.tenant, key);
    if (stored !== undefined) fill(row, stored);
    return row;
  }

  function storedRow(tenant: number, key: EntityKey): StoredRow | undefined {
    const set = names.find(key.set);
    return set === undefined ? undefined : (selectRow.get(tenant, set, key.parent, key.id) as StoredRow | undefined);
  }

  /**
   * The rows of a large commit, before it asks for each. Entities that are expected not to exist and put are not looked for: inserting them
   * will tell.
   */
  function survey(commit: Commit, { expect, operations }: ChangeSet): void {
    const { rows } = commit;
    const puts = new Set<Row>();
    const wanted: EntityKey[] = [];
    for (const operation of operations) {
      if (operation.kind === 'link' || operation.kind === 'unlink' || findRow(rows, operation.key) !== undefined) continue;
      const row = addRow(rows, operation.key);
      if (operation.kind === 'put') puts.add(row);
      else wanted.push(operation.key);
    }
    for (const expectation of expect) {
      if (expectation.kind === 'link') continue;
      const row = findRow(rows, expectation.key) ?? addRow(rows, expectation.key);
      if (expectation.version === 0 && puts.has(row)) row.unproven = expectation;
      else {
        row.unproven = undefined;
        puts.delete(row);
        wanted.push(expectation.key);
      }
    }
    for (const row of puts) if (row.unproven === undefined) wanted.push(row.entity);
    for (const { set, parent, ids } of keyGroups(wanted)) {
      const setKey = names.find(set);
      if (setKey === undefined) continue;
      for (const stored of selectRows.all(commit.tenant, setKey, parent, JSON.stringify(ids)) as (StoredRow & { readonly id: string })[]) {
        const row = findRow(rows, { set, parent, id: stored.id });
        if (row !== undefined) fill(row, stored);
      }
    }
  }

  function beginBulk(commit: Commit): Bulk {
    return createBulk(runs, names, frames, {
      place() {
        const { tenant, sequence, ordinal, at, actor } = commit;
        return ordinal === 0 ? { tenant, sequence, ordinal, at, actor } : { tenant, sequence, ordinal, at: null, actor: null };
      },
      written(records) {
        commit.ordinal += records;
      },
      nextKey: (set) => (selectNextKey.get(set * SET_ROWS) as { readonly key: number }).key,
      existed(row) {
        const stored = storedRow(commit.tenant, row.entity);
        return stored !== undefined && stored.key !== row.key;
      },
    });
  }

  function findLink(tenant: number, link: Link): { to_set: number } | undefined {
    const kind = names.find(link.kind);
    return kind === undefined ? undefined : (selectLink.get(tenant, kind, link.from, link.to) as { to_set: number } | undefined);
  }

  function check(commit: Commit, expectation: Expectation): void {
    let holds: boolean;
    if (expectation.kind === 'version') {
      const row = rowOf(commit, expectation.key);
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
    const endsFirst = row.key !== undefined && row.recorded === FIRST_TEXT;
    if (endsFirst || (row.key !== undefined && recorded && row.recorded === RECORDED)) {
      const first = endsFirst ? (recorded ? FIRST_HERE : FIRST_UNSEEN) : null;
      recordOver.run(tenant, sequence, ordinal, kind, at, actor, type, after, first, row.key as number);
    } else {
      const isFirst = row.key === undefined && after !== null;
      const text = isFirst ? null : after;
      const set = names.intern(key.set);
      recordNew.run(tenant, sequence, ordinal, kind, at, actor, set, key.parent, key.id, type, text, isFirst ? FIRST_ELSEWHERE : null);
    }
    commit.ordinal += 1;
  }

  function put(commit: Commit, operation: ChangeOperation & { kind: 'put' }): void {
    const { key, type, recorded = true } = operation;
    const row = rowOf(commit, key);
    if (commit.bulk !== undefined) {
      if (row.key === undefined && row.versionBefore === 0) {
        commit.bulk.put(row, operation);
        return;
      }
      commit.bulk.flush();
    }
    const { json } = operation;
    const typeKey = names.intern(type);
    const version = row.versionBefore + 1;
    record(commit, PUT, key, row, typeKey, recorded, recorded ? json : null);
    if (row.key === undefined) {
      const set = names.intern(key.set);
      row.recorded = recorded ? FIRST_TEXT : UNRECORDED;
      const inserted = insertEntity.run(commit.tenant, set, key.parent, key.id, typeKey, version, row.recorded, json, set * SET_ROWS);
      row.key = Number(inserted.lastInsertRowid);
    } else {
      row.recorded = recorded ? RECORDED : UNRECORDED;
      updateEntity.run(typeKey, version, row.recorded, json, row.key);
    }
    row.type = typeKey;
    const entity = { set: key.set, parent: key.parent, id: key.id, type, version, json };
    cache.set(row.name || nameOf(commit.tenantId, key), { row: row.key, type: typeKey, recorded: row.recorded, entity });
  }

  function remove(commit: Commit, { key, recorded = true }: ChangeOperation & { kind: 'delete' }): void {
    const row = rowOf(commit, key);
    if (row.key === undefined) return;
    commit.bulk?.flush();
    record(commit, DELETE, key, row, row.type, recorded, null);
    deleteEntity.run(row.key);
    cache.drop(row.name || nameOf(commit.tenantId, key));
    row.key = undefined;
  }

  function changeLink(commit: Commit, kind: 'link' | 'unlink', link: Link): void {
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

  function carryOut(commit: Commit, operation: ChangeOperation): void {
    const { bulk } = commit;
    switch (operation.kind) {
      case 'put':
        put(commit, operation);
        return;
      case 'delete':
        remove(commit, operation);
        return;
      case 'link':
        if (bulk !== undefined) bulk.link(operation.link);
        else changeLink(commit, 'link', operation.link);
        return;
      case 'unlink':
        bulk?.flush();
        changeLink(commit, 'unlink', operation.link);
    }
  }

  return {
    apply(tenant, changes, sequence) {
      const actor = JSON.stringify(changes.actor);
      const rows = createCommitRows();
      const commit: Commit = { tenantId: changes.tenant, tenant, sequence, at: changes.at, actor, rows, ordinal: 0, bulk: undefined };
      if (changes.expect.length + changes.operations.length >= MANY) {
        survey(commit, changes);
        commit.bulk = beginBulk(commit);
      }
      try {
        for (const expectation of changes.expect) check(commit, expectation);
        for (const operation of changes.operations) carryOut(commit, operation);
        commit.bulk?.flush();
      } catch (error) {
        // Found out late, after something was written.
        if (commit.bulk !== undefined && error instanceof VersionConflict) {
          names.forget();
          frames.forget();
          cache.clear();
        }
        throw error;
      }
      return commit.ordinal;
    },
  };
}

function fill(row: Row, { key, type, version, recorded }: StoredRow): void {
  row.key = key;
  row.type = type;
  row.recorded = recorded;
  row.versionBefore = version;
}
