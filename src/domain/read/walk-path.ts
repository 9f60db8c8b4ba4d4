/** Follow a bound path through the data, step by step, left to right. */
import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonValue } from '../../kernel/json.js';
import type { NavigationProperty, StructuredType } from '../../model/schema.js';
import { bareTypeName, isA } from '../../model/schema.js';
import { homeSetOf } from '../../model/surface.js';
import type { SetAddress } from '../../query/outcome.js';
import type { PathStep, Plan } from '../../query/plan.js';
import type { EntityKey, StoredEntity } from '../../storage/store.js';
import { type DomainContext, notFound, servedSet, shownType } from '../context.js';
import { findByKey, signedInUser } from '../directory/find-object.js';
import { DIRECTORY_OBJECTS } from '../directory/objects.js';
import { findRelated } from '../directory/relations.js';
import { isVisible } from '../roles/rights.js';
import { computeSet, isComputed, parentKey } from './computed-sets.js';
import { toItem } from './item.js';
import { childParent, type Found, makeFound, type Place, routeMissing } from './place.js';

/**
 * @returns the place the path ends in; every entity on the way exists and has the types that the path says
 * @throws GraphError resourceNotFound, directoryNotFound, navigationEmpty (404), routeMissing, segmentUnknown (400)
 */
export async function walkPath(plan: Plan, context: DomainContext): Promise<Place> {
  let place: Place | undefined;
  for (let at = 0; at < plan.path.length; at++) {
    const next = follow(place, plan.path[at] as PathStep, plan, context, at === plan.path.length - 1);
    // Half of the steps read nothing; waiting for those would cost more than the steps themselves.
    place = next instanceof Promise ? await next : next;
  }
  if (place === undefined) throw graphError('segmentUnknown', { segment: '' });
  return place;
}

function follow(place: Place | undefined, step: PathStep, plan: Plan, context: DomainContext, last: boolean): Place | Promise<Place> {
  switch (step.kind) {
    case 'singleton':
      if (step.name === ME) return mePlace(step.type, context);
      if (!isServedBelow(step.name, context)) throw graphError('segmentUnknown', { segment: step.name });
      return { kind: 'singleton', set: step.name, type: step.type };
    case 'entitySet':
      if (servedSet(context.surface, step.name, context.schema.version) === undefined)
        throw graphError('segmentUnknown', { segment: step.name });
      return { kind: 'set', address: { set: step.name, parent: '', type: step.type }, owner: undefined, cast: undefined };
    case 'navigation':
      return navigate(place, step.property, plan, context);
    case 'derivedNavigation': {
      const declared = entityOf(place)?.type.navigation.get(step.name);
      if (declared === undefined) throw emptyOr(place, routeMissing(plan), context);
      return navigate(place, declared, plan, context);
    }
    case 'key':
      return select(place, step, plan, context);
    case 'cast':
      return cast(place, step.type, plan, context, last);
    case 'property':
      if (place?.kind === 'singleton')
        return singletonPlace(place, plan, context).then((entity) => readProperty(entity, step, plan, context));
      return readProperty(place, step, plan, context);
  }
}

const ME = 'me';

/** The signed-in user, as a member of /users. */
async function mePlace(type: StructuredType, context: DomainContext): Promise<Place> {
  if (servedSet(context.surface, ME, context.schema.version) === undefined) throw graphError('segmentUnknown', { segment: ME });
  const stored = await signedInUser(context);
  return { kind: 'entity', found: toFound(stored, { set: stored.set, parent: '', type }, context), owner: undefined, through: undefined };
}

function isServedBelow(root: string, context: DomainContext): boolean {
  for (const set of context.surface.sets.keys()) if (set === root || set.startsWith(`${root}/`)) return true;
  return false;
}

/** The one entity a place stands for. */
export function entityOf(place: Place | undefined): Found | undefined {
  return place?.kind === 'entity' || place?.kind === 'reference' ? place.found : undefined;
}

/** A path that goes on past an empty reference ends in its 404, any other in `otherwise`. */
function emptyOr(place: Place | undefined, otherwise: Error, context: DomainContext): Error {
  if (place?.kind !== 'reference' || place.found !== undefined) return otherwise;
  return navigationEmpty(place.owner, place.property, context);
}

