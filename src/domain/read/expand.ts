/** `$expand`: related entities along with each item, page by page. */
import { graphError } from '../../kernel/errors.js';
import { isA } from '../../model/schema.js';
import type { Expanded, Item, Page } from '../../query/outcome.js';
import type { ExpandItem, QueryOptions } from '../../query/plan.js';
import type { StoredEntity } from '../../storage/store.js';
import { type DomainContext, servedSet } from '../context.js';
import { isDirectorySet } from '../directory/objects.js';
import { isFilterSet } from '../filters/payloads.js';
import { computeSet, isComputed } from './computed-sets.js';
import { toItem } from './item.js';
import { type FoundPage, type ListPlan, listPlace, pagesOf } from './list.js';
import { childParent, type Found, type Place } from './place.js';
import { followReference, toFound } from './walk-path.js';

const NO_PREFERENCES = { return: undefined, includeUnknownEnumMembers: false, includeAnnotations: undefined };

/** The directory expands so many objects at most (reference: advanced queries, $expand). */
const DIRECTORY_EXPANDED = 20;

/** Characters of JSON that one answer expands at most: nested, a few pages multiply to more than any client wants, or can be sent. */
const MOST_EXPANDED = 64 * 1024 * 1024;

/** What may still be expanded for the request, in characters. */
interface Budget {
  left: number;
}

/** @throws GraphError optionInvalid, also for more than can be expanded at a time */
export async function expandItems(all: readonly Found[], options: QueryOptions, context: DomainContext): Promise<readonly Item[]> {
  return await expandWithin(all, options, context, { left: MOST_EXPANDED });
}

function spend(found: readonly Found[], budget: Budget): void {
  for (const { stored } of found) budget.left -= stored.json.length;
  if (budget.left >= 0) return;
  const reason = `it brings more than ${MOST_EXPANDED / 1024 / 1024} MiB. Give $top, here and inside of $expand, or expand fewer levels.`;
  throw graphError('optionInvalid', { option: '$expand', reason }, '$expand');
}

async function expandWithin(
  all: readonly Found[],
  options: QueryOptions,
  context: DomainContext,
  budget: Budget,
): Promise<readonly Item[]> {
  const whole = isSelected(options);
  if (options.expand.length === 0) return plainItems(all, options, context);
  const items: Item[] = [];
  const children = new Map<ExpandItem, PageOf>();
  for (const wanted of options.expand) {
    const page = await pagesOfAll(all, wanted, context, budget);
    if (page !== undefined) children.set(wanted, page);
  }
  for (const found of all) {
    const expanded: Expanded[] = [];
    for (const wanted of options.expand) {
      const page = children.get(wanted)?.(found);
      const one = page ?? (await expandOne(found, wanted, context, budget));
      if (one !== undefined) expanded.push(one);
    }
    items.push(toItem(found, context, expanded, whole));
  }
  return items;
}

function isSelected({ select }: QueryOptions): boolean {
  return select !== undefined && select.length > 0;
}

function plainItems(all: readonly Found[], options: QueryOptions, context: DomainContext): readonly Item[] {
  const whole = isSelected(options);
  return all.map((found) => toItem(found, context, [], whole));
}

/** A property of one entity, of what was read for all. */
type PageOf = (found: Found) => Expanded | undefined;

/** Where there are more, each entity's own are read on their own, a page of them. */
const MOST_CHILDREN = 20_000;

/** What lies below every entity of a page, read at once; undefined where that cannot be, or where more is expanded below it. */
async function pagesOfAll(all: readonly Found[], wanted: ExpandItem, context: DomainContext, budget: Budget): Promise<PageOf | undefined> {
  const [first] = all;
  const { property, form, options, cast } = wanted;
  if (first === undefined || all.length === 1 || !property.contains || !property.collection || options.expand.length > 0) return undefined;
  if (property.type.kind === 'unknown') return undefined;
  const set = `${first.stored.set}/${property.name}`;
  if (all.some(({ stored }) => stored.set !== first.stored.set) || isComputed(set) || isFilterSet(set)) return undefined;
  const { type } = property;
  requireServed(set, property.name, context);
  const placeBelow = (owner: Found) =>
    ({ kind: 'set', address: { set, parent: childParent(owner.stored), type }, owner, cast: undefined }) as const;
  const inner = { ...context, skip: options.skip ?? 0 };
  const pageOf = pagesOf(placeBelow(first), expandPlan(wanted, first), inner);
  if (pageOf === undefined) return undefined;
  const parent = all.map(({ stored }) => childParent(stored));
  const query = { set, parent, filter: undefined, orderBy: [], skip: 0, limit: MOST_CHILDREN, count: false };
  const { entities, more } = await context.reader.list(context.tenant, query);
  if (more) return undefined;
  const children = new Map<string, StoredEntity[]>();
  for (const entity of entities) {
    const siblings = children.get(entity.parent);
    if (siblings === undefined) children.set(entity.parent, [entity]);
    else siblings.push(entity);
  }
  return (found) => {
    if ((cast !== undefined && !isA(found.type, cast)) || !found.type.navigation.has(property.name)) return undefined;
    const place = placeBelow(found);
    const page = pageOf(children.get(place.address.parent) ?? [], place);
    spend(page.found, budget);
    return { property, form, options, page: shownPage(page, wanted, plainItems(page.found, options, inner)) };
  };
}

