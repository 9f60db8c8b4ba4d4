/** Intune role assignments: who holds a role (groups, or users), over which groups, and over the objects of which scope tags. */
import { graphError } from '../../kernel/errors.js';
import { newGuid } from '../../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { mergeUpdate } from '../../model/merge.js';
import { type ValidatedPayload, validatePayload } from '../../model/validate.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { ChangeOperation, Expectation } from '../../storage/change-set.js';
import type { Link, StoredEntity } from '../../storage/store.js';
import { bindReferences, resolveReference, unlinkAll } from '../configurations/certificate-references.js';
import type { DomainContext } from '../context.js';
import { findObjects } from '../directory/objects.js';
import { type Found, type Place, routeMissing } from '../read/place.js';
import { absent, changeSet, checkIfMatch, type Decision, itemOf, keyOf, unchanged, updated } from '../write/change.js';
import { requireProperties } from '../write/plain.js';
import type { SetRules } from '../write/set-rules.js';
import { DEFAULT_TAG, ROLE_ASSIGNMENTS, ROLE_SCOPE_TAGS } from './rights.js';

const TYPE = 'deviceAndAppManagementRoleAssignment';
const TAGS = 'roleScopeTags';
const DEFINITION = 'roleDefinition';

export const roleAssignmentRules: SetRules = {
  create: (_owner, address, body, context) => createRoleAssignment(address, body, context),
  update: (_owner, found, body, plan, context) => updateRoleAssignment(found, body, plan, context),
  remove: (_owner, found, plan, context) => deleteRoleAssignment(found, plan, context),
};

/**
 * POST /deviceManagement/roleAssignments, with `roleDefinition@odata.bind`.
 * @throws GraphError propertyRequired, bindInvalid, directoryObjectInvalid for a member that does not exist (400)
 */
async function createRoleAssignment(address: SetAddress, body: JsonValue, context: DomainContext): Promise<Decision> {
  const payload = validatePayload(context.schema, typeFor(address, body, context), body, 'create');
  const type = context.beta.types.get(TYPE) ?? payload.type;
  requireProperties(payload.given, address.set, type, context);
  if (!payload.binds.has(DEFINITION)) {
    throw graphError('propertyRequired', { property: `${DEFINITION}@odata.bind`, type: type.name }, `${DEFINITION}@odata.bind`);
  }
  const id = newGuid();
  const key = { set: address.set, parent: '', id };
  const members = await checkMembers(payload.given, context);
  const references = await bindReferences(id, payload.type, payload.binds, context);
  const tags = tagsGiven(
    payload,
    references.map(({ link }) => link),
  ) ?? [DEFAULT_TAG];
  const json = completeEntity(type, { ...withScopes(payload.given), roleScopeTagIds: tags, id });
  const links = [...references.map(({ link }) => link).filter(({ kind }) => kind !== TAGS), ...tags.map((tag) => tagLink(id, tag))];
  const expect = [absent(key), ...references.flatMap((reference) => reference.expect), ...members, ...(await tagsExist(tags, context))];
  return {
    outcome: { kind: 'entity', status: 201, address, item: itemOf(key, type.name, json, 1, address, context) },
    changes: changeSet(context, expect, [
      { kind: 'put', key, type: type.name, json: JSON.stringify(json) },
      ...links.map((link) => ({ kind: 'link' as const, link })),
    ]),
  };
}

/** Members and scope tags are declared on the derived type, which clients may leave unsaid. */
function typeFor(address: SetAddress, body: JsonValue, context: DomainContext) {
  const named = isObject(body) && body['@odata.type'] !== undefined && body['@odata.type'] !== null;
  return named ? address.type : (context.schema.types.get(TYPE) ?? address.type);
}

function tagLink(assignmentId: string, tag: string): Link {
  return { kind: TAGS, from: assignmentId, to: tag, toSet: ROLE_SCOPE_TAGS };
}

/** Tags by reference, else by id; undefined where the body says nothing of them. */
function tagsGiven({ binds, given }: ValidatedPayload, links: readonly Link[]): readonly string[] | undefined {
  if (binds.has(TAGS)) return links.filter(({ kind }) => kind === TAGS).map(({ to }) => to);
  const ids = given.roleScopeTagIds;
  return Array.isArray(ids) && ids.length > 0 ? [...new Set(ids as readonly string[])] : undefined;
}

/** @throws GraphError requestInvalid (400) for a tag that does not exist; the default tag always does */
async function tagsExist(tags: readonly string[], context: DomainContext): Promise<readonly Expectation[]> {
  const stored = await context.reader.read(
    context.tenant,
    tags.map((id) => ({ set: ROLE_SCOPE_TAGS, parent: '', id })),
  );
  const missing = tags.filter((tag, at) => tag !== DEFAULT_TAG && stored[at] === undefined);
  if (missing.length > 0 && !context.loose) {
    throw graphError('requestInvalid', { reason: `There is no role scope tag with the id '${missing[0]}'.` }, 'roleScopeTagIds');
  }
  return stored.flatMap((tag) => (tag === undefined ? [] : [unchanged(tag)]));
}

async function checkMembers({ members }: JsonObject, context: DomainContext): Promise<readonly Expectation[]> {
  if (!Array.isArray(members) || members.length === 0 || context.loose) return [];
  const ids = members as readonly string[];
  const objects = await findObjects(ids, context);
  return objects.map((object, at): Expectation => {
    if (object === undefined || object.set === 'devices') throw graphError('groupIdInvalid', { groupId: String(ids[at]) }, 'members');
    return unchanged(object);
  });
}

