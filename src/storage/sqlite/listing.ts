/**
 * Lists. What SQL decides exactly as `query/evaluate` does (set, parent, key order, and `isof` of the entity itself) is left to it; of the
 * rest it sorts out what it can (`prefilter`), and what it lets through is evaluated row by row.
 */
import type { Expression } from '../../query/expression.js';
import { openSelection, type TypeContext } from '../selection.js';
import { isStorable } from '../storable.js';
import type { ListQuery, ListResult, StoredEntity } from '../store.js';
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './connection.js';
import type { Frames } from './frames.js';
import { createKeptSets, rowsBelow } from './kept-sets.js';
import { type Columns, createListOrders } from './list-orders.js';
import type { Names } from './names.js';
import { prefilterOf } from './prefilter.js';
import { TENANT } from './reading.js';
import type { SetCache } from './set-cache.js';
import { sortedRows } from './sorted-rows.js';

export interface Listing {
  /** Whether a list is one bounded stretch of the index, and so quick however large the set is. */
  isBounded(query: ListQuery): boolean;
  /** The list in steps of some rows, so that a long one need not hold up everything else. One at a time on a connection. */
  steps(tenant: string, query: ListQuery): Generator<void, ListResult, void>;
}

interface Row {
  readonly parent: string;
  readonly id: string;
  readonly type: number;
  readonly version: number;
  readonly json: string;
}

const ROWS_PER_STEP = 64;
const MOST_STATEMENTS = 64;
/** Nothing is read of these. */
const KEPT_PER_STEP = 256;

/** @param cache of a connection that only reads, in transactions: small sets are then kept, and the orders of larger ones */
export function createListing(database: SqliteDatabase, names: Names, frames: Frames, types: TypeContext, cache?: SetCache): Listing {
  const orders = cache === undefined ? undefined : createListOrders(database, types, (row, set) => toEntity(row, set, names, frames));
  const kept = cache === undefined ? undefined : createKeptSets(database, names, frames, cache);
  const statements = new Map<string, SqliteStatement>();
  const selectNames = database.prepare('SELECT text FROM names');

  function prepare(sql: string): SqliteStatement {
    let statement = statements.get(sql);
    if (statement === undefined) {
      // Filters come in any number of shapes.
      if (statements.size >= MOST_STATEMENTS) statements.clear();
      statement = database.prepare(sql);
      statement.setReturnArrays?.(true);
      statements.set(sql, statement);
    }
    return statement;
  }

  function typesOf(filter: Expression & { kind: 'isof' }): string {
    const found = (selectNames.all() as { text: string }[]).filter(({ text }) => filter.type !== undefined && types.isA(text, filter.type));
    return JSON.stringify(found.map(({ text }) => names.find(text)));
  }

  function* steps(tenant: string, query: ListQuery): Generator<void, ListResult, void> {
    const all = kept === undefined || isBounded(query) ? undefined : yield* kept.rows(tenant, query.set);
    return all === undefined ? yield* readSteps(tenant, query) : yield* chosenSteps(all, query, types);
  }

  function* readSteps(tenant: string, query: ListQuery): Generator<void, ListResult, void> {
    const set = names.find(query.set);
    const parents = typeof query.parent === 'string' ? [query.parent] : query.parent;
    if (set === undefined || parents?.some(isStorable) === false) return { entities: [], more: false, total: query.count ? 0 : undefined };
    const { typeTest, rest } = splitTypeTest(query.filter);

    let where = `FROM entities WHERE tenant = ${TENANT} AND entity_set = ?2`;
    const values: SqliteValue[] = [tenant, set];
    if (typeof query.parent === 'string') where += ` AND parent = ?${values.push(query.parent)}`;
    else if (parents !== undefined) {
      const texts = JSON.stringify(parents.filter(isStorable));
      where += ` AND parent IN (SELECT value FROM json_each(?${values.push(texts)}))`;
    }
    if (typeTest !== undefined) where += ` AND type IN (SELECT value FROM json_each(?${values.push(typesOf(typeTest))}))`;
    const select = `SELECT parent, id, type, version, json ${where} ORDER BY parent, id`;

    if (rest === undefined && query.orderBy.length === 0) {
      const limit = query.limit ?? Number.MAX_SAFE_INTEGER - 1;
      const rows = prepare(`${select} LIMIT ?${values.length + 1} OFFSET ?${values.length + 2}`).iterate(...values, limit + 1, query.skip);
      const entities: StoredEntity[] = [];
      for (const row of rows) {
        entities.push(toEntity(row as Row | Columns, query.set, names, frames));
        if (entities.length % ROWS_PER_STEP === 0) yield;
      }
      const more = entities.length > limit;
      if (more) entities.pop();
      const total = query.count ? Number(Object.values(prepare(`SELECT count(*) ${where}`).get(...values) as object)[0]) : undefined;
      return { entities, more, total };
    }

    const pages = rest === undefined && typeTest === undefined ? orders?.pageOf(tenant, set, query) : undefined;
    if (pages !== undefined) {
      const found = yield* pages;
      if (found !== undefined) {
        const { rows, total } = found;
        const limit = query.limit ?? rows.length;
        const entities = rows.slice(0, limit).map((row) => toEntity(row, query.set, names, frames));
        return { entities, more: rows.length > limit, total: query.count ? total : undefined };
      }
    }
    const selection = openSelection({ ...query, filter: rest }, types);
    const prefilter = prefilterOf(rest, values.length + 1);
    const narrowed =
      prefilter === undefined ? select : `SELECT parent, id, type, version, json ${where} AND ${prefilter.sql} ORDER BY parent, id`;
    let taken = 0;
    for (const row of prepare(narrowed).iterate(...values, ...(prefilter?.values ?? []))) {
      if (!selection.offer(toEntity(row as Row | Columns, query.set, names, frames))) break;
      taken += 1;
      if (taken % ROWS_PER_STEP === 0) yield;
    }
    return selection.result();
  }

  return { isBounded, steps };
}

