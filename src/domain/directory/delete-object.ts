/** Deleting a user, device or group: with it go its links both ways and the values it claims. Assignments that point at a group stay. */
import type { Plan } from '../../query/plan.js';
import type { ChangeOperation } from '../../storage/change-set.js';
import type { DomainContext } from '../context.js';
import type { Found } from '../read/place.js';
import type { ObjectRef } from '../resident.js';
import { changeSet, checkIfMatch, type Decision, keyOf, unchanged } from '../write/change.js';
import { changeClaims } from './claims.js';

/** Kinds of links that an object holds, and those that others hold to it. */
const LINKS: Readonly<Record<ObjectRef['set'], { readonly held: readonly string[]; readonly holding: readonly string[] }>> = {
  users: { held: ['manager', 'directoryRoles'], holding: ['members', 'owners', 'manager', 'registeredOwners', 'registeredUsers'] },
  devices: { held: ['registeredOwners', 'registeredUsers'], holding: ['members'] },
  groups: { held: ['members', 'owners'], holding: ['members'] },
};

export async function deleteDirectoryObject(set: ObjectRef['set'], found: Found, plan: Plan, context: DomainContext): Promise<Decision> {
  checkIfMatch(plan, found.stored);
  const { id } = found.stored;
  const operations: ChangeOperation[] = [];
  for (const kind of LINKS[set].held) {
    for (const link of await context.reader.links(context.tenant, { kind, from: id })) operations.push({ kind: 'unlink', link });
  }
  for (const kind of LINKS[set].holding) {
    for (const link of await context.reader.links(context.tenant, { kind, to: id })) {
      if (link.toSet === set && link.from !== id) operations.push({ kind: 'unlink', link });
    }
  }
  const claims = await changeClaims(set, id, found.json(), undefined, context);
  operations.push(...claims.operations, { kind: 'delete', key: keyOf(found.stored) });
  return { outcome: { kind: 'none' }, changes: changeSet(context, [unchanged(found.stored)], operations) };
}
