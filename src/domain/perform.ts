/** From a plan to a decision: which use case answers it. */
import { graphError } from '../kernel/errors.js';
import type { JsonValue } from '../kernel/json.js';
import type { SetMethod } from '../model/surface.js';
import { referenceTargets } from '../model/surface.js';
import { type Plan, READ_OPERATIONS } from '../query/plan.js';
import { createAssignment, deleteAssignment, updateAssignment } from './assignments/lay.js';
import { ASSIGNMENTS } from './assignments/records.js';
import { CONFIGURATIONS, createConfiguration, deleteConfiguration, updateConfiguration } from './configurations/device-configuration.js';
import type { DomainContext } from './context.js';
import { deleteDirectoryObject } from './directory/delete-object.js';
import { createDevice, updateDevice } from './directory/device.js';
import { createGroup, updateGroup } from './directory/group.js';
import { DEVICES, DIRECTORY_OBJECTS, GROUPS, isDirectorySet, USERS } from './directory/objects.js';
import { isDirectoryReference, putDirectoryReference, removeDirectoryReference } from './directory/references.js';
import { createUser, updateUser } from './directory/user.js';
import { isDeviceReference, putDeviceReference, removeDeviceReference } from './managed-devices/category-of-device.js';
import { call } from './operations/call.js';
import { shapedAnswer } from './operations/shape-answer.js';
import { operationSurface } from './permissions.js';
import { type Place, routeMissing } from './read/place.js';
import { read } from './read/read.js';
import { walkPath } from './read/walk-path.js';
import { resourceAction } from './roles/resource-actions.js';
import { requireReach } from './roles/rights.js';
import { isRoleReference, putRoleReference, removeRoleReference } from './roles/role-assignment.js';
import { setRules } from './set-rules.js';
import { checkIfMatch, type Decision } from './write/change.js';
import { createPlain, deletePlain, updatePlain } from './write/plain.js';
import { putReference, removeReference } from './write/references.js';

/** Whether a plan can change nothing, so that durable state is enough to answer it. */
export function readsOnly(plan: Plan): boolean {
  return READ_OPERATIONS.has(plan.operation) || plan.call?.operation.kind === 'function';
}

/**
 * @param body parsed, undefined where the request has none
 * @throws GraphError whatever is wrong; nothing has been changed then
 */
export async function perform(plan: Plan, body: JsonValue | undefined, context: DomainContext): Promise<Decision> {
  if (plan.call !== undefined && operationSurface(plan, context.surface) === undefined) throw routeMissing(plan);
  const place = await walkPath(plan, context);
  if (READ_OPERATIONS.has(plan.operation)) return { outcome: await read(place, plan, context), changes: undefined };
  requireReachOf(place, plan, context);
  if (plan.operation.endsWith('Reference')) requireWritable(place, plan, context);
  switch (plan.operation) {
    case 'create':
      return await create(place, required(body), plan, context);
    case 'update':
      return await update(place, required(body), plan, context);
    case 'delete':
      return await remove(place, plan, context);
    case 'setReference':
    case 'addReference':
      if (isDirectoryReference(place)) return await putDirectoryReference(place, required(body), plan, context);
      if (isDeviceReference(place)) return await putDeviceReference(place, required(body), plan, context);
      if (isRoleReference(place)) return await putRoleReference(place, required(body), plan, context);
      return await putReference(place, required(body), plan, context);
    case 'removeReference':
      if (isDirectoryReference(place)) return await removeDirectoryReference(place, plan, context);
      if (isDeviceReference(place)) return await removeDeviceReference(place, plan, context);
      if (isRoleReference(place)) return await removeRoleReference(place, plan, context);
      return await removeReference(place, plan, context);
    case 'call': {
      if (place.kind === 'entity' && plan.call?.operation.kind === 'action') checkIfMatch(plan, place.found.stored);
      const { outcome, changes } = await call(place, body, plan, context);
      return { outcome: shapedAnswer(outcome, plan, context), changes };
    }
    default:
      throw routeMissing(plan);
  }
}

