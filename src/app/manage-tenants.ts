/** The tenants of a store: the built-in ones, and those that people make for themselves. */
import type { Clock } from '../kernel/clock.js';
import { newGuid } from '../kernel/ids.js';
import { isObject } from '../kernel/json.js';
import type { Schema } from '../model/schema.js';
import type { Store, TenantRecord } from '../storage/store.js';
import { isBuiltIn, isSeeded, type PreparedTenant, prepareTenants, writeSeed } from './prepare-tenants.js';
import { builtInTenants, seedOwnTenant } from './tenants/index.js';

type TenantReader = Pick<Store, 'read' | 'list' | 'tenants'>;

export interface ListedTenant {
  readonly name: string;
  readonly id: string;
  readonly domain: string | undefined;
  readonly createdAt: string;
  /** Whether its making was cut off: a reset makes it whole. */
  readonly incomplete: boolean;
}

/** What is wrong with a name, or with what it names. */
export type TenantFault =
  | { readonly fault: 'nameInvalid' }
  | { readonly fault: 'domainInvalid' }
  | { readonly fault: 'nameBuiltIn' }
  | { readonly fault: 'nameTaken'; readonly id: string }
  | { readonly fault: 'domainTaken'; readonly name: string }
  | { readonly fault: 'unknown'; readonly known: readonly string[] };

/** Names stand in URLs and on command lines. */
const NAME = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/;
const DOMAIN = /^(?=.{4,200}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;

/** Every tenant of the store, in the order of their names. */
export async function listTenants(store: TenantReader): Promise<readonly ListedTenant[]> {
  const records = await store.tenants();
  const listed = await Promise.all(records.map((record) => describe(record, store)));
  return listed.sort((a, b) => (a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1));
}

/** The tenants that people have made, as a server offers them: each with its first domain. */
export async function ownTenants(store: TenantReader): Promise<readonly PreparedTenant[]> {
  const own = (await listTenants(store)).filter(({ name, incomplete }) => !isBuiltIn(name) && !incomplete);
  return own.map(({ name, id, domain }) => ({ name, id, domain: domain ?? `${name}.example`, example: undefined }));
}

/** @param wanted the domain and the organization's name follow from the name where they are not given */
export async function createOwnTenant(
  name: string,
  wanted: { readonly domain?: string | undefined; readonly displayName?: string | undefined },
  store: Store,
  schema: Schema,
  clock: Clock,
): Promise<ListedTenant | TenantFault> {
  if (!NAME.test(name)) return { fault: 'nameInvalid' };
  if (isBuiltIn(name)) return { fault: 'nameBuiltIn' };
  const domain = (wanted.domain ?? `${name}.example`).toLowerCase();
  if (!DOMAIN.test(domain)) return { fault: 'domainInvalid' };
  const existing = await listTenants(store);
  const taken = existing.find((tenant) => tenant.name === name);
  if (taken !== undefined) return { fault: 'nameTaken', id: taken.id };
  const domains = [...existing, ...builtInTenants];
  const holder = domains.find((tenant) => tenant.domain === domain);
  if (holder !== undefined) return { fault: 'domainTaken', name: holder.name };
  const tenant = { id: newGuid(), name, domain, displayName: wanted.displayName ?? name };
  const seed = seedOwnTenant(tenant, schema, clock);
  await writeSeed(seed, store);
  return { ...tenant, createdAt: seed.record.createdAt, incomplete: false };
}

/** Take everything out of a tenant and give it what it began with; its id, name and domain stay. */
export async function resetTenant(wanted: string, store: Store, schema: Schema, clock: Clock): Promise<ListedTenant | TenantFault> {
  const found = await find(wanted, store);
  if ('fault' in found) return found;
  const displayName = await organizationName(found.id, store);
  await store.deleteTenant(found.id);
  if (isBuiltIn(found.name)) {
    const [made] = await prepareTenants([{ name: found.name, id: found.id }], store, schema);
    return { ...found, domain: made?.domain, incomplete: false };
  }
  const domain = found.domain ?? `${found.name}.example`;
  await writeSeed(seedOwnTenant({ id: found.id, name: found.name, domain, displayName: displayName ?? found.name }, schema, clock), store);
  return { ...found, domain, incomplete: false };
}

export async function removeTenant(wanted: string, store: Store): Promise<ListedTenant | TenantFault> {
  const found = await find(wanted, store);
  if ('fault' in found) return found;
  await store.deleteTenant(found.id);
  return found;
}

async function find(wanted: string, store: TenantReader): Promise<ListedTenant | TenantFault> {
  const text = wanted.toLowerCase();
  const tenants = await listTenants(store);
  const found = tenants.find(({ name }) => name.toLowerCase() === text) ?? tenants.find(({ id }) => id.toLowerCase() === text);
  return found ?? { fault: 'unknown', known: tenants.map(({ name }) => name) };
}

async function describe({ id, name, createdAt }: TenantRecord, store: TenantReader): Promise<ListedTenant> {
  const organization = await organizationOf(id, store);
  const domains = Array.isArray(organization?.verifiedDomains) ? organization.verifiedDomains.filter(isObject) : [];
  const first = domains.find(({ isDefault }) => isDefault === true) ?? domains[0];
  const domain = typeof first?.name === 'string' ? first.name : undefined;
  return { id, name, createdAt, domain, incomplete: !(await isSeeded(store, id)) };
}

async function organizationName(tenant: string, store: TenantReader): Promise<string | undefined> {
  const name = (await organizationOf(tenant, store))?.displayName;
  return typeof name === 'string' ? name : undefined;
}

async function organizationOf(tenant: string, store: TenantReader) {
  const query = { set: 'organization', parent: '', filter: undefined, orderBy: [], skip: 0, limit: 1, count: false };
  const [stored] = (await store.list(tenant, query)).entities;
  const organization: unknown = stored === undefined ? undefined : JSON.parse(stored.json);
  return isObject(organization) ? organization : undefined;
}
