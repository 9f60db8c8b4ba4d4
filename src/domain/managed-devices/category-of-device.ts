/** Which category a device has: a reference, whose display name the device shows too. Both change together. */

import { graphError } from '../../kernel/errors.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import type { ValidatedPayload } from '../../model/validate.js';
import type { Plan } from '../../query/plan.js';
import type { StoredEntity } from '../../storage/store.js';
import { resolveReference } from '../configurations/certificate-references.js';
import type { DomainContext } from '../context.js';
import { type Found, type Place, routeMissing } from '../read/place.js';
import { wholeSet } from '../read/whole-set.js';
import { type Decision, unchanged } from '../write/change.js';
import { CATEGORY_LINK, DEVICE_CATEGORIES, MANAGED_DEVICES } from './records.js';
import { type CategoryChange, writeDevice } from './write-device.js';

const NONE: CategoryChange = { id: undefined, displayName: '', expect: [] };

/**
 * The category that a body asks for, by `deviceCategory@odata.bind` or by name; undefined where it says nothing of one.
 * @param before the device so far: a name that it has already says nothing
 * @throws GraphError bindInvalid, requestInvalid for a name that no category has (400)
 */
export async function chooseCategory(
  payload: ValidatedPayload,
  before: JsonObject | undefined,
  context: DomainContext,
): Promise<CategoryChange | undefined> {
  const [reference] = payload.binds.get(CATEGORY_LINK) ?? [];
  if (reference !== undefined) return await byReference(reference, payload.type.name, context);
  if (payload.removedBinds.includes(CATEGORY_LINK)) return NONE;
  const name = payload.given.deviceCategoryDisplayName;
  if (name === undefined || name === before?.deviceCategoryDisplayName) return undefined;
  if (name === null || name === '') return NONE;
  const category = (await categories(context)).find((stored) => nameOf(stored).toLowerCase() === String(name).toLowerCase());
  if (category !== undefined) return { id: category.id, displayName: nameOf(category), expect: [unchanged(category)] };
  if (context.loose) return { id: undefined, displayName: String(name), expect: [] };
  const reason = `No deviceCategory has the displayName '${String(name)}'. Create it under /deviceManagement/deviceCategories first.`;
  throw graphError('requestInvalid', { reason }, 'deviceCategoryDisplayName');
}

async function byReference(reference: string, typeName: string, context: DomainContext): Promise<CategoryChange> {
  const property = context.schema.types.get(typeName)?.navigation.get(CATEGORY_LINK);
  if (property === undefined) throw graphError('propertyUnknown', { property: CATEGORY_LINK, type: typeName });
  const { link, expect } = await resolveReference('', property, reference, context);
  const [stored] = await context.reader.read(context.tenant, [{ set: DEVICE_CATEGORIES, parent: '', id: link.to }]);
  return { id: link.to, displayName: stored === undefined ? '' : nameOf(stored), expect };
}

async function categories(context: DomainContext): Promise<readonly StoredEntity[]> {
  return await wholeSet(context, DEVICE_CATEGORIES);
}

function nameOf(category: StoredEntity): string {
  const { displayName } = JSON.parse(category.json) as JsonObject;
  return typeof displayName === 'string' ? displayName : '';
}

/** Whether a place is a reference of a managed device. */
export function isDeviceReference(place: Place): boolean {
  const owner = place.kind === 'reference' || place.kind === 'references' || place.kind === 'entity' ? place.owner : undefined;
  return owner?.stored.set === MANAGED_DEVICES;
}

/** PUT …/deviceCategory/$ref. A device's users follow from its userId and cannot be set by reference. */
export async function putDeviceReference(place: Place, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  const device = deviceOf(place, plan);
  const id = isObject(body) ? body['@odata.id'] : undefined;
  if (typeof id !== 'string') {
    throw graphError('requestInvalid', { reason: 'The body of a reference is {"@odata.id": "URL of the entity"}.' }, '@odata.id');
  }
  return await setCategory(device, await byReference(id, device.stored.type, context), context);
}

/** DELETE …/deviceCategory/$ref. */
export async function removeDeviceReference(place: Place, plan: Plan, context: DomainContext): Promise<Decision> {
  return await setCategory(deviceOf(place, plan), NONE, context);
}

function deviceOf(place: Place, plan: Plan): Found {
  if (place.kind !== 'reference' || place.property.name !== CATEGORY_LINK) throw routeMissing(plan);
  return place.owner;
}

async function setCategory(device: Found, category: CategoryChange, context: DomainContext): Promise<Decision> {
  const before = device.json();
  const same = (before.deviceCategoryDisplayName ?? '') === category.displayName;
  const json = same ? before : { ...before, deviceCategoryDisplayName: category.displayName };
  return await writeDevice(device, json, category, context, () => ({ kind: 'none' }));
}
