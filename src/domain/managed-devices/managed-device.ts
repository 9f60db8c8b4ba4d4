/**
 * Enrolled devices. The service fills them from what devices report; here they are enrolled through the API, so every structural property is
 * taken as given, the read-only ones too, and `id` where it is free [M].
 */
import { dateTimeOffset } from '../../kernel/clock.js';
import { graphError } from '../../kernel/errors.js';
import { isGuid, newGuid, ZERO_GUID } from '../../kernel/ids.js';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.js';
import { completeEntity } from '../../model/defaults.js';
import { mergeUpdate } from '../../model/merge.js';
import { storedTypes, type ValidatedPayload, validatePayload } from '../../model/validate.js';
import type { SetAddress } from '../../query/outcome.js';
import type { Plan } from '../../query/plan.js';
import type { ChangeOperation } from '../../storage/change-set.js';
import type { DomainContext } from '../context.js';
import { holderOf } from '../directory/claims.js';
import { USERS } from '../directory/objects.js';
import type { Found } from '../read/place.js';
import { grantedTags } from '../roles/rights.js';
import { absent, changeSet, checkIfMatch, type Decision, itemOf, keyOf, unchanged } from '../write/change.js';
import { betaType } from '../write/plain.js';
import type { SetRules } from '../write/set-rules.js';
import { chooseCategory } from './category-of-device.js';
import { CATEGORY_LINK, categoryLink, touchMembers } from './records.js';
import { writeDevice } from './write-device.js';

export const NEVER = '9999-12-31T23:59:59Z';
export const UPDATE = 'Microsoft.Intune_ManagedDevices_Update';

export const managedDeviceRules: SetRules = {
  create: (_owner, address, body, context) => createManagedDevice(address, body, context),
  update: (_owner, found, body, plan, context) => updateManagedDevice(found, body, plan, context),
  remove: (_owner, found, plan, context) => deleteManagedDevice(found, plan, context),
};

/**
 * POST /deviceManagement/managedDevices.
 * @throws GraphError conflict (409) when the given id is taken, requestInvalid for an unknown category, bindInvalid (400)
 */
async function createManagedDevice(address: SetAddress, body: JsonValue, context: DomainContext): Promise<Decision> {
  const payload = validatePayload(context.schema, address.type, body, 'create', { acceptReadOnly: true });
  const type = betaType(payload.type, context);
  const id = givenId(body) ?? newGuid();
  const key = { set: address.set, parent: '', id };
  const [taken] = await context.reader.read(context.tenant, [key]);
  if (taken !== undefined) throw graphError('conflict', { reason: `A managedDevice with the id '${id}' is enrolled already.` });
  const category = await chooseCategory(payload, undefined, context);
  const now = dateTimeOffset(context.now);
  const given = await withUser(level(payload.given), context);
  const json = completeEntity(type, {
    enrolledDateTime: now,
    lastSyncDateTime: now,
    complianceGracePeriodExpirationDateTime: NEVER,
    ...given,
    ...(category === undefined ? {} : { deviceCategoryDisplayName: category.displayName }),
    ...(type.properties.has('roleScopeTagIds')
      ? { roleScopeTagIds: grantedTags(given.roleScopeTagIds, undefined, UPDATE, context) ?? null }
      : {}),
    id,
  });
  const operations: ChangeOperation[] = [
    { kind: 'put', key, type: type.name, json: JSON.stringify(json) },
    ...(category?.id === undefined ? [] : [{ kind: 'link' as const, link: categoryLink(id, category.id) }, touchMembers(category.id)]),
  ];
  return {
    outcome: { kind: 'entity', status: 201, address, item: itemOf(key, type.name, json, 1, address, context) },
    changes: changeSet(context, [absent(key), ...(category?.expect ?? [])], operations),
  };
}

function givenId(body: JsonValue): string | undefined {
  const id = isObject(body) ? body.id : undefined;
  return typeof id === 'string' && isGuid(id) && id !== ZERO_GUID ? id.toLowerCase() : undefined;
}

/** Pairs of properties that say the same: given one, the other follows. */
const TWINS = [
  ['azureADDeviceId', 'azureActiveDirectoryDeviceId'],
  ['azureADRegistered', 'aadRegistered'],
  ['managedDeviceOwnerType', 'ownerType'],
] as const;

