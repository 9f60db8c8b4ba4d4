/** Kept rows in the orders that were asked for: sorting them costs more than the rest of a list. */
import { someIn } from '../../query/mentions.js';
import { printOrderBy } from '../../query/print.js';
import { insertionsInto, openOrder, type TypeContext } from '../selection.js';
import type { ListQuery, StoredEntity } from '../store.js';

/** Orders kept of a state of a set. */
const MOST_ORDERS = 4;

/** Rows that are put where they belong one by one; of more of them all are sorted. */
const MOST_INSERTED = 64;

type Rows = readonly StoredEntity[];
type Orders = Map<string, Rows>;

const orders = new WeakMap<Rows, Orders>();
/** Those of an earlier state. */
const inherited = new WeakMap<Rows, Orders>();

/** Tells that `rows`, in key order, are a later state of `before`: most of them are the same entities. */
export function inheritOrders(before: Rows, rows: Rows): void {
  const known = orders.get(before) ?? inherited.get(before);
  if (known !== undefined) inherited.set(rows, known);
}

/**
 * The rows by `query.orderBy`, those that are equal in the order they came in.
 * @param rows never changed
 * @returns undefined where there is no order, or one that is another with each request
 */
export function sortedRows(rows: readonly StoredEntity[], query: ListQuery, types: TypeContext): readonly StoredEntity[] | undefined {
  const { orderBy } = query;
  if (orderBy.length === 0 || orderBy.some(({ expression }) => someIn(expression, (part) => part.kind === 'call' && part.name === 'now')))
    return undefined;
  const known: Orders = orders.get(rows) ?? new Map();
  orders.set(rows, known);
  const name = printOrderBy(orderBy);
  const before = known.get(name);
  if (before !== undefined) return before;
  const earlier = inherited.get(rows)?.get(name);
  const sorted = (earlier && renewed(earlier, rows, query, types)) ?? sort(rows, query, types);
  if (known.size === MOST_ORDERS) known.delete(known.keys().next().value as string);
  known.set(name, sorted);
  return sorted;
}

function sort(rows: readonly StoredEntity[], query: ListQuery, types: TypeContext): readonly StoredEntity[] {
  const order = openOrder(query, types);
  for (const row of rows) order.offer(row);
  return Array.from(order.places(), (place) => rows[place] as StoredEntity);
}

/** An order of an earlier state with what has changed since; undefined where that is much. */
function renewed(earlier: Rows, rows: Rows, query: ListQuery, types: TypeContext): Rows | undefined {
  const [then, now] = [new Set(earlier), new Set(rows)];
  const added = rows.filter((row) => !then.has(row));
  return added.length > MOST_INSERTED
    ? undefined
    : insertionsInto(
        earlier.filter((row) => now.has(row)),
        added,
        query,
        types,
      );
}