function required(body: JsonValue | undefined): JsonValue {
  if (body === undefined) throw graphError('bodyMissing');
  return body;
}

/** What shows to a caller may still lie outside of what his roles let him change. */
function requireReachOf(place: Place, plan: Plan, context: DomainContext): void {
  if (context.rights === undefined || plan.call?.operation.kind === 'function') return;
  const owner = 'owner' in place ? place.owner : undefined;
  const found = place.kind === 'entity' ? place.found : undefined;
  const set = found?.stored.set ?? (place.kind === 'set' ? place.address.set : owner?.stored.set);
  const action = resourceAction(plan, set);
  for (const one of [owner, found]) if (one !== undefined) requireReach(one.stored, action, context);
}

/** @throws GraphError routeMissing for a reference that the service keeps itself */
function requireWritable(place: Place, plan: Plan, context: DomainContext): void {
  const owner = 'owner' in place ? place.owner : undefined;
  const property = place.kind === 'entity' ? place.through : 'property' in place ? place.property : undefined;
  const set = owner === undefined ? undefined : context.surface.sets.get(owner.stored.set);
  if (property === undefined || referenceTargets(set, property.name) === undefined) throw routeMissing(plan);
}

/** @throws GraphError routeMissing when the set is not served that way */
function serve(set: string, method: SetMethod, plan: Plan, context: DomainContext): void {
  if (context.surface.sets.get(set)?.methods.includes(method) !== true) throw routeMissing(plan);
}

async function create(place: Place, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  if (place.kind !== 'set') throw routeMissing(plan);
  const { address, owner } = place;
  serve(address.set, 'create', plan, context);
  const rules = setRules.get(address.set);
  if (rules?.create !== undefined) return await rules.create(owner, address, body, context);
  if (address.set === CONFIGURATIONS) return await createConfiguration(address, body, context);
  if (address.set === ASSIGNMENTS && owner !== undefined) return await createAssignment(owner, address, body, context);
  if (address.set === GROUPS) return await createGroup(address, body, context);
  if (address.set === USERS) return await createUser(address, body, context);
  if (address.set === DEVICES) return await createDevice(address, body, context);
  return createPlain(owner, address, body, context);
}

async function update(place: Place, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  const { found, owner } = oneEntity(place, plan);
  const { set } = found.stored;
  serve(set, 'update', plan, context);
  const rules = setRules.get(set);
  if (rules?.update !== undefined) return await rules.update(owner, found, body, plan, context);
  if (set === CONFIGURATIONS) return await updateConfiguration(found, body, plan, context);
  if (set === ASSIGNMENTS && owner !== undefined) return await updateAssignment(owner, found, body, plan, context);
  if (found.address.set === DIRECTORY_OBJECTS) throw routeMissing(plan);
  if (set === GROUPS) return await updateGroup(found, body, plan, context);
  if (set === USERS) return await updateUser(found, body, plan, context);
  if (set === DEVICES) return await updateDevice(found, body, plan, context);
  return updatePlain(found, body, plan, context);
}

async function remove(place: Place, plan: Plan, context: DomainContext): Promise<Decision> {
  const { found, owner } = oneEntity(place, plan);
  const { set } = found.stored;
  serve(set, 'delete', plan, context);
  const rules = setRules.get(set);
  if (rules?.remove !== undefined) return await rules.remove(owner, found, plan, context);
  if (set === CONFIGURATIONS) return await deleteConfiguration(found, plan, context);
  if (set === ASSIGNMENTS && owner !== undefined) return await deleteAssignment(owner, found, plan, context);
  if (isDirectorySet(set)) return await deleteDirectoryObject(set, found, plan, context);
  return deletePlain(found, plan, context);
}

/** The entity a write is for: addressed in its own set. Through a reference only the reference itself can be changed. */
function oneEntity(place: Place, plan: Plan) {
  if (place.kind === 'entity' && (place.through === undefined || place.through.contains)) return place;
  throw routeMissing(plan);
}