export function level(given: JsonObject): JsonObject {
  return { ...given, ...twinsOf(given) };
}

/** What follows from a property whose twin is not given. */
export function twinsOf(given: JsonObject): JsonObject {
  const out: Record<string, JsonValue | undefined> = {};
  for (const [one, other] of TWINS) {
    if (given[one] !== undefined && given[other] === undefined) out[other] = given[one];
    else if (given[other] !== undefined && given[one] === undefined) out[one] = given[other];
  }
  return out;
}

/** The primary user is named by id or by name; what else the device says of a user follows where it is not given. */
async function withUser(given: JsonObject, context: DomainContext): Promise<JsonObject> {
  const { userId, userPrincipalName } = given;
  const id = typeof userId === 'string' ? userId : undefined;
  const named = id === undefined && typeof userPrincipalName === 'string' && userPrincipalName !== '';
  const holder = named ? await holderOf(USERS, 'userPrincipalName', userPrincipalName, context) : id;
  if (holder === undefined) return given;
  if (holder === '') return { ...namesOfUser(undefined), ...given };
  const [stored] = await context.reader.read(context.tenant, [{ set: USERS, parent: '', id: holder }]);
  if (stored === undefined) return given;
  return { ...namesOfUser(JSON.parse(stored.json) as JsonObject), ...given, userId: holder };
}

/** What `namesOfUser` looks at. */
export const NAMES_OF_USER = ['userPrincipalName', 'displayName', 'mail'] as const;

/** What a device says of its primary user besides the id; of none where `user` is undefined. */
export function namesOfUser(user: JsonObject | undefined): JsonObject {
  const name = user?.userPrincipalName ?? '';
  return { userPrincipalName: name, userDisplayName: user?.displayName ?? '', emailAddress: user?.mail ?? name };
}

async function updateManagedDevice(found: Found, body: JsonValue, plan: Plan, context: DomainContext): Promise<Decision> {
  checkIfMatch(plan, found.stored);
  const { stored, address } = found;
  const before = found.json();
  const payload: ValidatedPayload = validatePayload(context.schema, found.type, body, 'update', {
    acceptReadOnly: true,
    storedTypeOf: storedTypes(context.schema, before),
  });
  const category = await chooseCategory(payload, before, context);
  const tags = grantedTags(payload.given.roleScopeTagIds, before.roleScopeTagIds ?? [], UPDATE, context);
  const given = {
    ...(await withUser(level(payload.given), context)),
    ...(category === undefined ? {} : { deviceCategoryDisplayName: category.displayName }),
    ...(tags === undefined || payload.given.roleScopeTagIds === undefined ? {} : { roleScopeTagIds: tags }),
  };
  return await writeDevice(found, mergeUpdate(betaType(found.type, context), before, given), category, context, (json, version) => ({
    kind: 'entity',
    status: 200,
    address,
    item: itemOf(keyOf(stored), stored.type, json, version, address, context),
  }));
}

/** DELETE: the device is no longer managed; its directory device stays. */
async function deleteManagedDevice(found: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  const { stored } = found;
  checkIfMatch(plan, stored);
  const links = await context.reader.links(context.tenant, { kind: CATEGORY_LINK, from: stored.id });
  const operations: ChangeOperation[] = links.flatMap((link) => [{ kind: 'unlink' as const, link }, touchMembers(link.to)]);
  operations.push({ kind: 'delete', key: keyOf(stored) });
  return { outcome: { kind: 'none' }, changes: changeSet(context, [unchanged(stored)], operations) };
}

/**
 * POST …/syncDevice: the device is told to check in. What it has been told stands in `deviceActionResults` until it has done so.
 */
export async function syncDevice(device: Found, context: DomainContext): Promise<Decision> {
  const before = device.json();
  const now = dateTimeOffset(context.now);
  const others = (Array.isArray(before.deviceActionResults) ? (before.deviceActionResults as readonly JsonObject[]) : []).filter(
    ({ actionName }) => actionName !== 'syncDevice',
  );
  const told = { actionName: 'syncDevice', actionState: 'pending', startDateTime: now, lastUpdatedDateTime: now };
  const json = mergeUpdate(betaType(device.type, context), before, { deviceActionResults: [...others, told] });
  return await writeDevice(device, json, undefined, context, () => ({ kind: 'none' }));
}
