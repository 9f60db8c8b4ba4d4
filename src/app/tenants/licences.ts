/** Licences of the built-in tenants: products by their public SKU ids, and the service plans in them that matter here. */
import type { JsonObject } from '../../kernel/json.js';

interface ServicePlan {
  readonly id: string;
  readonly name: string;
  /** As `assignedPlans` names it. */
  readonly service: string;
}

const INTUNE: ServicePlan = { id: 'c1ec4a95-1f05-45b3-a911-aa3fa01094f5', name: 'INTUNE_A', service: 'SCO' };
const EXCHANGE: ServicePlan = { id: 'efb87545-963c-4e0d-99df-69c6916d9eb0', name: 'EXCHANGE_S_ENTERPRISE', service: 'exchange' };
const EXCHANGE_S: ServicePlan = { id: '9aaf7827-d63c-4b61-89c3-182f06f82e5c', name: 'EXCHANGE_S_STANDARD', service: 'exchange' };
const ENTRA_P1: ServicePlan = { id: '41781fb2-bc02-4b7c-bd55-b576c07bb09d', name: 'AAD_PREMIUM', service: 'AADPremiumService' };
const ENTRA_P2: ServicePlan = { id: 'eec0eb4f-6444-4f95-aba0-50c24d67f998', name: 'AAD_PREMIUM_P2', service: 'AADPremiumService' };
const TEAMS: ServicePlan = { id: '57ff2da0-773e-42df-b2af-ffb7a2317929', name: 'TEAMS1', service: 'TeamspaceAPI' };

export interface Licence {
  readonly skuId: string;
  readonly partNumber: string;
  readonly plans: readonly ServicePlan[];
  /** Units bought. */
  readonly units: number;
}

export const licences = {
  e5: {
    skuId: '06ebc4ee-1bb5-47dd-8120-11324bc54e06',
    partNumber: 'SPE_E5',
    plans: [INTUNE, EXCHANGE, ENTRA_P1, ENTRA_P2, TEAMS],
    units: 700,
  },
  f3: { skuId: '66b55226-6b4f-492c-910c-a3b7a3c9d993', partNumber: 'SPE_F1', plans: [INTUNE, ENTRA_P1, TEAMS], units: 200 },
  /** Mail and meetings without device management: its holders are not licensed users to Intune. */
  e1: { skuId: '18181a46-0d4e-45cd-891e-60aabd171b4e', partNumber: 'STANDARDPACK', plans: [EXCHANGE_S, TEAMS], units: 50 },
  ems: { skuId: 'efccb6f7-5641-4e0e-bd10-b4976e1bf68e', partNumber: 'EMS', plans: [INTUNE, ENTRA_P1], units: 25 },
} as const satisfies Record<string, Licence>;

export type LicenceName = keyof typeof licences;

/** Whether the licence makes its holder a licensed user to Intune. */
export function includesIntune(name: LicenceName | undefined): boolean {
  return name !== undefined && licences[name].plans.some((plan) => plan.id === INTUNE.id);
}

/** The licence members of a user who holds `name`, assigned at a time of wire form. */
export function userLicence(name: LicenceName | undefined, assignedAt: string): JsonObject {
  if (name === undefined) return { assignedLicenses: [], assignedPlans: [] };
  const licence: Licence = licences[name];
  return {
    assignedLicenses: [{ disabledPlans: [], skuId: licence.skuId }],
    assignedPlans: licence.plans.map((plan) => ({
      assignedDateTime: assignedAt,
      capabilityStatus: 'Enabled',
      service: plan.service,
      servicePlanId: plan.id,
    })),
  };
}

/** A `subscribedSku` of which `consumed` units are assigned. */
export function subscribedSku(tenantId: string, name: LicenceName, consumed: number): JsonObject & { readonly id: string } {
  const licence: Licence = licences[name];
  return {
    id: `${tenantId}_${licence.skuId}`,
    accountId: tenantId,
    appliesTo: 'User',
    capabilityStatus: 'Enabled',
    consumedUnits: consumed,
    prepaidUnits: { enabled: Math.max(licence.units, consumed), suspended: 0, warning: 0, lockedOut: 0 },
    servicePlans: licence.plans.map((plan) => ({
      servicePlanId: plan.id,
      servicePlanName: plan.name,
      provisioningStatus: 'Success',
      appliesTo: 'User',
    })),
    skuId: licence.skuId,
    skuPartNumber: licence.partNumber,
  };
}