function isBounded({ filter, orderBy, limit, skip, count }: ListQuery): boolean {
  return filter === undefined && orderBy.length === 0 && limit !== undefined && limit <= 1000 && skip <= 10_000 && !count;
}

/** The list out of all rows of its set. */
function* chosenSteps(all: readonly StoredEntity[], query: ListQuery, types: TypeContext): Generator<void, ListResult, void> {
  const parents = typeof query.parent === 'string' ? [query.parent] : query.parent;
  const rows = rowsBelow(all, parents);
  const sorted = sortedRows(rows, query, types);
  const selection = openSelection(sorted === undefined ? query : { ...query, orderBy: [] }, types);
  let taken = 0;
  for (const row of sorted ?? rows) {
    if (!selection.offer(row)) break;
    taken += 1;
    if (taken % KEPT_PER_STEP === 0) yield;
  }
  return selection.result();
}

/** Take `isof(TYPE)` of the entity itself out of the filter's conjunction. */
function splitTypeTest(filter: Expression | undefined): {
  typeTest: (Expression & { kind: 'isof' }) | undefined;
  rest: Expression | undefined;
} {
  if (filter === undefined) return { typeTest: undefined, rest: undefined };
  if (filter.kind === 'isof' && filter.type !== undefined && filter.operand.kind === 'variable' && filter.operand.name === '$it') {
    return { typeTest: filter, rest: undefined };
  }
  if (filter.kind !== 'binary' || filter.operator !== 'and') return { typeTest: undefined, rest: filter };
  const left = splitTypeTest(filter.left);
  if (left.typeTest !== undefined) {
    return { typeTest: left.typeTest, rest: left.rest === undefined ? filter.right : { ...filter, left: left.rest } };
  }
  const right = splitTypeTest(filter.right);
  if (right.typeTest === undefined) return { typeTest: undefined, rest: filter };
  return { typeTest: right.typeTest, rest: right.rest === undefined ? filter.left : { ...filter, right: right.rest } };
}

function toEntity(row: Row | Columns, set: string, names: Names, frames: Frames): StoredEntity {
  const [parent, id, type, version, json] = Array.isArray(row) ? (row as Columns) : columnsOf(row as Row);
  return { set, parent, id, type: names.text(type), version, json: frames.whole(json) };
}

function columnsOf({ parent, id, type, version, json }: Row): Columns {
  return [parent, id, type, version, json];
}
