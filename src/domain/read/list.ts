/** A page of a collection: filtered, ordered, cut. */
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { NavigationProperty, StructuredType } from '../../model/schema.js';
import { isA } from '../../model/schema.js';
import { type EvaluationContext, matches, orderKeys } from '../../query/evaluate.js';
import type { Expression, OrderBy } from '../../query/expression.js';
import type { Plan, QueryOptions } from '../../query/plan.js';
import { readerOf } from '../../storage/selection.js';
import type { EntityKey, StoredEntity } from '../../storage/store.js';
import { AUDIT_EVENTS } from '../audit/areas.js';
import { listAuditEvents } from '../audit/audit-events.js';
import { type DomainContext, shownType } from '../context.js';
import { isDirectorySet, setOfType } from '../directory/objects.js';
import { relatedKeys } from '../directory/relations.js';
import { asksForPayloads, isFilterSet, withPayloads } from '../filters/payloads.js';
import { MANAGED_DEVICES } from '../managed-devices/records.js';
import { isVisible, visibleFilter } from '../roles/rights.js';
import { computeSet } from './computed-sets.js';
import { divideByColumns } from './device-columns.js';
import { type Found, makeFound, type Place } from './place.js';
import { loadRelated, navigationsIn } from './related.js';
import { searchTexts } from './search.js';
import { homeAddress } from './walk-path.js';

export interface FoundPage {
  readonly found: readonly Found[];
  /** Every match, when `$count` asked or only a count is wanted. */
  readonly total: number | undefined;
  readonly nextSkip: number | undefined;
}

const IT: Expression = { kind: 'variable', name: '$it' };
const DEFAULT_PAGE = 1000;

/** What of a plan decides on a page. */
export type ListPlan = Pick<Plan, 'options' | 'operation' | 'prefer'>;

export async function listPlace(
  place: Extract<Place, { kind: 'set' | 'references' }>,
  plan: ListPlan,
  context: DomainContext,
): Promise<FoundPage> {
  const { options } = plan;
  const count = options.count || plan.operation === 'count';
  const filter = andAlso(place.cast === undefined ? undefined : isOfType(place.cast), asked(memberType(place), options));
  const limit = plan.operation === 'count' ? 0 : pageSize(place, plan, context);
  if (place.kind === 'references') return await listReferences(place, plan, filter, limit, count, context);
  const { address, owner } = place;
  const computed = await computeSet(address.set, owner, context);
  if (computed !== undefined) return await cut(toFounds(computed, place, context), filter, options.orderBy, limit, count, context);
  if (address.set === AUDIT_EVENTS) {
    const page = await listAuditEvents({ filter, orderBy: options.orderBy, skip: limit === 0 ? 0 : context.skip, limit, count }, context);
    const nextSkip = page.more && limit > 0 ? context.skip + page.entities.length : undefined;
    return { found: toFounds(page.entities, place, context), total: page.total, nextSkip };
  }
  const shown = andAlso(hiddenTypes(address.type, context), visibleFilter(address.set, context));
  const orderBy = options.orderBy.length > 0 ? options.orderBy : defaultOrder(address.set, context);
  const { set, parent } = address;
  const computes = isFilterSet(set) && asksForPayloads(filter, orderBy);
  if (computes || navigationsIn(filter, orderBy).size > 0) {
    // No store looks through navigation properties, or at what is computed: what may match is read whole and decided here.
    const all = await context.reader.list(context.tenant, {
      set,
      parent,
      filter: shown,
      orderBy: [],
      skip: 0,
      limit: undefined,
      count: false,
    });
    const found = toFounds(all.entities, place, context);
    return await cut(computes ? await withPayloads(found, context) : found, filter, orderBy, limit, count, context);
  }
  const whole = andAlso(filter, shown);
  const devices =
    set === MANAGED_DEVICES && whole !== undefined ? await listDevices(place, whole, options.orderBy, limit, count, context) : undefined;
  if (devices !== undefined) return devices;
  const result = await context.reader.list(context.tenant, {
    set,
    parent,
    filter: whole,
    orderBy,
    skip: plan.operation === 'count' ? 0 : context.skip,
    limit,
    count,
  });
  const found = toFounds(result.entities, place, context);
  const nextSkip = result.more && limit > 0 ? context.skip + result.entities.length : undefined;
  return { found, total: result.total, nextSkip };
}

/**
 * The pages of several sets of one kind below different owners, of what was read of each: the same as `listPlace` makes of them.
 * @param place one of them
 * @returns undefined where other entities decide on the page
 */
