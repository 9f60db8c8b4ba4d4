/** Kept rows in the orders that were asked for: sorting them costs more than the rest of a list. */
import { someIn } from '../../query/mentions.js';
import { printOrderBy } from '../../query/print.js';
import { openOrder, type TypeContext } from '../selection.js';
import type { ListQuery, StoredEntity } from '../store.js';

/** Orders kept of a state of a set. */
const MOST_ORDERS = 4;

const orders = new WeakMap<readonly StoredEntity[], Map<string, readonly StoredEntity[]>>();

/**
 * The rows by `query.orderBy`, those that are equal in the order they came in.
 * @param rows never changed
 * @returns undefined where there is no order, or one that is another with each request
 */
export function sortedRows(rows: readonly StoredEntity[], query: ListQuery, types: TypeContext): readonly StoredEntity[] | undefined {
  const { orderBy } = query;
  if (orderBy.length === 0 || orderBy.some(({ expression }) => someIn(expression, (part) => part.kind === 'call' && part.name === 'now')))
    return undefined;
  const known = orders.get(rows) ?? new Map<string, readonly StoredEntity[]>();
  orders.set(rows, known);
  const name = printOrderBy(orderBy);
  const before = known.get(name);
  if (before !== undefined) return before;
  const sorted = sort(rows, query, types);
  if (known.size === MOST_ORDERS) known.delete(known.keys().next().value as string);
  known.set(name, sorted);
  return sorted;
}

function sort(rows: readonly StoredEntity[], query: ListQuery, types: TypeContext): readonly StoredEntity[] {
  const order = openOrder(query, types);
  for (const row of rows) order.offer(row);
  return Array.from(order.places(), (place) => rows[place] as StoredEntity);
}
