export {
  type BuiltInTenant,
  type BuiltInTenantName,
  builtInTenant,
  builtInTenants,
  type FirstMinute,
  findSeedUser,
  firstMinute,
  type OwnTenant,
  type Seed,
  type SeedOptions,
  seedOwnTenant,
  seedTenant,
  seedUsers,
} from './built-in.js';
export { DOCS_ASSIGNMENT_ID, type DocsPath, docsExampleBody, docsTenantPaths } from './docs.js';
export type { AdministratorRole, SeedUser } from './organization.js';
