/** Lists and links of two layers as one: what lies below, and what was laid over it. */
import type { JsonObject } from '../../kernel/json.js';
import { compareCodePoints } from '../../query/compare.js';
import { compareBy, type EvaluationContext, matches } from '../../query/evaluate.js';
import { compareKeys } from '../../storage/key-order.js';
import type { TypeContext } from '../../storage/selection.js';
import type { Link, LinkQuery, ListQuery, ListResult, StoredEntity } from '../../storage/store.js';
import type { Laid, LaidLink } from './overlay.js';

interface Row {
  readonly entity: StoredEntity;
  readonly item: JsonObject;
}

/**
 * The list, of which no more is read from below than the page asks for and the layer can shift.
 * @param laid entities of the query's set and parent that differ from what lies below
 */
export async function mergeList(
  laid: readonly Laid[],
  query: ListQuery,
  types: TypeContext,
  below: (query: ListQuery) => Promise<ListResult>,
): Promise<ListResult> {
  const { compare, select } = meaningOf(query, types);
  const gone = select(laid.flatMap(({ below: entity }) => (entity === undefined ? [] : [entity])));
  const come = select(laid.flatMap(({ now: entity }) => (entity === undefined ? [] : [entity])));

  // Nothing that comes can move a row of the list below by more than their number.
  const first = Math.max(0, query.skip - come.length);
  const size = query.limit === undefined ? undefined : query.skip - first + query.limit + 1 + gone.length;
  const found = await below({ ...query, skip: first, limit: size });
  const rows = found.entities.map(rowOf);
  const [start, last] = [rows[0], rows.at(-1)];
  const total = query.count ? (found.total ?? 0) - gone.length + come.length : undefined;
  if (first > 0 && start === undefined) return { entities: [], more: false, total };

  const taken = new Set(gone.map(({ entity }) => nameOf(entity)));
  const kept = rows.filter(({ entity }) => !taken.has(nameOf(entity)));
  const added = come.filter((row) => !found.more || last === undefined || compare(row, last) < 0);
  const merged = mergeSorted(kept, added, compare);
  // What comes before the first row read stands ahead of it here, too: from that row on every place is right, and the page begins no earlier.
  const rank = start === undefined ? 0 : first - gone.filter((row) => compare(row, start) < 0).length;
  const from = query.skip - rank;
  const end = query.limit === undefined ? merged.length : from + query.limit;
  return {
    entities: merged.slice(from, end).map(({ entity }) => entity),
    more: merged.length > end,
    total,
  };
}

interface Meaning {
  readonly compare: (left: Row, right: Row) => number;
  /** Those that match, in order. */
  readonly select: (entities: readonly StoredEntity[]) => readonly Row[];
}

function meaningOf({ filter, orderBy }: ListQuery, types: TypeContext): Meaning {
  const now = types.now();
  const contextOf = (typeName: string): EvaluationContext => ({ typeName, now, isA: types.isA });
  const byOrder = orderBy.length === 0 ? undefined : compareBy(orderBy, contextOf(''));
  const compare: Meaning['compare'] = (left, right) =>
    (byOrder === undefined ? 0 : byOrder(left.item, right.item)) || compareKeys(left.entity, right.entity);
  return {
    compare,
    select: (entities) =>
      entities
        .map(rowOf)
        // Not taken apart before it is known to be needed: the item is parsed when it is read.
        .filter((row) => filter === undefined || matches(filter, row.item, contextOf(row.entity.type)))
        .sort(compare),
  };
}

/** Items that are ordered may differ in type, so each carries its own. */
function rowOf(entity: StoredEntity): Row {
  let item: JsonObject | undefined;
  return {
    entity,
    get item() {
      item ??= { ...(JSON.parse(entity.json) as JsonObject), '@odata.type': entity.type };
      return item;
    },
  };
}

function nameOf({ parent, id }: StoredEntity): string {
  return `${parent}\0${id}`;
}

function mergeSorted(left: readonly Row[], right: readonly Row[], compare: Meaning['compare']): readonly Row[] {
  if (right.length === 0) return left;
  const merged: Row[] = [];
  let next = 0;
  for (const row of left) {
    for (let other = right[next]; other !== undefined && compare(other, row) < 0; other = right[++next]) merged.push(other);
    merged.push(row);
  }
  return merged.concat(right.slice(next));
}

/** @param laid links of the query's kind, by the name that `nameOf` gives them */
export function mergeLinks(
  below: readonly Link[],
  laid: ReadonlyMap<string, LaidLink>,
  nameOf: (link: Link) => string,
  { from, to }: LinkQuery,
): readonly Link[] {
  const mine = [...laid.values()].flatMap(({ now }) =>
    now === undefined || (from !== undefined && now.from !== from) || (to !== undefined && now.to !== to) ? [] : [now],
  );
  return [...below.filter((link) => !laid.has(nameOf(link))), ...mine].sort(
    (a, b) => compareCodePoints(a.to, b.to) || compareCodePoints(a.from, b.from),
  );
}
