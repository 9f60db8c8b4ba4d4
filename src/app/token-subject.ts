/** Whom a token made on the command line is for: a tenant by name or id, and one of its users. */
import { GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR, newGuid } from '../kernel/ids.js';
import type { Schema } from '../model/schema.js';
import type { Store } from '../storage/store.js';
import { isBuiltIn, type TenantChoice } from './prepare-tenants.js';
import { type BuiltInTenantName, builtInTenants, findSeedUser, type SeedUser, seedUsers } from './tenants/index.js';
import { type DirectoryUser, userDirectory } from './user-directory.js';

type TenantReader = Pick<Store, 'read' | 'list' | 'links' | 'tenants'>;

export interface TokenTenant {
  readonly id: string;
  readonly name: string;
}

/**
 * @param wanted name or id of a tenant: a chosen one, another built-in one, or one that the database holds
 * @returns the tenant, or the names that would have been known
 */
export async function resolveTenant(
  wanted: string,
  choices: readonly TenantChoice[],
  reader: TenantReader | undefined,
): Promise<TokenTenant | { readonly known: readonly string[] }> {
  const bound = choices.flatMap(({ name, id }) => (id === undefined ? [] : [{ name, id }]));
  const stored = (await reader?.tenants()) ?? [];
  const tenants: TokenTenant[] = [...bound, ...builtInTenants, ...stored];
  const text = wanted.toLowerCase();
  const found = tenants.find(({ name }) => name.toLowerCase() === text) ?? tenants.find(({ id }) => id.toLowerCase() === text);
  return found === undefined ? { known: [...new Set(tenants.map(({ name }) => name))] } : { id: found.id, name: found.name };
}

/**
 * A user of the tenant: from the database where it holds the tenant, else from the tenant's seed.
 *
 * @param userPrincipalName undefined: the tenant's administrator
 * @returns `known` false with a user made up for the name, who holds no role
 */
export async function tokenUser(
  tenant: TokenTenant,
  userPrincipalName: string | undefined,
  database: { readonly store: TenantReader; readonly beta: Schema } | undefined,
): Promise<DirectoryUser & { readonly known: boolean }> {
  const stored = database !== undefined && (await database.store.tenants()).some(({ id }) => id === tenant.id);
  const found = stored
    ? await storedUser(userDirectory(database.store, database.beta), tenant.id, userPrincipalName)
    : seedUser(tenant.name, userPrincipalName);
  if (found !== undefined) return { ...found, known: true };
  const name = userPrincipalName ?? 'administrator';
  return { id: newGuid(), userPrincipalName: name, displayName: name, directoryRoles: [], known: false };
}

async function storedUser(
  directory: ReturnType<typeof userDirectory>,
  tenantId: string,
  userPrincipalName: string | undefined,
): Promise<DirectoryUser | undefined> {
  if (userPrincipalName !== undefined) return directory.findUser(tenantId, userPrincipalName);
  return (await directory.listUsers(tenantId, 1))[0];
}

function seedUser(tenant: string, userPrincipalName: string | undefined): DirectoryUser | undefined {
  if (!isBuiltIn(tenant)) return undefined;
  const user = userPrincipalName === undefined ? administratorOf(tenant) : findSeedUser(tenant, userPrincipalName);
  return user === undefined ? undefined : { ...user, directoryRoles: user.roles.map((role) => ROLE_TEMPLATES[role]) };
}

const ROLE_TEMPLATES: Readonly<Record<SeedUser['roles'][number], string>> = {
  globalAdministrator: GLOBAL_ADMINISTRATOR,
  intuneAdministrator: INTUNE_ADMINISTRATOR,
};

function administratorOf(tenant: BuiltInTenantName): SeedUser | undefined {
  const administrators = seedUsers(tenant).filter(({ roles }) => roles.length > 0);
  return administrators.find(({ roles }) => roles.includes('intuneAdministrator')) ?? administrators[0];
}
