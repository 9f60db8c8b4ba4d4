/** References between directory objects: members, owners, managers; bound on create, `$ref` later. */
import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { referenceTargets, type Surface } from '../../model/surface.js';
import { readEntityUrl } from '../../query/entity-url.js';
import type { Plan } from '../../query/plan.js';
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import type { EntityKey, Link, StoredEntity } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { type Found, type Place, routeMissing } from '../read/place.js';
import type { ObjectRef } from '../resident.js';
import { changeSet, type Decision, unchanged } from '../write/change.js';
import { findByKey } from './find-object.js';
import { DIRECTORY_OBJECTS, GROUPS, isDirectorySet, isDynamic, isUnified, kindName, parsed, USERS } from './objects.js';

const NONE = { kind: 'none' } as const;

/** The object that owns references, stored or about to be. */
export interface Owner {
  readonly set: ObjectRef['set'];
  readonly id: string;
  readonly json: JsonObject;
}

export interface ReferenceChange {
  readonly expect: readonly Expectation[];
  readonly operations: readonly ChangeOperation[];
}

/** Whether a place is a reference that this file writes. */
export function isDirectoryReference(place: Place): boolean {
  const owner = place.kind === 'reference' || place.kind === 'references' || place.kind === 'entity' ? place.owner : undefined;
  return owner !== undefined && isDirectorySet(owner.stored.set);
}

/**
 * The links that references to objects ask for.
 * @param isNew nothing can be linked to the owner yet
 * @throws GraphError directoryNotFound (404), referenceExists, referenceTargetInvalid, directoryRequestInvalid (400), dynamicMembersFixed (403)
 */
export async function addReferences(
  owner: Owner,
  property: string,
  urls: readonly string[],
  isNew: boolean,
  context: DomainContext,
): Promise<ReferenceChange> {
  if (property === 'members' && isDynamic(owner.json)) throw graphError('dynamicMembersFixed');
  const expect: Expectation[] = [];
  const operations: ChangeOperation[] = [];
  const added = new Set<string>();
  for (const url of urls) {
    const target = await resolveTarget(url, property, context);
    if (target.stored !== undefined) {
      checkTarget(owner, property, target.stored, parsed, context.surface);
      expect.push(unchanged(target.stored));
    }
    const link: Link = { kind: property, from: owner.id, to: target.ref.id, toSet: target.ref.set };
    const standing = isNew ? [] : await context.reader.links(context.tenant, { kind: property, from: owner.id, to: target.ref.id });
    if (standing.length > 0 || added.has(link.to)) throw graphError('referenceExists', { property }, property);
    added.add(link.to);
    expect.push({ kind: 'link', link, exists: false });
    operations.push({ kind: 'link', link });
  }
  return { expect, operations };
}

interface Target {
  readonly ref: ObjectRef;
  /** Undefined for what is accepted unseen (loose). */
  readonly stored: StoredEntity | undefined;
}

async function resolveTarget(url: string, property: string, context: DomainContext): Promise<Target> {
  const reference = readEntityUrl(url);
  const set = reference?.set.split('/').at(-1)?.toLowerCase();
  const home = [DIRECTORY_OBJECTS, USERS, GROUPS, 'devices'].find((name) => name.toLowerCase() === set);
  if (reference === undefined || home === undefined) {
    const reason = `The reference '${url.slice(0, 200)}' of '${property}' is not the URL of a directory object such as https://graph.microsoft.com/v1.0/directoryObjects/ID.`;
    throw graphError('directoryRequestInvalid', { reason }, property);
  }
  const stored = await findByKey({ set: home, parent: '', id: reference.id }, undefined, context);
  if (stored !== undefined) return { ref: { set: stored.set as ObjectRef['set'], id: stored.id }, stored };
  if (!context.loose) throw graphError('directoryNotFound', { id: reference.id }, property);
  return { ref: { set: isDirectorySet(home) ? home : 'users', id: reference.id }, stored: undefined };
}

/**
 * @param json reads the target; asked of groups alone
 * @throws GraphError referenceTargetInvalid (400)
 */