/** The 404 of a reference that is not set, as the owner's own layer words it. */
export function navigationEmpty(owner: Found, property: NavigationProperty, context: DomainContext): Error {
  if (context.surface.sets.get(owner.stored.set)?.layer === 'directory') return graphError('directoryNotFound', { id: property.name });
  return graphError('navigationEmpty', { navigation: property.name, type: owner.type.name, id: owner.stored.id });
}

function navigate(place: Place | undefined, property: NavigationProperty, plan: Plan, context: DomainContext): Place | Promise<Place> {
  if (property.type.kind === 'unknown') throw routeMissing(plan);
  if (place?.kind === 'singleton') {
    const address = { set: `${place.set}/${property.name}`, parent: '', type: property.type };
    return contained(address, property, undefined, plan, context);
  }
  const owner = entityOf(place);
  if (owner === undefined) throw emptyOr(place, routeMissing(plan), context);
  const declared = owner.type.navigation.get(property.name);
  if (declared === undefined) throw routeMissing(plan);
  if (declared.type.kind === 'unknown') throw routeMissing(plan);
  if (declared.contains) {
    const address = { set: `${owner.stored.set}/${declared.name}`, parent: childParent(owner.stored), type: declared.type };
    return contained(address, declared, owner, plan, context);
  }
  if (declared.collection) return { kind: 'references', owner, property: declared, cast: undefined };
  return followReference(owner, declared, context).then((found) => ({ kind: 'reference', owner, property: declared, found }));
}

function contained(
  address: SetAddress,
  property: NavigationProperty,
  owner: Found | undefined,
  plan: Plan,
  context: DomainContext,
): Place | Promise<Place> {
  if (servedSet(context.surface, address.set, context.schema.version) === undefined) throw routeMissing(plan);
  if (property.collection) return { kind: 'set', address, owner, cast: undefined };
  return computeSet(address.set, owner, context).then(([only] = []) => {
    if (only === undefined) throw routeMissing(plan);
    return { kind: 'entity', found: toFound(only, address, context), owner, through: property };
  });
}

/** What a single-valued reference points at; undefined when unset, or when its target is gone. */
export async function followReference(owner: Found, property: NavigationProperty, context: DomainContext): Promise<Found | undefined> {
  const key = parentKey(owner.stored, property.name) ?? (await linkedKey(owner, property, context));
  const [stored] = key === undefined ? [] : await context.reader.read(context.tenant, [key]);
  return stored === undefined || !isVisible(stored, context) ? undefined : toFound(stored, homeAddress(stored, property, context), context);
}

async function linkedKey(owner: Found, property: NavigationProperty, context: DomainContext): Promise<EntityKey | undefined> {
  const [link] = await context.reader.links(context.tenant, { kind: property.name, from: owner.stored.id });
  return link === undefined ? undefined : { set: link.toSet, parent: '', id: link.to };
}

/** Entities reached by reference are shown as members of their own set. */
export function homeAddress(stored: StoredEntity, property: NavigationProperty, context: DomainContext): SetAddress {
  if (property.type.kind !== 'unknown' && property.type.name === 'directoryObject') {
    return { set: DIRECTORY_OBJECTS, parent: '', type: property.type };
  }
  const declared = context.surface.sets.get(stored.set)?.type;
  const type = (declared === undefined ? undefined : context.schema.types.get(declared)) ?? property.type;
  return { set: stored.set, parent: stored.parent, type: type as StructuredType };
}

/** @throws GraphError the set's 404 when the API version cannot show the entity */
export function toFound(stored: StoredEntity, address: SetAddress, context: DomainContext): Found {
  const type = shownType(stored.type, context.beta, context.schema);
  if (type === undefined) throw notFound(context.surface, stored.set, stored.id);
  return makeFound(stored, type, address);
}

