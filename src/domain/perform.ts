/** From a plan to a decision: which use case answers it. */
import { graphError } from '../kernel/errors.js';
import type { JsonValue } from '../kernel/json.js';
import type { SetMethod } from '../model/surface.js';
import type { Plan, PlanOperation } from '../query/plan.js';
import { createAssignment, deleteAssignment, updateAssignment } from './assignments/lay.js';
import { ASSIGNMENTS } from './assignments/records.js';
import { CONFIGURATIONS, createConfiguration, deleteConfiguration, updateConfiguration } from './configurations/device-configuration.js';
import type { DomainContext } from './context.js';
import { call } from './operations/call.js';
import { operationSurface } from './permissions.js';
import { type Place, routeMissing } from './read/place.js';
import { read } from './read/read.js';
import { walkPath } from './read/walk-path.js';
import type { Decision } from './write/change.js';
import { createPlain, deletePlain, updatePlain } from './write/plain.js';
import { putReference, removeReference } from './write/references.js';

const READS: ReadonlySet<PlanOperation> = new Set(['get', 'list', 'count', 'getReference', 'getProperty', 'getValue']);

/** Whether a plan can change nothing, so that durable state is enough to answer it. */
export function readsOnly(plan: Plan): boolean {
  return READS.has(plan.operation) || plan.call?.operation.kind === 'function';
}

/**
 * @param body parsed, undefined where the request has none
 * @throws GraphError whatever is wrong; nothing has been changed then
 */
export async function perform(plan: Plan, body: JsonValue | undefined, context: DomainContext): Promise<Decision> {
  if (plan.call !== undefined && operationSurface(plan, context.surface) === undefined) throw routeMissing(plan);
  const place = await walkPath(plan, context);
  if (READS.has(plan.operation)) return { outcome: await read(place, plan, context), changes: undefined };
  switch (plan.operation) {
    case 'create':
      return await create(place, required(body), plan, context);
    case 'update':
      return await update(place, required(body), plan, context);
    case 'delete':
      return await remove(place, plan, context);
    case 'setReference':
    case 'addReference':
      return await putReference(place, required(body), plan, context);
    case 'removeReference':
      return await removeReference(place, plan, context);
    case 'call':
      return await call(place, body, plan, context);
    default:
      throw routeMissing(plan);
  }
}

function required(body: JsonValue | undefined): JsonValue {
  if (body === undefined) throw graphError('bodyMissing');
  return body;
}

/** @throws GraphError routeMissing when the set is not served that way */
function serve(set: string, method: SetMethod, plan: Plan, context: DomainContext): void {
  if (context.surface.sets.get(set)?.methods.includes(method) !== true) throw routeMissing(plan);
}

async function create(place: Place, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  if (place.kind !== 'set') throw routeMissing(plan);
  const { address, owner } = place;
  serve(address.set, 'create', plan, context);
  if (address.set === CONFIGURATIONS) return await createConfiguration(address, body, context);
  if (address.set === ASSIGNMENTS && owner !== undefined) return await createAssignment(owner, address, body, context);
  return createPlain(owner, address, body, context);
}

async function update(place: Place, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  const { found, owner } = oneEntity(place, plan);
  const { set } = found.stored;
  serve(set, 'update', plan, context);
  if (set === CONFIGURATIONS) return await updateConfiguration(found, body, plan, context);
  if (set === ASSIGNMENTS && owner !== undefined) return await updateAssignment(owner, found, body, plan, context);
  return updatePlain(found, body, plan, context);
}

async function remove(place: Place, plan: Plan, context: DomainContext): Promise<Decision> {
  const { found, owner } = oneEntity(place, plan);
  const { set } = found.stored;
  serve(set, 'delete', plan, context);
  if (set === CONFIGURATIONS) return await deleteConfiguration(found, plan, context);
  if (set === ASSIGNMENTS && owner !== undefined) return deleteAssignment(owner, found, plan, context);
  return deletePlain(found, plan, context);
}

/** The entity a write is for: addressed in its own set. Through a reference only the reference itself can be changed. */
function oneEntity(place: Place, plan: Plan) {
  if (place.kind === 'entity' && (place.through === undefined || place.through.contains)) return place;
  throw routeMissing(plan);
}
