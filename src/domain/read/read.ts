/** Answering reads: what a place shows. */

import { graphError } from '../../kernel/errors.js';
import type { JsonObject, JsonValue } from '../../kernel/json.js';
import type { PropertyType } from '../../model/schema.js';
import { homeSetOf } from '../../model/surface.js';
import type { Outcome, SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import { directoryQuery, isDirectoryPlace } from '../directory/query.js';
import { isFilterSet, PAYLOADS, withPayloads } from '../filters/payloads.js';
import { MANAGED_DEVICES } from '../managed-devices/records.js';
import { shapedAnswer } from '../operations/shape-answer.js';
import { checkIfMatch } from '../write/change.js';
import { isComputed } from './computed-sets.js';
import { expandItems } from './expand.js';
import { toItem } from './item.js';
import { listPlace } from './list.js';
import { type Found, type Place, routeMissing } from './place.js';
import { rowFilter } from './rows.js';
import { navigationEmpty, singletonPlace } from './walk-path.js';

/** @throws GraphError navigationEmpty (404), routeMissing (400) */
export async function read(place: Place, plan: Plan, context: DomainContext): Promise<Outcome> {
  switch (place.kind) {
    case 'set':
    case 'references':
      return await readCollection(place, plan, context);
    case 'entity':
      return await readEntity(place.found, plan, context);
    case 'reference': {
      const { found, owner, property } = place;
      if (found !== undefined) return await readEntity(found, plan, context);
      throw navigationEmpty(owner, property, context);
    }
    case 'singleton':
      return await readEntity((await singletonPlace(place, plan, context)).found, plan, context);
    case 'property':
      return await readProperty(place, plan, context);
  }
}

async function readProperty(place: Extract<Place, { kind: 'property' }>, plan: Plan, context: DomainContext): Promise<Outcome> {
  const value = await shownValue(place, context);
  const { type, collection } = place.property;
  const outcome: Outcome = { kind: 'value', typeName: typeText(type, collection), value, raw: plan.operation === 'getValue' };
  if (plan.operation !== 'count') return shapedAnswer(outcome, plan, context);
  const all = Array.isArray(value) ? (value as readonly JsonObject[]) : [];
  const admits = plan.type === undefined ? undefined : rowFilter(plan, context);
  return { kind: 'count', count: admits === undefined ? all.length : all.filter(admits).length };
}

function typeText(type: PropertyType, collection: boolean): string {
  const name = type.kind === 'primitive' ? type.name : `microsoft.graph.${type.name}`;
  return collection ? `Collection(${name})` : name;
}

/** A property as the asked API version shows it. */
async function shownValue(place: Extract<Place, { kind: 'property' }>, context: DomainContext): Promise<JsonValue> {
  if (isFilterSet(place.owner.stored.set) && place.property.name === PAYLOADS) {
    const [filter] = await withPayloads([place.owner], context);
    return filter?.json()[PAYLOADS] ?? null;
  }
  return place.value ?? null;
}

async function readEntity(found: Found, plan: Plan, context: DomainContext): Promise<Outcome> {
  const address = found.address;
  if (plan.operation === 'getReference') {
    const page = { items: [toItem(found, context)], count: undefined, nextSkip: undefined };
    return { kind: 'references', address, page, single: true };
  }
  const shown = isFilterSet(found.stored.set) ? await withPayloads([found], context) : [found];
  // `If-None-Match` of a read is answered by whoever writes it.
  if (!isComputed(found.stored.set)) checkIfMatch({ ifMatch: plan.ifMatch, ifNoneMatch: undefined }, found.stored);
  const [item] = await expandItems(shown, plan.options, context);
  if (item === undefined) throw routeMissing(plan);
  const composed = isFilterSet(found.stored.set) || isComputed(found.stored.set) || item.expanded.length > 0;
  return { kind: 'entity', status: 200, address, item, composed };
}

async function readCollection(
  place: Extract<Place, { kind: 'set' | 'references' }>,
  asked: Plan,
  context: DomainContext,
): Promise<Outcome> {
  const address = place.kind === 'set' ? place.address : referenceAddress(place, context);
  const plan = isDirectoryPlace(place, context) ? directoryQuery(place, asked, context) : asked;
  const page = await listPlace(place, plan, context);
  if (plan.operation === 'count') return { kind: 'count', count: page.total ?? 0 };
  const unasked = context.wire.pageCountUnasked && address.set === MANAGED_DEVICES ? page.found.length : undefined;
  const shown = { count: plan.options.count ? page.total : unasked, nextSkip: page.nextSkip };
  if (plan.operation === 'getReference') {
    return { kind: 'references', address, single: false, page: { items: page.found.map((found) => toItem(found, context)), ...shown } };
  }
  const found = isFilterSet(address.set) && showsPayloads(plan.options) ? await withPayloads(page.found, context) : page.found;
  return { kind: 'collection', address, page: { items: await expandItems(found, plan.options, context), ...shown } };
}

/** What nobody sees is not worked out. */
function showsPayloads({ select }: Plan['options']): boolean {
  return select === undefined || select.length === 0 || select.some(({ name }) => name === PAYLOADS || name === '*');
}

/** A collection of references is shown as a part of the set its members live in. */
function referenceAddress(place: Extract<Place, { kind: 'references' }>, context: DomainContext): SetAddress {
  const { property, cast } = place;
  const type = cast ?? property.type;
  if (type.kind === 'unknown') throw graphError('segmentUnknown', { segment: property.name });
  const home = homeSetOf(context.surface, type);
  if (home === undefined) return { set: `${type.name}s`, parent: '', type };
  const declared = context.schema.types.get(context.surface.sets.get(home)?.type ?? '');
  return { set: home, parent: '', type: declared ?? type };
}
