/** `$expand`: related entities along with each item, page by page. */
import { graphError } from '../../kernel/errors.js';
import { isA } from '../../model/schema.js';
import type { Expanded, Item } from '../../query/outcome.js';
import type { ExpandItem, Plan, QueryOptions } from '../../query/plan.js';
import { type DomainContext, servedSet } from '../context.js';
import { isDirectorySet } from '../directory/objects.js';
import { computeSet } from './computed-sets.js';
import { toItem } from './item.js';
import { listPlace } from './list.js';
import { childParent, type Found, type Place } from './place.js';
import { followReference, toFound } from './walk-path.js';

const NO_PREFERENCES = { return: undefined, includeUnknownEnumMembers: false, includeAnnotations: undefined };

/** The directory expands so many objects at most (reference: advanced queries, $expand). */
const DIRECTORY_EXPANDED = 20;

export async function expandItems(all: readonly Found[], options: QueryOptions, context: DomainContext): Promise<readonly Item[]> {
  const whole = options.select !== undefined && options.select.length > 0;
  if (options.expand.length === 0) return all.map((found) => toItem(found, context, [], whole));
  const items: Item[] = [];
  for (const found of all) {
    const expanded: Expanded[] = [];
    for (const wanted of options.expand) {
      const one = await expandOne(found, wanted, context);
      if (one !== undefined) expanded.push(one);
    }
    items.push(toItem(found, context, expanded, whole));
  }
  return items;
}

/** @returns undefined where the item's own type does not have the property */
async function expandOne(found: Found, wanted: ExpandItem, context: DomainContext): Promise<Expanded | undefined> {
  if (wanted.cast !== undefined && !isA(found.type, wanted.cast)) return undefined;
  const property = found.type.navigation.get(wanted.property.name);
  if (property === undefined || property.type.kind === 'unknown') return undefined;
  const { form, options } = wanted;
  if (property.collection) {
    const page = await expandCollection(found, wanted, context);
    return { property, form, page };
  }
  const target = property.contains ? await containedOne(found, wanted, context) : await followReference(found, property, context);
  const items = target === undefined ? [] : await expandItems([target], options, context);
  return { property, form, page: { items, count: undefined, nextSkip: undefined } };
}

async function containedOne(found: Found, wanted: ExpandItem, context: DomainContext): Promise<Found | undefined> {
  const { property } = wanted;
  if (property.type.kind === 'unknown') return undefined;
  const address = { set: `${found.stored.set}/${property.name}`, parent: childParent(found.stored), type: property.type };
  const [only] = (await computeSet(address.set, found, context)) ?? [];
  return only === undefined ? undefined : toFound(only, address, context);
}

async function expandCollection(found: Found, wanted: ExpandItem, context: DomainContext) {
  const { property, options, form } = wanted;
  if (property.type.kind === 'unknown') throw graphError('segmentUnknown', { segment: property.name });
  const set = `${found.stored.set}/${property.name}`;
  if (property.contains && servedSet(context.surface, set, context.schema.version) === undefined) {
    throw graphError('optionInvalid', { option: '$expand', reason: `'${property.name}' cannot be expanded here.` });
  }
  const place: Extract<Place, { kind: 'set' | 'references' }> = property.contains
    ? { kind: 'set', address: { set, parent: childParent(found.stored), type: property.type }, owner: found, cast: undefined }
    : { kind: 'references', owner: found, property, cast: undefined };
  const operation: Plan['operation'] = form === 'count' ? 'count' : 'list';
  const inner = { ...context, skip: options.skip ?? 0 };
  const most = isDirectorySet(found.stored.set) ? DIRECTORY_EXPANDED : undefined;
  const page = await listPlace(place, { prefer: { ...NO_PREFERENCES, maxPageSize: most }, options, operation }, inner);
  const items = form === 'entities' ? await expandItems(page.found, options, inner) : page.found.map((one) => toItem(one, context));
  return { items, count: form === 'count' || options.count ? page.total : undefined, nextSkip: page.nextSkip };
}
