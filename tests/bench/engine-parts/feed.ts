/** Feeds a resident engine with the benchmark's tenant, in the order in which a store would. */
import { createTenantEngine, type TenantEngine } from '../../../src/engine/tenant-engine.js';
import { groupId, memberId } from './groups.js';
import { asAssignment } from './policies.js';
import { told } from './progress.js';
import { asFilter, asPolicy, type BenchTenant } from './tenant.js';

export function engineOf(tenant: BenchTenant): TenantEngine {
  const engine = createTenantEngine(() => Date.UTC(2026, 0, 1));
  const { size } = tenant;
  told(`engine: ${size.users} users`, () => {
    for (const user of tenant.users()) engine.putUser(user.id, user);
  });
  told(`engine: ${size.devices} devices, twice each`, () => {
    for (const { directory, managed } of tenant.devices()) {
      engine.putDevice(directory.id, directory);
      engine.putManagedDevice(managed.id, managed);
    }
  });
  told('engine: memberships', () => {
    for (const membership of tenant.memberships()) {
      engine.addMember(groupId(membership.group), { kind: membership.kind, id: memberId(membership) });
    }
  });
  told(`engine: ${size.groups} groups, ${tenant.forms.nestedFrom - tenant.forms.dynamicFrom} of them filled by rule`, () => {
    engine.expectGroups();
    for (const group of tenant.groups()) engine.putGroup(group.id, group);
  });
  told(`engine: ${size.policies} policies, ${size.assignments} assignments`, () => {
    for (const filter of tenant.filters) engine.targeting.putFilter(asFilter(filter));
    for (const policy of tenant.policies()) {
      engine.targeting.putPolicy(asPolicy(policy));
      for (const assignment of tenant.assignmentsOf(policy.index))
        engine.targeting.putAssignment(policy.id, asAssignment(policy.index, assignment));
    }
  });
  engine.trim();
  return engine;
}
