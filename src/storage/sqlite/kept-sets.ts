/** Whole sets out of the cache, brought level with what a connection sees; inside a read transaction of that connection. */
import { compareCodePoints } from '../../query/compare.js';
import { withPlace } from '../../query/kept-place.js';
import type { StoredEntity } from '../store.js';
import type { SqliteDatabase } from './connection.js';
import type { Frames } from './frames.js';
import type { Names } from './names.js';
import { type CachedSet, cachedName, MOST_ROWS, MOST_SIZE, type SetCache } from './set-cache.js';
import { inheritOrders } from './sorted-rows.js';

export interface KeptSets {
  /** All rows of a set by parent and id, in steps; undefined where there are too many of them, or the cache is ahead of the transaction. */
  rows(tenant: string, set: string): Generator<void, readonly StoredEntity[] | undefined, void>;
}

interface TenantRow {
  readonly key: number;
  readonly sequence: number;
}

interface EntityRow {
  readonly parent: string;
  readonly id: string;
  readonly type: number;
  readonly version: number;
  readonly json: string;
}

type Key = Pick<StoredEntity, 'parent' | 'id'>;

/** Changes that are made up for one by one; after more the set is read anew. */
const MOST_CHANGES = 500;
/** Commits after which a set that was too large is looked at again. */
const LATER = 5000;
const ROWS_PER_STEP = 64;

export function createKeptSets(database: SqliteDatabase, names: Names, frames: Frames, cache: SetCache): KeptSets {
  const selectTenant = database.prepare('SELECT key, sequence FROM tenants WHERE id = ?');
  const selectCount = database.prepare(
    `SELECT count(*) AS rows FROM (SELECT 1 FROM entities WHERE tenant = ? AND entity_set = ? LIMIT ${MOST_ROWS + 1})`,
  );
  const columns = 'SELECT parent, id, type, version, json FROM entities WHERE tenant = ? AND entity_set = ?';
  const selectRows = database.prepare(`${columns} ORDER BY parent, id`);
  const selectRow = database.prepare(`${columns} AND parent = ? AND id = ?`);
  // What was changed in other sets counts, too, so that a long history is not looked through.
  const selectChanged = database.prepare(`
    SELECT entity_set, parent, id FROM changes WHERE tenant = ? AND sequence > ? AND sequence <= ? LIMIT ${MOST_CHANGES + 1}`);

  const toEntity = ({ parent, id, type, version, json }: EntityRow, set: string): StoredEntity =>
    withPlace<StoredEntity>({ set, parent, id, type: names.text(type), version, json: frames.whole(json) });

  function* read(tenant: TenantRow, set: string, number: number): Generator<void, CachedSet, void> {
    const { sequence } = tenant;
    const large = { sequence, rows: undefined, size: 0 };
    if ((selectCount.get(tenant.key, number) as { readonly rows: number }).rows > MOST_ROWS) return large;
    const rows: StoredEntity[] = [];
    let size = 0;
    for (const row of selectRows.iterate(tenant.key, number)) {
      const entity = toEntity(row as EntityRow, set);
      size += entity.json.length;
      if (size > MOST_SIZE) return large;
      if (rows.push(entity) % ROWS_PER_STEP === 0) yield;
    }
    return { sequence, rows, size };
  }

  /** The set with what was changed since; undefined where that is too much. */
  function level(cached: CachedSet, rows: readonly StoredEntity[], tenant: TenantRow, set: string, number: number): CachedSet | undefined {
    const changed = selectChanged.all(tenant.key, cached.sequence, tenant.sequence) as (Key & { readonly entity_set: number | null })[];
    if (changed.length > MOST_CHANGES) return undefined;
    const keys = distinct(changed.filter(({ entity_set }) => entity_set === number));
    const now = keys.map(({ parent, id }) => selectRow.get(tenant.key, number, parent, id) as EntityRow | undefined);
    const merged = mergedRows(
      rows,
      keys,
      now.map((row) => row && toEntity(row, set)),
    );
    let { size } = cached;
    if (merged !== rows) inheritOrders(rows, merged);
    if (merged !== rows) size = merged.reduce((sum, { json }) => sum + json.length, 0);
    return merged.length > MOST_ROWS || size > MOST_SIZE ? undefined : { sequence: tenant.sequence, rows: merged, size };
  }

  return {
    *rows(tenantId, set) {
      const tenant = selectTenant.get(tenantId) as TenantRow | undefined;
      const number = names.find(set);
      if (tenant === undefined || number === undefined) return [];
      const name = cachedName(tenant.key, number);
      const cached = cache.get(name);
      if (cached?.sequence === tenant.sequence) return cached.rows;
      if (cached !== undefined && cached.sequence > tenant.sequence) return undefined;
      if (cached !== undefined && cached.rows === undefined && tenant.sequence < cached.sequence + LATER) return undefined;
      const levelled = cached?.rows === undefined ? undefined : level(cached, cached.rows, tenant, set, number);
      const found = levelled ?? (yield* read(tenant, set, number));
      cache.keep(name, found);
      return found.rows;
    },
  };
}

export function compareKeys(a: Key, b: Key): number {
  return compareCodePoints(a.parent, b.parent) || compareCodePoints(a.id, b.id);
}

function distinct(keys: readonly Key[]): readonly Key[] {
  const sorted = [...keys].sort(compareKeys);
  return sorted.filter((key, at) => at === 0 || compareKeys(sorted[at - 1] as Key, key) !== 0);
}

/** @param now what stands at each of the keys, which come in order */
function mergedRows(
  rows: readonly StoredEntity[],
  keys: readonly Key[],
  now: readonly (StoredEntity | undefined)[],
): readonly StoredEntity[] {
  if (keys.length === 0) return rows;
  const merged: StoredEntity[] = [];
  let at = 0;
  keys.forEach((key, index) => {
    for (; at < rows.length && compareKeys(rows[at] as StoredEntity, key) < 0; at += 1) merged.push(rows[at] as StoredEntity);
    if (at < rows.length && compareKeys(rows[at] as StoredEntity, key) === 0) at += 1;
    const entity = now[index];
    if (entity !== undefined) merged.push(entity);
  });
  for (; at < rows.length; at += 1) merged.push(rows[at] as StoredEntity);
  return merged;
}

/** Of a set for each parent that is wanted. */
const MANY_ROWS = 16;

/** Rows of the parents, in order: all of them where none are named. */
export function rowsBelow(rows: readonly StoredEntity[], parents: readonly string[] | undefined): readonly StoredEntity[] {
  if (parents === undefined) return rows;
  const distinctParents = new Set(parents);
  // Where most rows may be wanted, each is asked: finding parents one by one means to sort them first.
  if (rows.length < distinctParents.size * MANY_ROWS) return rows.filter(({ parent }) => distinctParents.has(parent));
  const wanted = [...distinctParents].sort(compareCodePoints);
  const [first] = rows;
  const last = rows.at(-1);
  if (wanted.length === 1 && first?.parent === wanted[0] && last?.parent === wanted[0]) return rows;
  const found: StoredEntity[] = [];
  for (const parent of wanted) {
    for (let at = firstOf(rows, parent); at < rows.length && rows[at]?.parent === parent; at += 1) found.push(rows[at] as StoredEntity);
  }
  return found;
}

/** Index of the first row that is not before a parent's. */
function firstOf(rows: readonly StoredEntity[], parent: string): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareCodePoints(rows[middle]?.parent ?? '', parent) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
