/** Creating and changing devices of the directory (what Intune manages of them is a managedDevice). */
import { isGuid, newGuid } from '../../kernel/ids.js';
import type { JsonValue } from '../../kernel/json.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import { checkIfMatch, type Decision } from '../write/change.js';
import { DEVICES } from './objects.js';
import { checkNames, checkRequired, completed, merged, readCreate, readUpdate, valueInvalid, valueRequired } from './payload.js';
import { bindReferences, createObject, updateObject } from './write-object.js';

const BINDABLE = ['registeredOwners', 'registeredUsers'];

/** POST /devices. */
export async function createDevice(address: SetAddress, body: JsonValue, context: DomainContext): Promise<Decision> {
  const payload = readCreate(DEVICES, address.type, body, context);
  const { given, type } = payload;
  checkRequired(DEVICES, given, context);
  checkNames(DEVICES, given, context);
  const { alternativeSecurityIds, deviceId } = given;
  if (!Array.isArray(alternativeSecurityIds) || alternativeSecurityIds.length === 0) throw valueRequired(DEVICES, 'alternativeSecurityIds');
  if (typeof deviceId !== 'string' || !isGuid(deviceId)) throw valueInvalid(DEVICES, 'deviceId', 'It is a GUID.');
  const id = newGuid();
  const json = completed(type, { deviceVersion: 2, ...given, deviceId: deviceId.toLowerCase() }, { id }, context);
  const references = await bindReferences({ set: DEVICES, id, json }, payload, BINDABLE, true, context);
  return await createObject(DEVICES, address, type, json, references, context);
}

/** PATCH /devices/{id}. A device's deviceId stays what it was registered with. */
export async function updateDevice(found: Found, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  checkIfMatch(plan, found.stored);
  const payload = readUpdate(found, body, context);
  const { deviceId, alternativeSecurityIds: _, ...given } = payload.given;
  if (typeof deviceId === 'string' && deviceId.toLowerCase() !== String(found.json().deviceId ?? '').toLowerCase()) {
    throw valueInvalid(DEVICES, 'deviceId', 'It cannot change.');
  }
  checkNames(DEVICES, given, context);
  const references = await bindReferences({ set: DEVICES, id: found.stored.id, json: found.json() }, payload, BINDABLE, false, context);
  return await updateObject(DEVICES, found, merged(found, given, context), context, references);
}
