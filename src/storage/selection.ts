/**
 * What a list query picks from entities that come in key order: filter, order, skip, limit and count, with the meaning that
 * `query/evaluate` gives them. Every adapter uses it for what its database does not decide in exactly the same way.
 */
import type { JsonObject, JsonValue } from '../kernel/json.js';
import { readMember } from '../kernel/json-member.js';
import type { StructuredType } from '../model/schema.js';
import { compareCodePoints } from '../query/compare.js';
import { type EvaluationContext, matches, orderKeys } from '../query/evaluate.js';
import type { Expression } from '../query/expression.js';
import { partsOf, someIn } from '../query/mentions.js';
import type { ListQuery, ListResult, StoredEntity } from './store.js';

/** What a store must be told to evaluate filters and orders; it knows the names of types, not how they derive. */
export interface TypeContext {
  /** Whether the type of this unqualified name is `ancestor` or derives from it; false for a name that is no type. */
  isA(typeName: string, ancestor: StructuredType): boolean;
  /** What `now()` says, milliseconds since the epoch. */
  now(): number;
}

export interface Selection {
  /** Consider the next entity. False: nothing that comes later can change the result. */
  offer(entity: StoredEntity): boolean;
  result(): ListResult;
}

/** `query.set` and `query.parent` are taken as given: only entities of that set and parent are offered, ordered by (parent, id). */
export function openSelection(query: ListQuery, types: TypeContext): Selection {
  return query.orderBy.length === 0 ? unordered(query, types) : ordered(query, types);
}

/** Members that are read one by one; of more of them the whole text is parsed. */
const MOST_PICKED = 4;

/** What filter and order look at of an entity, as far as its own members go. */
export function readerOf({ filter, orderBy }: Pick<ListQuery, 'filter' | 'orderBy'>): (entity: Pick<StoredEntity, 'json'>) => JsonObject {
  const names = new Set<string>();
  let whole = false;
  const visit = (expression: Expression): boolean => {
    if (expression.kind === 'member' && isIt(expression.source)) names.add(expression.name);
    else if (partsOf(expression).some((part) => isIt(part) && expression.kind !== 'isof')) whole = true;
    return false;
  };
  for (const expression of [filter, ...orderBy.map((key) => key.expression)]) someIn(expression, visit);
  if (whole || names.size > MOST_PICKED) return parsed;
  return ({ json }) => {
    const picked: Record<string, JsonValue | undefined> = {};
    for (const name of names) picked[name] = readMember(json, name);
    return picked;
  };
}

function isIt(expression: Expression): boolean {
  return expression.kind === 'variable' && expression.name === '$it';
}

function unordered(query: ListQuery, types: TypeContext): Selection {
  const read = readerOf(query);
  const context = contextFor(types);
  const end = query.skip + (query.limit ?? Number.POSITIVE_INFINITY);
  const entities: StoredEntity[] = [];
  let matched = 0;
  return {
    offer(entity) {
      if (query.filter !== undefined && !matches(query.filter, read(entity), context(entity.type))) return true;
      matched += 1;
      if (matched > query.skip && matched <= end) entities.push(entity);
      return query.count || matched <= end;
    },
    result: () => ({ entities, more: matched > end, total: query.count ? matched : undefined }),
  };
}

interface Candidate {
  readonly entity: StoredEntity;
  readonly keys: readonly JsonValue[];
  /** Place in key order, which breaks ties. */
  readonly place: number;
}

function ordered(query: ListQuery, types: TypeContext): Selection {
  const read = readerOf(query);
  const end = query.skip + (query.limit ?? Number.POSITIVE_INFINITY);
  const context = contextFor(types);
  const order = orderKeys(query.orderBy);
  const compare = (left: Candidate, right: Candidate) => order.compare(left.keys, right.keys) || left.place - right.place;
  // Holding little more than what can be shown, and refusing at once what lies behind it, keeps a page of a large set cheap.
  const bound = 2 * end + 256;
  let candidates: Candidate[] = [];
  let last: Candidate | undefined;
  let matched = 0;
  return {
    offer(entity) {
      const item = read(entity);
      if (query.filter !== undefined && !matches(query.filter, item, context(entity.type))) return true;
      const candidate = { entity, keys: order.keysOf(item, context(entity.type)), place: matched };
      matched += 1;
      if (last !== undefined && compare(candidate, last) > 0) return true;
      candidates.push(candidate);
      if (candidates.length > bound) {
        candidates = candidates.sort(compare).slice(0, end);
        last = candidates.at(-1);
      }
      return true;
    },
    result() {
      const entities = candidates
        .sort(compare)
        .slice(query.skip, end)
        .map((candidate) => candidate.entity);
      return { entities, more: matched > end, total: query.count ? matched : undefined };
    },
  };
}

export interface Order {
  /** Consider the next entity. */
  offer(entity: StoredEntity): void;
  /** How many entities were offered before each, in the wanted order. */
  places(): Uint32Array;
}

/** The order of a whole list, of which only what is compared is kept: as `openSelection` orders it. */
export function openOrder(query: Pick<ListQuery, 'orderBy'>, types: TypeContext): Order {
  const read = readerOf({ filter: undefined, orderBy: query.orderBy });
  const context = contextFor(types);
  const order = orderKeys(query.orderBy);
  const keys: (readonly JsonValue[])[] = [];
  return {
    offer: (entity) => void keys.push(order.keysOf(read(entity), context(entity.type))),
    places: () => Uint32Array.from(keys.keys()).sort((a, b) => order.compare(keys[a] ?? [], keys[b] ?? []) || a - b),
  };
}

/**
 * Rows that are in order already, and others put where they belong among them: as `openOrder` orders all of them when they come by (parent, id).
 * Costs a few comparisons for each of the others.
 */
export function insertionsInto(
  rows: readonly StoredEntity[],
  others: readonly StoredEntity[],
  query: Pick<ListQuery, 'orderBy'>,
  types: TypeContext,
): readonly StoredEntity[] {
  const read = readerOf({ filter: undefined, orderBy: query.orderBy });
  const context = contextFor(types);
  const order = orderKeys(query.orderBy);
  const keysOf = (entity: StoredEntity) => order.keysOf(read(entity), context(entity.type));
  const all = [...rows];
  for (const other of others) {
    const keys = keysOf(other);
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = all[middle] as StoredEntity;
      if (
        (order.compare(keysOf(there), keys) || compareCodePoints(there.parent, other.parent) || compareCodePoints(there.id, other.id)) < 0
      )
        low = middle + 1;
      else high = middle;
    }
    all.splice(low, 0, other);
  }
  return all;
}

/** One context per type, for one query: `now()` is the same from first to last. */
function contextFor(types: TypeContext): (typeName: string) => EvaluationContext {
  const now = types.now();
  const contexts = new Map<string, EvaluationContext>();
  return (typeName) => {
    let context = contexts.get(typeName);
    if (context === undefined) {
      context = { typeName, now, isA: types.isA };
      contexts.set(typeName, context);
    }
    return context;
  };
}

function parsed(entity: Pick<StoredEntity, 'json'>): JsonObject {
  return JSON.parse(entity.json) as JsonObject;
}