/** `scopeMembers` is the newer name of `resourceScopes`. */
function withScopes(given: JsonObject): JsonObject {
  const { resourceScopes, scopeMembers } = given;
  if (Array.isArray(scopeMembers) && (!Array.isArray(resourceScopes) || resourceScopes.length === 0))
    return { ...given, resourceScopes: scopeMembers };
  if (Array.isArray(resourceScopes) && (!Array.isArray(scopeMembers) || scopeMembers.length === 0))
    return { ...given, scopeMembers: resourceScopes };
  return given;
}

async function updateRoleAssignment(found: Found, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored } = found;
  checkIfMatch(plan, stored);
  const payload = validatePayload(context.schema, found.type, body, 'update');
  if (payload.given.displayName === null || payload.given.displayName === '') {
    throw graphError('propertyRequired', { property: 'displayName', type: stored.type }, 'displayName');
  }
  if (payload.removedBinds.includes(DEFINITION))
    throw graphError('propertyRequired', { property: DEFINITION, type: stored.type }, DEFINITION);
  const members = await checkMembers(payload.given, context);
  const references = await bindReferences(stored.id, payload.type, payload.binds, context);
  const tags = tagsGiven(
    payload,
    references.map(({ link }) => link),
  );
  const before = found.json();
  const given = { ...withScopes(payload.given), ...(tags === undefined ? {} : { roleScopeTagIds: tags }) };
  const json = mergeUpdate(context.beta.types.get(stored.type) ?? found.type, before, given);
  const lifted = await unlinkAll(
    stored,
    [...(payload.binds.has(DEFINITION) ? [DEFINITION] : []), ...(tags === undefined ? [] : [TAGS])],
    context,
  );
  const links = [
    ...references.map(({ link }) => link).filter(({ kind }) => kind !== TAGS),
    ...(tags ?? []).map((tag) => tagLink(stored.id, tag)),
  ];
  return updated(found, json, context, {
    expect: [...references.flatMap((one) => one.expect), ...members, ...(await tagsExist(tags ?? [], context))],
    operations: [...lifted, ...links.map((link) => ({ kind: 'link' as const, link }))],
  });
}

async function deleteRoleAssignment(found: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored } = found;
  checkIfMatch(plan, stored);
  const operations: ChangeOperation[] = [...(await unlinkAll(stored, [DEFINITION, TAGS], context)), { kind: 'delete', key: keyOf(stored) }];
  return { outcome: { kind: 'none' }, changes: changeSet(context, [unchanged(stored)], operations) };
}

/** Whether a place is a reference of a role assignment. */
export function isRoleReference(place: Place): boolean {
  const owner = place.kind === 'reference' || place.kind === 'references' || place.kind === 'entity' ? place.owner : undefined;
  return owner?.stored.set === ROLE_ASSIGNMENTS;
}

/** POST …/roleScopeTags/$ref and PUT …/roleDefinition/$ref. `roleScopeTagIds` follows. */
export async function putRoleReference(place: Place, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  if (place.kind !== (plan.operation === 'setReference' ? 'reference' : 'references')) throw routeMissing(plan);
  const { owner, property } = place;
  const id = isObject(body) ? body['@odata.id'] : undefined;
  if (typeof id !== 'string') {
    throw graphError('requestInvalid', { reason: 'The body of a reference is {"@odata.id": "URL of the entity"}.' }, '@odata.id');
  }
  const { link, expect } = await resolveReference(owner.stored.id, property, id, context);
  const lifted = plan.operation === 'setReference' ? await unlinkAll(owner.stored, [property.name], context) : [];
  const tags = await currentTags(owner.stored, context);
  const next = property.name === TAGS ? [...new Set([...tags, link.to])] : tags;
  const changes = changeSet(context, [unchanged(owner.stored), ...expect], [...lifted, { kind: 'link', link }, ...putTags(owner, next)]);
  return { outcome: { kind: 'none' }, changes };
}

/** DELETE …/roleScopeTags/{id}/$ref. A role assignment keeps its definition. */
export async function removeRoleReference(place: Place, plan: Plan, context: DomainContext): Promise<Decision> {
  if (place.kind !== 'entity' || place.owner === undefined || place.through?.name !== TAGS) throw routeMissing(plan);
  const { owner, found } = place;
  const tags = (await currentTags(owner.stored, context)).filter((tag) => tag !== found.stored.id);
  const unlink: ChangeOperation = { kind: 'unlink', link: tagLink(owner.stored.id, found.stored.id) };
  return { outcome: { kind: 'none' }, changes: changeSet(context, [unchanged(owner.stored)], [unlink, ...putTags(owner, tags)]) };
}

async function currentTags(owner: StoredEntity, context: DomainContext): Promise<readonly string[]> {
  return (await context.reader.links(context.tenant, { kind: TAGS, from: owner.id })).map(({ to }) => to);
}

function putTags(owner: Found, tags: readonly string[]): readonly ChangeOperation[] {
  const { stored } = owner;
  const json = JSON.stringify({ ...owner.json(), roleScopeTagIds: tags });
  return json === stored.json ? [] : [{ kind: 'put', key: keyOf(stored), type: stored.type, json }];
}