export function checkTarget<T extends EntityKey>(
  owner: Owner,
  property: string,
  target: T,
  json: (target: T) => JsonObject,
  surface: Surface,
): void {
  const refuse = (reason: string) =>
    graphError('referenceTargetInvalid', { kind: kindName(target.set), id: target.id, property, reason }, property);
  const allowed = referenceTargets(surface.sets.get(owner.set), property) ?? [];
  if (!allowed.some((set) => set === target.set)) throw refuse(`It can be: ${allowed.map(kindName).join(', ')}.`);
  if (property !== 'members') return;
  if (target.set === GROUPS && target.id === owner.id) throw refuse('A group cannot be a member of itself.');
  if (isUnified(owner.json) && target.set !== USERS) throw refuse('A Microsoft 365 group has users alone as members.');
  if (target.set === GROUPS && isUnified(json(target))) throw refuse('A Microsoft 365 group cannot be a member of another group.');
}

/** POST …/members/$ref, …/owners/$ref; PUT …/manager/$ref: the body names the object in `@odata.id`. */
export async function putDirectoryReference(place: Place, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  const single = plan.operation === 'setReference';
  if (place.kind !== (single ? 'reference' : 'references')) throw routeMissing(plan);
  const { owner: found, property } = place;
  const owner = ownerOf(found, plan);
  const url = isObject(body) ? body['@odata.id'] : undefined;
  if (typeof url !== 'string') {
    throw graphError('directoryRequestInvalid', { reason: 'The body of a reference is {"@odata.id": "URL of the object"}.' }, '@odata.id');
  }
  const before = single ? await context.reader.links(context.tenant, { kind: property.name, from: owner.id }) : [];
  const { expect, operations } = await addReferences(owner, property.name, [url], single, context);
  const [added] = operations;
  if (added?.kind === 'link' && before.some((link) => link.to === added.link.to)) return { outcome: NONE, changes: undefined };
  const lifted = before.map((link) => ({ kind: 'unlink' as const, link }));
  return { outcome: NONE, changes: changeSet(context, [unchanged(found.stored), ...expect], [...lifted, ...operations]) };
}

/** DELETE …/members/{id}/$ref, …/owners/{id}/$ref, …/manager/$ref. */
export async function removeDirectoryReference(place: Place, plan: Plan, context: DomainContext): Promise<Decision> {
  if (place.kind === 'reference') {
    const owner = ownerOf(place.owner, plan);
    const links = await context.reader.links(context.tenant, { kind: place.property.name, from: owner.id });
    if (links.length === 0) throw graphError('directoryNotFound', { id: place.property.name });
    return {
      outcome: NONE,
      changes: changeSet(
        context,
        [],
        links.map((link) => ({ kind: 'unlink', link })),
      ),
    };
  }
  if (place.kind !== 'entity' || place.through === undefined || place.owner === undefined) throw routeMissing(plan);
  const property = place.through.name;
  const owner = ownerOf(place.owner, plan);
  if (property === 'members' && isDynamic(owner.json)) throw graphError('dynamicMembersFixed');
  const links = await context.reader.links(context.tenant, { kind: property, from: owner.id });
  const link = links.find(({ to }) => to === place.found.stored.id);
  if (link === undefined) throw graphError('directoryNotFound', { id: place.found.stored.id });
  if (property === 'owners' && links.length === 1) {
    throw graphError('directoryRequestInvalid', { reason: 'The group must have at least one owner, hence this owner cannot be removed.' });
  }
  // Whoever removes the other of two owners meanwhile changes what was decided on here.
  const expect: Expectation[] =
    property === 'owners' ? links.map((one) => ({ kind: 'link', link: one, exists: true })) : [{ kind: 'link', link, exists: true }];
  return { outcome: NONE, changes: changeSet(context, expect, [{ kind: 'unlink', link }]) };
}

function ownerOf(found: Found, plan: Plan): Owner {
  const { set, id } = found.stored;
  if (!isDirectorySet(set)) throw routeMissing(plan);
  return { set, id, json: parsed(found.stored) };
}
