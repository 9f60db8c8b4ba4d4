/** The tenants that come with Muster. The same bytes on every machine: nothing here asks the clock or chance of its own accord. */
import { type Clock, dateTimeOffset } from '../../kernel/clock.js';
import type { Schema } from '../../model/schema.js';
import type { ChangeSet } from '../../storage/change-set.js';
import type { TenantRecord } from '../../storage/store.js';
import { demoFirstMinute, demoUsers, writeDemo } from './demo/demo.js';
import { docsFirstMinute, docsUsers, writeDocs } from './docs.js';
import { emptyUsers, writeEmpty } from './empty.js';
import type { SeedUser } from './organization.js';
import { type SeedTenant, type SeedWriter, seedWriter } from './seed-writer.js';
import { unlicensedUsers, writeUnlicensed } from './unlicensed.js';

export type BuiltInTenantName = 'demo' | 'docs' | 'empty' | 'unlicensed';

export interface BuiltInTenant {
  readonly name: BuiltInTenantName;
  readonly id: string;
  /** Part of every user principal name after the `@`. */
  readonly domain: string;
  readonly displayName: string;
}

interface Maker {
  readonly users: (domain: string) => readonly SeedUser[];
  readonly write: (writer: SeedWriter) => void;
  readonly firstMinute: FirstMinute | undefined;
}

/** An assignment worth changing first. */
export interface FirstMinute {
  readonly configurationId: string;
  readonly assignmentId: string;
}

export const builtInTenants: readonly BuiltInTenant[] = [
  { name: 'demo', id: '11111111-1111-4111-8111-111111111111', domain: 'fabrikam-demo.example', displayName: 'Fabrikam' },
  { name: 'docs', id: '22222222-2222-4222-8222-222222222222', domain: 'contoso-docs.example', displayName: 'Contoso Docs' },
  { name: 'empty', id: '33333333-3333-4333-8333-333333333333', domain: 'empty-tenant.example', displayName: 'Empty' },
  { name: 'unlicensed', id: '44444444-4444-4444-8444-444444444444', domain: 'unlicensed-tenant.example', displayName: 'Unlicensed' },
];

const makers: Readonly<Record<BuiltInTenantName, Maker>> = {
  demo: { users: demoUsers, write: writeDemo, firstMinute: demoFirstMinute() },
  docs: { users: docsUsers, write: writeDocs, firstMinute: docsFirstMinute() },
  empty: { users: emptyUsers, write: writeEmpty, firstMinute: undefined },
  unlicensed: { users: unlicensedUsers, write: writeUnlicensed, firstMinute: undefined },
};

/** The moment the data is from, unless a clock says otherwise. */
const SEED_TIME = Date.parse('2026-11-02T06:00:00Z');

export function builtInTenant(name: BuiltInTenantName): BuiltInTenant {
  return builtInTenants.find((tenant) => tenant.name === name) as BuiltInTenant;
}

export interface SeedOptions {
  /** The beta model. */
  readonly schema: Schema;
  /** In place of the tenant's own id; ids of its objects stay. */
  readonly tenantId?: string;
  /** In place of the fixed moment from which the data's times count back. */
  readonly clock?: Clock;
}

export interface Seed {
  readonly record: TenantRecord;
  /** To be committed in order; each holds at most 2,000 operations. */
  readonly changeSets: readonly ChangeSet[];
  readonly users: () => readonly SeedUser[];
}

/** All that a built-in tenant holds. Pure: the same options give the same bytes. */
export function seedTenant(name: BuiltInTenantName, { schema, tenantId, clock }: SeedOptions): Seed {
  const tenant = seedOf(name, tenantId, clock);
  const writer = seedWriter(schema, tenant);
  makers[name].write(writer);
  return {
    record: { id: tenant.id, name, createdAt: dateTimeOffset(tenant.now) },
    changeSets: writer.changeSets(),
    users: () => makers[name].users(tenant.domain),
  };
}

export interface OwnTenant {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly displayName: string;
}

/** A tenant of somebody's own: what the tenant `empty` holds, under its own name and domain. */
export function seedOwnTenant({ id, name, domain, displayName }: OwnTenant, schema: Schema, clock: Clock): Omit<Seed, 'users'> {
  const now = clock.now();
  const writer = seedWriter(schema, { id, domain, displayName, now });
  writeEmpty(writer);
  return { record: { id, name, createdAt: dateTimeOffset(now) }, changeSets: writer.changeSets() };
}

function seedOf(name: BuiltInTenantName, tenantId: string | undefined, clock: Clock | undefined): SeedTenant {
  const { id, domain, displayName } = builtInTenant(name);
  return { id: tenantId ?? id, domain, displayName, now: clock?.now() ?? SEED_TIME };
}

/** Write a built-in tenant's content with a writer of one's own. */
export function writeBuiltInTenant(name: BuiltInTenantName, writer: SeedWriter): void {
  makers[name].write(writer);
}

/** An assignment of the tenant that the first-minute example updates; undefined where there is none. */
export function firstMinute(name: BuiltInTenantName): FirstMinute | undefined {
  return makers[name].firstMinute;
}

/** The users of a built-in tenant, administrators first; made without the model. */
export function seedUsers(name: BuiltInTenantName): readonly SeedUser[] {
  return makers[name].users(builtInTenant(name).domain);
}

/** A user of a built-in tenant by user principal name, whatever its case. */
export function findSeedUser(name: BuiltInTenantName, userPrincipalName: string): SeedUser | undefined {
  const wanted = userPrincipalName.toLowerCase();
  return seedUsers(name).find((user) => user.userPrincipalName.toLowerCase() === wanted);
}