async function select(
  place: Place | undefined,
  { value: id, name }: Extract<PathStep, { kind: 'key' }>,
  plan: Plan,
  context: DomainContext,
): Promise<Place> {
  if (place?.kind === 'set') {
    const { address, owner } = place;
    const stored = isComputed(address.set)
      ? (await computeSet(address.set, owner, context))?.find((entity) => entity.id === id)
      : await findByKey({ set: address.set, parent: address.parent, id }, name, context);
    if (stored === undefined || !isVisible(stored, context)) throw notFound(context.surface, address.set, id);
    const found = toFound(stored, address, context);
    if (place.cast !== undefined && !isA(found.type, place.cast)) throw notFound(context.surface, address.set, id);
    return { kind: 'entity', found, owner, through: undefined };
  }
  if (place?.kind === 'references') {
    const { owner, property } = place;
    const key = await findRelated(owner, property, id, context);
    const home = property.type.kind === 'unknown' ? undefined : homeSetOf(context.surface, property.type);
    const set = key?.set ?? home ?? owner.stored.set;
    const stored = key === undefined ? undefined : (await context.reader.read(context.tenant, [key]))[0];
    if (stored === undefined || !isVisible(stored, context)) throw notFound(context.surface, set, id);
    const found = toFound(stored, homeAddress(stored, property, context), context);
    if (place.cast !== undefined && !isA(found.type, place.cast)) throw notFound(context.surface, set, id);
    return { kind: 'entity', found, owner, through: property };
  }
  throw emptyOr(place, routeMissing(plan), context);
}

function cast(place: Place | undefined, type: StructuredType, plan: Plan, context: DomainContext, last: boolean): Place {
  if (place?.kind === 'set' || place?.kind === 'references') return { ...place, cast: type };
  if (place?.kind === 'property') return castProperty(place, type, plan, context, last);
  const found = entityOf(place);
  if (place === undefined || found === undefined) throw emptyOr(place, routeMissing(plan), context);
  if (isA(found.type, type)) return place;
  // A path that goes on asks for a route the runtime type does not have; one that ends asks for an entity that is not there.
  throw last && plan.call === undefined ? notFound(context.surface, found.stored.set, found.stored.id) : routeMissing(plan);
}

/** What a singleton such as /deviceManagement itself shows. */
export async function singletonPlace(place: Extract<Place, { kind: 'singleton' }>, plan: Plan, context: DomainContext) {
  const [only] = (await computeSet(place.set, undefined, context)) ?? [];
  if (only === undefined) throw routeMissing(plan);
  const found = toFound(only, { set: place.set, parent: '', type: place.type }, context);
  return { kind: 'entity', found, owner: undefined, through: undefined } as const;
}

function readProperty(place: Place | undefined, step: Extract<PathStep, { kind: 'property' }>, plan: Plan, context: DomainContext): Place {
  const { property } = step;
  if (place?.kind === 'property') {
    const inside = place.value;
    const value = typeof inside === 'object' && inside !== null && property.name in inside ? (inside as never)[property.name] : null;
    return { kind: 'property', owner: place.owner, property, value };
  }
  const owner = entityOf(place);
  if (owner === undefined) throw emptyOr(place, routeMissing(plan), context);
  const shown = context.schema === context.beta ? owner.json() : toItem(owner, context, [], true).json();
  return { kind: 'property', owner, property, value: shown[property.name] ?? null };
}

/** `target/microsoft.graph.groupAssignmentTarget`; of a collection those of its values that are of the type. */
function castProperty(
  place: Extract<Place, { kind: 'property' }>,
  type: StructuredType,
  plan: Plan,
  context: DomainContext,
  last: boolean,
): Place {
  const { owner, value } = place;
  const property = { ...place.property, type };
  const fits = (one: JsonValue): boolean => {
    const named = isObject(one) ? one['@odata.type'] : undefined;
    const actual = context.schema.types.get(typeof named === 'string' ? bareTypeName(named) : place.property.type.name);
    return actual !== undefined && isA(actual, type);
  };
  if (Array.isArray(value)) return { kind: 'property', owner, property, value: (value as readonly JsonValue[]).filter(fits) };
  if (value === null || value === undefined || fits(value)) return { kind: 'property', owner, property, value };
  throw last ? notFound(context.surface, owner.stored.set, owner.stored.id) : routeMissing(plan);
}
