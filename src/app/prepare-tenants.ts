/** The tenants a server starts with: made from their seed where the store does not hold them yet. */

import type { Schema } from '../model/schema.js';
import type { ChangeSet } from '../storage/change-set.js';
import type { EntityKey, Store } from '../storage/store.js';
import { type BuiltInTenantName, builtInTenant, builtInTenants, firstMinute, type Seed, seedTenant } from './tenants/index.js';

export interface TenantChoice {
  readonly name: string;
  /** In place of the built-in tenant's own id. */
  readonly id: string | undefined;
}

export interface PreparedTenant {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** An assignment to try things on. */
  readonly example: { readonly tenantId: string; readonly path: string; readonly intent: string } | undefined;
}

/** Stands in a tenant once its seed is complete; a start that was cut off is made good by the next one. */
const SEEDED: EntityKey = { set: 'muster/seed', parent: '', id: 'complete' };

/** @returns the chosen tenants in the order of the choice; each exists in the store then */
export async function prepareTenants(choices: readonly TenantChoice[], store: Store, beta: Schema): Promise<readonly PreparedTenant[]> {
  const existing = new Set((await store.tenants()).map(({ id }) => id));
  const prepared: PreparedTenant[] = [];
  for (const choice of choices) {
    if (!isBuiltIn(choice.name)) continue;
    const { domain, id: ownId } = builtInTenant(choice.name);
    const id = choice.id ?? ownId;
    if (existing.has(id) && !(await isSeeded(store, id))) {
      await store.deleteTenant(id);
      existing.delete(id);
    }
    if (!existing.has(id)) await seed(choice.name, id, store, beta);
    prepared.push({ id, name: choice.name, domain, example: exampleOf(choice.name, id) });
  }
  return prepared;
}

export function isBuiltIn(name: string): name is BuiltInTenantName {
  return builtInTenants.some((tenant) => tenant.name === name);
}

/** Whether a tenant was made to the end. */
export async function isSeeded(store: Pick<Store, 'read'>, tenant: string): Promise<boolean> {
  const [marker] = await store.read(tenant, [SEEDED]);
  return marker !== undefined;
}

async function seed(name: BuiltInTenantName, tenantId: string, store: Store, schema: Schema): Promise<void> {
  await writeSeed(seedTenant(name, { schema, tenantId }), store);
}

/** Make a tenant that the store does not hold. */
export async function writeSeed({ record, changeSets }: Omit<Seed, 'users'>, store: Store): Promise<void> {
  await store.createTenant(record);
  const marked: ChangeSet = {
    tenant: record.id,
    actor: {},
    at: record.createdAt,
    expect: [],
    operations: [{ kind: 'put', key: SEEDED, type: 'seed', json: '{}', recorded: false }],
  };
  // Given together, they are written in this order and share one fsync.
  await Promise.all([...changeSets, marked].map((changes) => store.commit(changes)));
}

function exampleOf(name: BuiltInTenantName, tenantId: string): PreparedTenant['example'] {
  const first = firstMinute(name);
  if (first === undefined) return undefined;
  const path = `/beta/deviceManagement/deviceConfigurations/${first.configurationId}/assignments/${first.assignmentId}`;
  return { tenantId, path, intent: 'remove' };
}
