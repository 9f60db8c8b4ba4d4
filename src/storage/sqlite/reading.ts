/** Reads by key, of links, of changes and of tenants, on one connection; each sees what that connection sees. Synchronous. */
import type { JsonObject } from '../../kernel/json.js';
import { isStorable } from '../storable.js';
import type { Change, EntityKey, Link, LinkQuery, StoredEntity, TenantRecord, TextEntity } from '../store.js';
import type { SqliteDatabase, SqliteStatement } from './connection.js';
import { type EntityCache, nameOf } from './entity-cache.js';
import type { Frames } from './frames.js';
import { MANY, selectByGroup } from './key-groups.js';
import type { Names } from './names.js';
import { CHANGE_KINDS, FIRST_ELSEWHERE, FIRST_UNSEEN } from './schema.js';

export interface Reading {
  read(tenant: string, keys: readonly EntityKey[]): (StoredEntity | undefined)[];
  readTexts(tenant: string, keys: readonly EntityKey[]): (TextEntity | undefined)[];
  /** 0 where there is none. */
  versions(tenant: string, keys: readonly EntityKey[]): number[];
  links(tenant: string, query: LinkQuery): Link[];
  changesSince(tenant: string, sequence: number, limit: number): Change[];
  tenants(): TenantRecord[];
}

/** The number of the tenant whose id is the first parameter. A subquery, so that no cache can outlive a tenant. */
export const TENANT = '(SELECT key FROM tenants WHERE id = ?1)';

interface EntityRow {
  readonly key: number;
  readonly type: number;
  readonly version: number;
  readonly recorded: number;
  readonly json: string;
}

type NamedRow = Pick<EntityRow, 'type' | 'version' | 'json'> & { readonly id: string };
type Columns = readonly [id: string, type: number, version: number, json: string];

function columnsOf({ id, type, version, json }: NamedRow): Columns {
  return [id, type, version, json];
}

interface LinkRow {
  readonly from_id: string;
  readonly to_id: string;
  readonly to_set: number;
}

interface ChangeRow {
  readonly sequence: number;
  readonly ordinal: number;
  readonly kind: number;
  readonly at: string | null;
  readonly actor: string | null;
  readonly entity_set: number | null;
  readonly parent: string | null;
  readonly id: string | null;
  readonly type: number | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly link_kind: number | null;
  readonly from_id: string | null;
  readonly to_id: string | null;
  readonly to_set: number | null;
}

/** A first text stands in the record that ended it, or still in the entity. */
const FIRST_TEXT = `coalesce(
  (SELECT later.before FROM changes AS later WHERE later.tenant = change.tenant AND later.entity_set = change.entity_set
    AND later.parent = change.parent AND later.id = change.id AND later.first_text > 1
    AND (later.sequence, later.ordinal) > (change.sequence, change.ordinal) ORDER BY later.sequence, later.ordinal LIMIT 1),
  (SELECT json FROM entities AS entity WHERE entity.tenant = change.tenant AND entity.entity_set = change.entity_set
    AND entity.parent = change.parent AND entity.id = change.id))`;
const CHANGE_COLUMNS = `sequence, ordinal, kind, at, actor, entity_set, parent, id, type, link_kind, from_id, to_id, to_set,
  iif(first_text = ${FIRST_UNSEEN}, NULL, before) AS before, iif(first_text = ${FIRST_ELSEWHERE}, ${FIRST_TEXT}, after) AS after`;

