/** A tenant's memberships as they would be on an overlay: the resident's own, until something is laid over that they follow from. */
import type { Memberships, Resident } from '../resident.js';
import { storeResident } from '../store-resident.js';
import type { Overlay } from './overlay.js';

const MEMBERSHIP_SETS: ReadonlySet<string> = new Set(['users', 'devices', 'groups', 'deviceManagement/managedDevices']);
const MEMBERSHIP_LINKS: ReadonlySet<string> = new Set(['members', 'manager']);

/**
 * Who gets what stays the resident's: a preview's impacts are rehearsed, not asked.
 * @param now what `system.now` says in a membership rule, milliseconds since the epoch
 */
export function overlayResident(resident: Resident, overlay: Overlay, tenant: string, now: number): Resident {
  const computed = storeResident(overlay, tenant, now);
  const answering = (): Memberships => (overlay.touches(MEMBERSHIP_SETS, MEMBERSHIP_LINKS) ? computed : resident);
  return {
    dynamicMembers: (groupId) => answering().dynamicMembers(groupId),
    transitiveMembers: (groupId) => answering().transitiveMembers(groupId),
    groupsOf: (object, transitive) => answering().groupsOf(object, transitive),
    devicesMatching: (rule, platform) => answering().devicesMatching(rule, platform),
    devicesWhere: (test, skip, limit) => answering().devicesWhere(test, skip, limit),
    targeting: (ask) => resident.targeting(ask),
    rehearse: (steps, basis) => resident.rehearse(steps, basis),
  };
}
