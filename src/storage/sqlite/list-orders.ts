/**
 * The order of a long list, kept from one page to the next: without it each page would read the whole set again. What is kept is the numbers of
 * the rows, for one state of the database; the first commit after it makes it worthless.
 */
import type { OrderBy } from '../../query/expression.js';
import { openOrder, type TypeContext } from '../selection.js';
import { isStorable } from '../storable.js';
import type { ListQuery, StoredEntity } from '../store.js';
import type { SqliteDatabase } from './connection.js';
import { TENANT } from './reading.js';

export type Columns = readonly [parent: string, id: string, type: number, version: number, json: string];

export interface OrderedPage {
  /** The rows of the page, and one more where there are more. */
  readonly rows: readonly Columns[];
  readonly total: number;
}

export interface ListOrders {
  /** @returns undefined where the list is of another kind, or too long to keep; the steps give undefined for the latter */
  pageOf(tenant: string, set: number, query: ListQuery): Generator<void, OrderedPage | undefined, void> | undefined;
}

/** Rows of a list whose order is kept; of longer ones each page is selected on its own. */
const MOST_ROWS = 200_000;
/** Rows of all kept orders of a connection together, 8 bytes each. */
const MOST_KEPT = 500_000;
const ROWS_PER_STEP = 64;

interface Kept {
  /** Of the database, as this connection sees it. */
  readonly version: number;
  /** Their numbers take up to 53 bits. */
  readonly rows: Float64Array;
}

/** @param database whose reads all stand in transactions; nothing is written over it */
export function createListOrders(
  database: SqliteDatabase,
  types: TypeContext,
  toEntity: (row: Columns, set: string) => StoredEntity,
): ListOrders {
  const kept = new Map<string, Kept>();
  const dataVersion = database.prepare('PRAGMA data_version');
  const where = `FROM entities WHERE tenant = ${TENANT} AND entity_set = ?2 AND parent = ?3`;
  const countRows = database.prepare(`SELECT count(*) AS count FROM (SELECT 1 ${where} LIMIT ${MOST_ROWS + 1})`);
  const selectAll = arrays(`SELECT parent, id, type, version, json, key ${where} ORDER BY parent, id`);
  const selectPage = arrays(
    `SELECT entity.parent, entity.id, entity.type, entity.version, entity.json FROM json_each(?1) AS wanted
     CROSS JOIN entities AS entity WHERE entity.key = wanted.value ORDER BY wanted.key`,
  );

  /** Rows as arrays, also of a driver that gives objects: their columns stand in the order of the query. */
  function arrays(sql: string) {
    const statement = database.prepare(sql);
    statement.setReturnArrays?.(true);
    return (...values: (string | number)[]) => rowsOf(statement.iterate(...values));
  }

  function* orderOf(tenant: string, set: number, parent: string, query: ListQuery): Generator<void, Float64Array | undefined, void> {
    const { count } = countRows.get(tenant, set, parent) as { readonly count: number };
    if (count > MOST_ROWS) return undefined;
    const order = openOrder(query, types);
    const rows: number[] = [];
    for (const row of selectAll(tenant, set, parent)) {
      order.offer(toEntity(row as unknown as Columns, query.set));
      if (rows.push(row[5] as number) % ROWS_PER_STEP === 0) yield;
    }
    return Float64Array.from(order.places(), (place) => rows[place] as number);
  }

  function keep(name: string, order: Kept): void {
    kept.delete(name);
    kept.set(name, order);
    let all = [...kept.values()].reduce((sum, { rows }) => sum + rows.length, 0);
    for (const [other, { version, rows }] of kept) {
      if (other === name || (version === order.version && all <= MOST_KEPT)) continue;
      kept.delete(other);
      all -= rows.length;
    }
  }

  function* page(
    tenant: string,
    set: number,
    parent: string,
    name: string,
    query: ListQuery,
  ): Generator<void, OrderedPage | undefined, void> {
    const { data_version: version } = dataVersion.get() as { readonly data_version: number };
    const known = kept.get(name);
    const rows = known?.version === version ? known.rows : yield* orderOf(tenant, set, parent, query);
    if (rows === undefined) return undefined;
    keep(name, { version, rows });
    const end = query.limit === undefined ? rows.length : query.skip + query.limit + 1;
    return { rows: [...selectPage(JSON.stringify([...rows.subarray(query.skip, end)]))] as unknown as Columns[], total: rows.length };
  }

  return {
    pageOf(tenant, set, query) {
      const order = orderName(query.orderBy);
      const { parent } = query;
      if (order === undefined || typeof parent !== 'string' || !isStorable(parent) || query.limit === undefined) return undefined;
      return page(tenant, set, parent, JSON.stringify([tenant, set, parent, order]), query);
    },
  };
}

function* rowsOf(rows: Iterable<unknown>): Generator<readonly (string | number)[], void, void> {
  for (const row of rows) yield Array.isArray(row) ? row : (Object.values(row as object) as (string | number)[]);
}

/** Two lists of one name are in one order; undefined where it is by more than members of the entities themselves. */
function orderName(orderBy: readonly OrderBy[]): string | undefined {
  const names: string[] = [];
  for (const { expression, descending } of orderBy) {
    if (expression.kind !== 'member' || expression.cast !== undefined || expression.collection || expression.navigation) return undefined;
    if (expression.source.kind !== 'variable' || expression.source.name !== '$it') return undefined;
    const { type } = expression;
    names.push(`${descending ? '-' : '+'}${expression.name}:${type.kind}:${type.name}`);
  }
  return names.join(',');
}
