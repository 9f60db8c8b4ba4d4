import { shortened } from '../claims.js';
import { oauthError } from './oauth-error.js';
import type { IssuerTenant } from './options.js';

/** The tenant segment of a URL: one tenant, or any of them (`common`, `organizations`) until the user is known. */
export type TenantChoice = { readonly kind: 'one'; readonly tenant: IssuerTenant } | { readonly kind: 'any'; readonly alias: string };

/**
 * @param segment a tenant's id, name or domain, `common` or `organizations`; case does not matter
 * @throws OAuthError tenantUnknown
 */
export function chooseTenant(tenants: readonly IssuerTenant[], segment: string): TenantChoice {
  const wanted = segment.toLowerCase();
  const tenant = tenants.find(({ id, name, domain }) => [id, name, domain].some((known) => known.toLowerCase() === wanted));
  if (tenant !== undefined) return { kind: 'one', tenant };
  if (wanted === 'common' || wanted === 'organizations') return { kind: 'any', alias: wanted };
  throw oauthError('tenantUnknown', { tenant: shortened(segment), known: tenants.map(({ name }) => name) });
}

/** The tenants a choice leaves open. */
export function tenantsOf(choice: TenantChoice, tenants: readonly IssuerTenant[]): readonly IssuerTenant[] {
  return choice.kind === 'one' ? [choice.tenant] : tenants;
}

/** True when what was granted in a tenant may be redeemed under this choice. */
export function admits(choice: TenantChoice, tenantId: string): boolean {
  return choice.kind === 'any' || choice.tenant.id === tenantId;
}