/** @param cache of the writer connection; others must not have one, for they see what is durable */
export function createReading(database: SqliteDatabase, names: Names, frames: Frames, cache?: EntityCache): Reading {
  const selectEntity = database.prepare(
    `SELECT key, type, version, recorded, json FROM entities WHERE tenant = ${TENANT} AND entity_set = ?2 AND parent = ?3 AND id = ?4`,
  );
  const selectEntities = database.prepare(
    `SELECT id, type, version, json FROM entities WHERE tenant = ${TENANT} AND entity_set = ?2 AND parent = ?3 AND id IN (SELECT value FROM json_each(?4))`,
  );
  selectEntities.setReturnArrays?.(true);
  // Many of these are not there: a join looks for each without sorting them all first.
  const selectTexts = database.prepare(
    `SELECT entity.id, entity.type, entity.version, entity.json FROM json_each(?4) AS wanted CROSS JOIN entities AS entity
     WHERE entity.tenant = ${TENANT} AND entity.entity_set = ?2 AND entity.parent = ?3 AND entity.id = wanted.value`,
  );
  selectTexts.setReturnArrays?.(true);
  const selectVersions = database.prepare(
    `SELECT entity.id, entity.version FROM json_each(?4) AS wanted CROSS JOIN entities AS entity
     WHERE entity.tenant = ${TENANT} AND entity.entity_set = ?2 AND entity.parent = ?3 AND entity.id = wanted.value`,
  );
  const selectLinks = `SELECT from_id, to_id, to_set FROM links WHERE tenant = ${TENANT} AND kind = ?2`;
  const linksFrom = database.prepare(`${selectLinks} AND from_id = ?3 ORDER BY to_id`);
  const linksTo = database.prepare(`${selectLinks} AND to_id = ?3 ORDER BY from_id`);
  const linkBetween = database.prepare(`${selectLinks} AND from_id = ?3 AND to_id = ?4`);
  const linksOfKind = database.prepare(`${selectLinks} ORDER BY to_id, from_id`);
  const selectChanges = database.prepare(
    `SELECT ${CHANGE_COLUMNS} FROM changes AS change WHERE tenant = ${TENANT} AND sequence > ?2 AND sequence <= ?3 ORDER BY sequence, ordinal`,
  );
  const selectTenants = database.prepare('SELECT id, name, created_at AS createdAt FROM tenants ORDER BY key');

  function readOne(tenant: string, key: EntityKey): StoredEntity | undefined {
    const name = cache === undefined ? '' : nameOf(tenant, key);
    const known = cache?.get(name);
    if (known !== undefined) return known.entity;
    const { set, parent, id } = key;
    const setKey = names.find(set);
    if (setKey === undefined || !isStorable(parent) || !isStorable(id)) return undefined;
    const row = selectEntity.get(tenant, setKey, parent, id) as EntityRow | undefined;
    if (row === undefined) return undefined;
    const entity = { set, parent, id, type: names.text(row.type), version: row.version, json: frames.whole(row.json) };
    cache?.set(name, { row: row.key, type: row.type, recorded: row.recorded, entity });
    return entity;
  }

  function readMany<T>(
    tenant: string,
    keys: readonly EntityKey[],
    select: SqliteStatement,
    entity: (key: EntityKey, type: string, version: number, stored: string) => T,
  ): (T | undefined)[] {
    return selectByGroup(keys, ({ set, parent, ids }, found) => {
      const setKey = names.find(set);
      if (setKey === undefined) return;
      for (const row of select.all(tenant, setKey, parent, JSON.stringify(ids))) {
        const [id, type, version, json] = Array.isArray(row) ? (row as unknown as Columns) : columnsOf(row as NamedRow);
        found(id, entity({ set, parent, id }, names.text(type), version, json));
      }
    });
  }

  const wholeEntity = ({ set, parent, id }: EntityKey, type: string, version: number, stored: string): StoredEntity => ({
    set,
    parent,
    id,
    type,
    version,
    json: frames.whole(stored),
  });
  const textEntity = ({ set, parent, id }: EntityKey, type: string, version: number, stored: string): TextEntity => ({
    set,
    parent,
    id,
    type,
    version,
    text: frames.framed(stored) ?? stored,
  });

  function versions(tenant: string, keys: readonly EntityKey[]): number[] {
    const versions = selectByGroup<number>(keys, ({ set, parent, ids }, found) => {
      const setKey = names.find(set);
      if (setKey === undefined) return;
      const rows = selectVersions.all(tenant, setKey, parent, JSON.stringify(ids));
      for (const { id, version } of rows as { readonly id: string; readonly version: number }[]) found(id, version);
    });
    return versions.map((version) => version ?? 0);
  }

  function findLinks(tenant: string, kind: number, { from, to }: LinkQuery): unknown[] {
    if (from !== undefined && to !== undefined) return linkBetween.all(tenant, kind, from, to);
    if (from !== undefined) return linksFrom.all(tenant, kind, from);
    if (to !== undefined) return linksTo.all(tenant, kind, to);
    return linksOfKind.all(tenant, kind);
  }

  return {
    read: (tenant, keys) =>
      keys.length < MANY ? keys.map((key) => readOne(tenant, key)) : readMany(tenant, keys, selectEntities, wholeEntity),

    readTexts: (tenant, keys) => readMany(tenant, keys, selectTexts, textEntity),

    versions,

    links(tenant, query) {
      const kind = names.find(query.kind);
      if (kind === undefined || !isStorable(query.from ?? '') || !isStorable(query.to ?? '')) return [];
      return (findLinks(tenant, kind, query) as LinkRow[]).map((row) => ({
        kind: query.kind,
        from: row.from_id,
        to: row.to_id,
        toSet: names.text(row.to_set),
      }));
    },

    changesSince(tenant, sequence, limit) {
      const changes: Change[] = [];
      let at = '';
      let actor: JsonObject = {};
      for (const row of selectChanges.all(tenant, sequence, sequence + limit) as ChangeRow[]) {
        if (row.ordinal === 0) {
          at = row.at ?? '';
          actor = JSON.parse(row.actor ?? '{}') as JsonObject;
        }
        changes.push(toChange(row, at, actor, names, frames));
      }
      return changes;
    },

    tenants: () => (selectTenants.all() as TenantRecord[]).map(({ id, name, createdAt }) => ({ id, name, createdAt })),
  };
}

function toChange(row: ChangeRow, at: string, actor: JsonObject, names: Names, frames: Frames): Change {
  const text = (key: number | null) => (key === null ? '' : names.text(key));
  const isLink = row.link_kind !== null;
  return {
    sequence: row.sequence,
    ordinal: row.ordinal,
    at,
    actor,
    kind: CHANGE_KINDS[row.kind]!,
    key: isLink ? undefined : { set: text(row.entity_set), parent: row.parent ?? '', id: row.id ?? '' },
    link: isLink ? { kind: text(row.link_kind), from: row.from_id ?? '', to: row.to_id ?? '', toSet: text(row.to_set) } : undefined,
    type: row.type === null ? undefined : names.text(row.type),
    before: row.before === null ? undefined : frames.whole(row.before),
    after: row.after === null ? undefined : frames.whole(row.after),
  };
}