/** @returns undefined where the item's own type does not have the property */
async function expandOne(found: Found, wanted: ExpandItem, context: DomainContext, budget: Budget): Promise<Expanded | undefined> {
  if (wanted.cast !== undefined && !isA(found.type, wanted.cast)) return undefined;
  const property = found.type.navigation.get(wanted.property.name);
  if (property === undefined || property.type.kind === 'unknown') return undefined;
  const { form, options } = wanted;
  if (property.collection) {
    const page = await expandCollection(found, wanted, context, budget);
    return { property, form, options, page };
  }
  const target = property.contains ? await containedOne(found, wanted, context) : await followReference(found, property, context);
  const items = target === undefined ? [] : await expandTarget(target, wanted, context, new Set([found.stored.id]), budget);
  return { property, form, options, page: { items, count: undefined, nextSkip: undefined } };
}

/** What a single-valued property leads to, and what the same property of that leads to, as often as `$levels` says; a circle ends. */
async function expandTarget(
  target: Found,
  wanted: ExpandItem,
  context: DomainContext,
  above: Set<string>,
  budget: Budget,
): Promise<readonly Item[]> {
  const { options, levels } = wanted;
  spend([target], budget);
  const items = await expandWithin([target], options, context, budget);
  const property = target.type.navigation.get(wanted.property.name);
  above.add(target.stored.id);
  if (levels === 1 || property === undefined) return items;
  const next = await followReference(target, property, context);
  if (next === undefined || above.has(next.stored.id)) return items;
  const page = {
    items: await expandTarget(next, { ...wanted, levels: levels - 1 }, context, above, budget),
    count: undefined,
    nextSkip: undefined,
  };
  return items.map((item) => ({ ...item, expanded: [...item.expanded, { property, form: wanted.form, options, page }] }));
}

async function containedOne(found: Found, wanted: ExpandItem, context: DomainContext): Promise<Found | undefined> {
  const { property } = wanted;
  if (property.type.kind === 'unknown') return undefined;
  const address = { set: `${found.stored.set}/${property.name}`, parent: childParent(found.stored), type: property.type };
  const [only] = (await computeSet(address.set, found, context)) ?? [];
  return only === undefined ? undefined : toFound(only, address, context);
}

async function expandCollection(found: Found, wanted: ExpandItem, context: DomainContext, budget: Budget): Promise<Page> {
  const { property, options, form } = wanted;
  if (property.type.kind === 'unknown') throw graphError('segmentUnknown', { segment: property.name });
  const set = `${found.stored.set}/${property.name}`;
  if (property.contains) requireServed(set, property.name, context);
  const place: Extract<Place, { kind: 'set' | 'references' }> = property.contains
    ? { kind: 'set', address: { set, parent: childParent(found.stored), type: property.type }, owner: found, cast: undefined }
    : { kind: 'references', owner: found, property, cast: undefined };
  const inner = { ...context, skip: options.skip ?? 0 };
  const page = await listPlace(place, expandPlan(wanted, found), inner);
  spend(page.found, budget);
  return shownPage(
    page,
    wanted,
    form === 'entities' ? await expandWithin(page.found, options, inner, budget) : plainItems(page.found, options, inner),
  );
}

/** @throws GraphError optionInvalid */
function requireServed(set: string, name: string, context: DomainContext): void {
  if (servedSet(context.surface, set, context.schema.version) !== undefined) return;
  throw graphError('optionInvalid', { option: '$expand', reason: `'${name}' cannot be expanded here.` });
}

function expandPlan({ options, form }: ExpandItem, { stored }: Found): ListPlan {
  const most = isDirectorySet(stored.set) ? DIRECTORY_EXPANDED : undefined;
  return { prefer: { ...NO_PREFERENCES, maxPageSize: most }, options, operation: form === 'count' ? 'count' : 'list' };
}

function shownPage({ total, nextSkip }: FoundPage, { form, options }: ExpandItem, items: readonly Item[]): Page {
  return { items, count: form === 'count' || options.count ? total : undefined, nextSkip };
}
