/** What directory objects are related to: some of it lies in the store as links, the rest follows from links, nesting and rules. */
import type { NavigationProperty } from '../../model/schema.js';
import type { EntityKey, LinkQuery } from '../../storage/store.js';
import type { DomainContext } from '../context.js';
import { primaryUserKeys } from '../managed-devices/primary-user.js';
import { MANAGED_DEVICES } from '../managed-devices/records.js';
import type { Found } from '../read/place.js';
import type { ObjectRef } from '../resident.js';
import { GROUPS, isDirectorySet, objectKey } from './objects.js';

type Relation = (owner: ObjectRef, context: DomainContext) => Promise<readonly EntityKey[] | undefined>;

const keysOf = (refs: readonly ObjectRef[] | undefined) => refs?.map(objectKey);

const groupsOf =
  (transitive: boolean): Relation =>
  async (owner, context) =>
    (await context.resident.groupsOf(owner, transitive)).map((id) => ({ set: GROUPS, parent: '', id }));

/** The objects that hold a link of this kind to the owner. */
const heldBy =
  (kind: string, holders: string): Relation =>
  async (owner, context) =>
    (await context.reader.links(context.tenant, { kind, to: owner.id })).map(({ from }) => ({ set: holders, parent: '', id: from }));

const memberships: Readonly<Record<string, Relation>> = { memberOf: groupsOf(false), transitiveMemberOf: groupsOf(true) };

/** By set and navigation property; a relation that answers undefined lies in the store like those not named here. */
const RELATIONS: Readonly<Record<ObjectRef['set'], Readonly<Record<string, Relation>>>> = {
  groups: {
    ...memberships,
    members: async (owner, context) => keysOf(await context.resident.dynamicMembers(owner.id)),
    transitiveMembers: async (owner, context) => keysOf(await context.resident.transitiveMembers(owner.id)),
  },
  users: {
    ...memberships,
    directReports: heldBy('manager', 'users'),
    ownedObjects: heldBy('owners', 'groups'),
    registeredDevices: heldBy('registeredUsers', 'devices'),
    ownedDevices: heldBy('registeredOwners', 'devices'),
  },
  devices: memberships,
};

async function computed(owner: Found, property: NavigationProperty, context: DomainContext): Promise<readonly EntityKey[] | undefined> {
  const { set, id } = owner.stored;
  if (set === MANAGED_DEVICES && property.name === 'users') return primaryUserKeys(owner);
  return isDirectorySet(set) ? await RELATIONS[set][property.name]?.({ set, id }, context) : undefined;
}

async function linked(query: LinkQuery, context: DomainContext): Promise<readonly EntityKey[]> {
  return (await context.reader.links(context.tenant, query)).map((link) => ({ set: link.toSet, parent: '', id: link.to }));
}

/** The keys of everything that a collection-valued reference leads to. */
export async function relatedKeys(owner: Found, property: NavigationProperty, context: DomainContext): Promise<readonly EntityKey[]> {
  return (await computed(owner, property, context)) ?? (await linked({ kind: property.name, from: owner.stored.id }, context));
}

/** The key of one of them, by id. */
export async function findRelated(
  owner: Found,
  property: NavigationProperty,
  id: string,
  context: DomainContext,
): Promise<EntityKey | undefined> {
  const keys = await computed(owner, property, context);
  if (keys !== undefined) return keys.find((key) => key.id === id);
  return (await linked({ kind: property.name, from: owner.stored.id, to: id }, context))[0];
}