export function pagesOf(
  place: Extract<Place, { kind: 'set' }>,
  plan: ListPlan,
  context: DomainContext,
): ((entities: readonly StoredEntity[], place: Extract<Place, { kind: 'set' }>) => FoundPage) | undefined {
  const { options } = plan;
  const { address } = place;
  const count = options.count || plan.operation === 'count';
  const limit = plan.operation === 'count' ? 0 : pageSize(place, plan, context);
  const shown = andAlso(hiddenTypes(address.type, context), visibleFilter(address.set, context));
  const filter = andAlso(asked(memberType(place), options), shown);
  const orderBy = options.orderBy.length > 0 ? options.orderBy : defaultOrder(address.set, context);
  if (navigationsIn(filter, orderBy).size > 0) return undefined;
  return (entities, own) => cutPlain(toFounds(entities, own, context), filter, orderBy, limit, count, context);
}

/** Devices that are read to decide what columns cannot: more of them, and the store's own way is no slower. */
const MOST_DECIDED = 5000;

/**
 * Managed devices whose filter the columns of the resident engine decide, or narrow to a few. Only what is shown is read.
 * @returns undefined where the store may as well look through all
 */
async function listDevices(
  place: Extract<Place, { kind: 'set' }>,
  filter: Expression,
  orderBy: readonly OrderBy[],
  limit: number,
  count: boolean,
  context: DomainContext,
): Promise<FoundPage | undefined> {
  const { test, rest } = divideByColumns(filter);
  if (test === undefined) return undefined;
  const level = await context.changes.latest();
  const decided = rest === undefined && orderBy.length === 0;
  const skip = limit === 0 ? 0 : context.skip;
  const { ids, total } = await (decided
    ? context.resident.devicesWhere(test, skip, limit)
    : context.resident.devicesWhere(test, 0, MOST_DECIDED));
  if (!decided && total > MOST_DECIDED) return undefined;
  const keys = ids.map((id) => ({ set: MANAGED_DEVICES, parent: '', id }));
  const read = (await context.reader.read(context.tenant, keys)).flatMap((stored) => stored ?? []);
  const found = toFounds(read, place, context);
  if (!decided) return await cut(found, filter, orderBy, limit, count, context);
  // What changed since the columns were asked is not shown as what it was.
  const changed = (await context.changes.since(level, 1)).length > 0;
  const kept = changed ? (await cut(found, filter, [], found.length, false, { ...context, skip: 0 })).found : found;
  const end = skip + ids.length;
  return { found: kept, total: count ? total : undefined, nextSkip: end < total && limit > 0 ? end : undefined };
}

/** What `$filter` and `$search` ask for of members of a type. The directory has made its own of `$search` by now. */
export function asked(type: NavigationProperty['type'], { filter, search }: QueryOptions): Expression | undefined {
  return search === undefined || type.kind === 'unknown' ? filter : andAlso(filter, searchTexts(search, type));
}

function memberType(place: Extract<Place, { kind: 'set' | 'references' }>): NavigationProperty['type'] {
  return place.cast ?? (place.kind === 'set' ? place.address.type : place.property.type);
}

/** `$top` sets the page as Graph documents it; `odata.maxpagesize` and the set's own bound cap it. */
function pageSize(place: Extract<Place, { kind: 'set' | 'references' }>, plan: ListPlan, context: DomainContext): number {
  const set = context.surface.sets.get(place.kind === 'set' ? place.address.set : place.owner.stored.set);
  const most = set?.maxPageSize ?? DEFAULT_PAGE;
  const wanted = plan.options.top ?? set?.pageSize ?? DEFAULT_PAGE;
  return Math.min(wanted, plan.prefer.maxPageSize ?? most, most);
}

function andAlso(left: Expression | undefined, right: Expression | undefined): Expression | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return { kind: 'binary', operator: 'and', left, right };
}

function isOfType(type: StructuredType): Expression {
  return { kind: 'isof', operand: IT, type, typeName: type.name };
}

/** Types that the asked API version cannot show are not there for it (v1.0 has no `payloadCompatibleAssignmentFilter`, say). */
function hiddenTypes(declared: StructuredType, context: DomainContext): Expression | undefined {
  if (context.schema === context.beta) return undefined;
  const beta = context.beta.types.get(declared.name);
  const hidden = beta?.derived.filter((type) => shownType(type.name, context.beta, context.schema) === undefined) ?? [];
  return hidden.reduce<Expression | undefined>((all, type) => andAlso(all, { kind: 'not', operand: isOfType(type) }), undefined);
}

function defaultOrder(set: string, context: DomainContext): readonly OrderBy[] {
  const served = context.surface.sets.get(set);
  const property = served?.orderBy === undefined ? undefined : context.beta.types.get(served.type)?.properties.get(served.orderBy);
  if (property === undefined) return [];
  const { name, type, collection } = property;
  return [{ expression: { kind: 'member', source: IT, name, cast: undefined, type, collection, navigation: false }, descending: false }];
}

