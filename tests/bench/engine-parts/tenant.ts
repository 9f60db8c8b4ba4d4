/**
 * The benchmark's tenant: made anew, thing by thing, whenever it is asked for, always the same. Nothing of it is kept but the vocabulary,
 * the filters and where each policy's assignments begin.
 */
import type { Filter, Policy } from '../../../src/engine/targeting/index.js';
import { formsOf, type GroupForms, type GroupSizes, groupObject, type Membership, membershipsOf } from './groups.js';
import { devicesOf, type Identified, usersOf } from './objects.js';
import { type Assigning, type BenchFilter, type BenchPolicy, createAssigning, type PolicyCounts } from './policies.js';

export interface TenantSize extends GroupSizes, PolicyCounts {}

export interface BenchTenant extends Assigning {
  readonly size: TenantSize;
  readonly forms: GroupForms;
  users(): Iterable<Identified>;
  devices(): Iterable<{ readonly directory: Identified; readonly managed: Identified }>;
  groups(): Iterable<Identified>;
  memberships(): Iterable<Membership>;
  policies(): Iterable<BenchPolicy>;
}

/** A fleet of this many devices; only small ones have fewer groups than 50,000. */
export function tenantSize(devices: number): TenantSize {
  return {
    devices,
    users: Math.max(1, Math.floor(devices / 2)),
    groups: Math.min(50_000, Math.max(5000, Math.floor(devices / 20))),
    filters: 200,
    policies: 5000,
    assignments: 60_000,
  };
}

export function createTenant(size: TenantSize): BenchTenant {
  const forms = formsOf(size.groups);
  const assigning = createAssigning(size);
  return {
    ...assigning,
    size,
    forms,
    users: () => usersOf(size.users),
    devices: () => devicesOf(size.devices, size.users),
    groups: () => mapped(size.groups, (index) => groupObject(index, forms)),
    memberships: () => membershipsOf(size),
    policies: () => mapped(size.policies, assigning.policy),
  };
}

export function asPolicy({ id, platform }: BenchPolicy): Policy {
  return { id, platforms: new Set([platform]), rules: [] };
}

export function asFilter({ id, platform, rule }: BenchFilter): Filter {
  return { id, platform, rule };
}

function* mapped<T>(count: number, make: (index: number) => T): Generator<T, void, void> {
  for (let index = 0; index < count; index += 1) yield make(index);
}