function toFounds(entities: readonly StoredEntity[], place: Extract<Place, { kind: 'set' }>, context: DomainContext): readonly Found[] {
  const founds: Found[] = [];
  for (const stored of entities) {
    const type = shownType(stored.type, context.beta, context.schema);
    if (type !== undefined) founds.push(makeFound(stored, type, place.address));
  }
  return founds;
}

/** What a collection-valued reference leads to. Of a long one, only the page's own entities are read where nothing else decides. */
async function listReferences(
  place: Extract<Place, { kind: 'references' }>,
  plan: ListPlan,
  filter: Expression | undefined,
  limit: number,
  count: boolean,
  context: DomainContext,
): Promise<FoundPage> {
  const { owner, property, cast } = place;
  const keys = await relatedKeys(owner, property, context);
  const castSet = cast === undefined ? undefined : setOfType(cast.name);
  const whole = plan.options.filter === undefined && plan.options.search === undefined && plan.options.orderBy.length === 0;
  if (!whole || !isDirectorySet(owner.stored.set) || (cast !== undefined && castSet === undefined)) {
    return cut(await readKeys(keys, property, context), filter, plan.options.orderBy, limit, count, context);
  }
  const kept = castSet === undefined ? keys : keys.filter((key) => key.set === castSet);
  const found = await readKeys(kept.slice(context.skip, context.skip + limit), property, context);
  const end = context.skip + limit;
  return { found, total: count ? kept.length : undefined, nextSkip: end < kept.length && limit > 0 ? end : undefined };
}

/** Entities by key; those that are gone are passed over. */
async function readKeys(keys: readonly EntityKey[], property: NavigationProperty, context: DomainContext): Promise<readonly Found[]> {
  const entities = await context.reader.read(context.tenant, keys);
  return entities.flatMap((stored) => {
    const type = stored === undefined ? undefined : shownType(stored.type, context.beta, context.schema);
    return stored === undefined || type === undefined || !isVisible(stored, context)
      ? []
      : [makeFound(stored, type, homeAddress(stored, property, context))];
  });
}

/** The same in memory, for what no store can list. */
async function cut(
  all: readonly Found[],
  filter: Expression | undefined,
  orderBy: readonly OrderBy[],
  limit: number,
  count: boolean,
  context: DomainContext,
): Promise<FoundPage> {
  const names = navigationsIn(filter, orderBy);
  if (names.size === 0) return cutPlain(all, filter, orderBy, limit, count, context);
  const related = new Map<JsonObject, Readonly<Record<string, JsonValue>>>();
  for (const found of all) related.set(found.json(), await loadRelated(found, names, context));
  return cutPlain(all, filter, orderBy, limit, count, context, (entity, navigation) => related.get(entity)?.[navigation]);
}

function cutPlain(
  all: readonly Found[],
  filter: Expression | undefined,
  orderBy: readonly OrderBy[],
  limit: number,
  count: boolean,
  context: DomainContext,
  related?: NonNullable<EvaluationContext['related']>,
): FoundPage {
  const kept = filter === undefined && orderBy.length === 0 ? all : chosen(all, filter, orderBy, context, related);
  const found = kept.slice(context.skip, context.skip + limit);
  const end = context.skip + found.length;
  return { found, total: count ? kept.length : undefined, nextSkip: end < kept.length && limit > 0 ? end : undefined };
}

function chosen(
  all: readonly Found[],
  filter: Expression | undefined,
  orderBy: readonly OrderBy[],
  context: DomainContext,
  related: EvaluationContext['related'],
): readonly Found[] {
  const evaluation = ({ stored }: Found): EvaluationContext => ({
    typeName: stored.type,
    now: context.now,
    isA: (typeName, ancestor) => derives(typeName, ancestor, context),
    ...(related && { related }),
  });
  // Related entities are known by their owner's value; else no more is read of an entity than is asked about.
  const read = related === undefined ? readerOf({ filter, orderBy }) : undefined;
  const lookedAt = (found: Found) => (read === undefined ? found.json() : read(found.stored));
  const kept = filter === undefined ? all : all.filter((found) => matches(filter, lookedAt(found), evaluation(found)));
  if (orderBy.length === 0 || kept.length < 2) return kept;
  const order = orderKeys(orderBy);
  const keyed = kept.map((found) => ({ found, keys: order.keysOf(lookedAt(found), evaluation(found)) }));
  return keyed.sort((a, b) => order.compare(a.keys, b.keys)).map(({ found }) => found);
}

/** The ancestor may be a type of v1.0; what is stored is beta. */
function derives(typeName: string, ancestor: StructuredType, context: DomainContext): boolean {
  const type = context.beta.types.get(typeName);
  const wanted = context.beta.types.get(ancestor.name);
  return type !== undefined && wanted !== undefined && isA(type, wanted);
}
