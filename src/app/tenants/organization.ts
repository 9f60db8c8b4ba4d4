/** What every built-in tenant has: its organization, its licences, the default scope tag, and users who may administer it. */
import { GLOBAL_ADMINISTRATOR, INTUNE_ADMINISTRATOR } from '../../kernel/ids.js';
import type { JsonObject } from '../../kernel/json.js';
import { includesIntune, type LicenceName, subscribedSku } from './licences.js';
import { daysAgo, type SeedWriter } from './seed-writer.js';

export const sets = {
  users: 'users',
  groups: 'groups',
  devices: 'devices',
  organization: 'organization',
  skus: 'subscribedSkus',
  directoryRoles: 'directoryRoles',
  managedDevices: 'deviceManagement/managedDevices',
  deviceCategories: 'deviceManagement/deviceCategories',
  filters: 'deviceManagement/assignmentFilters',
  scopeTags: 'deviceManagement/roleScopeTags',
  roleDefinitions: 'deviceManagement/roleDefinitions',
  roleAssignments: 'deviceManagement/roleAssignments',
  configurations: 'deviceManagement/deviceConfigurations',
  policySets: 'deviceAppManagement/policySets',
  policySetItems: 'deviceAppManagement/policySets/items',
  policySetAssignments: 'deviceAppManagement/policySets/assignments',
} as const;

export type AdministratorRole = 'globalAdministrator' | 'intuneAdministrator';

const roleTemplates: Readonly<Record<AdministratorRole, string>> = {
  globalAdministrator: GLOBAL_ADMINISTRATOR,
  intuneAdministrator: INTUNE_ADMINISTRATOR,
};

/** A user of a built-in tenant, as far as tokens and tests need to know. */
export interface SeedUser {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly roles: readonly AdministratorRole[];
}

export interface Place {
  readonly street: string;
  readonly city: string;
  readonly country: string;
  readonly countryCode: string;
  readonly state: string;
  readonly postalCode: string;
}

export function writeOrganization(writer: SeedWriter, place: Place, consumed: Partial<Record<LicenceName, number>>): void {
  const { id, domain, displayName, now } = writer.tenant;
  const since = daysAgo(now, 2190);
  const managed = Object.keys(consumed).some((name) => includesIntune(name as LicenceName));
  writer.put(sets.organization, 'organization', {
    id,
    displayName,
    city: place.city,
    country: place.country,
    countryLetterCode: place.countryCode,
    state: place.state,
    street: place.street,
    postalCode: place.postalCode,
    defaultUsageLocation: place.countryCode,
    createdDateTime: since,
    preferredLanguage: 'en',
    mobileDeviceManagementAuthority: managed ? 'intune' : 'unknown',
    tenantType: 'AAD',
    technicalNotificationMails: [`admin@${domain}`],
    assignedPlans: managed
      ? [{ assignedDateTime: since, capabilityStatus: 'Enabled', service: 'SCO', servicePlanId: 'c1ec4a95-1f05-45b3-a911-aa3fa01094f5' }]
      : [],
    provisionedPlans: managed ? [{ capabilityStatus: 'Enabled', provisioningStatus: 'Success', service: 'SCO' }] : [],
    verifiedDomains: [
      { capabilities: 'Email, OfficeCommunicationsOnline', isDefault: true, isInitial: true, name: domain, type: 'Managed' },
    ],
  });
  for (const [name, count] of Object.entries(consumed))
    writer.put(sets.skus, 'subscribedSku', subscribedSku(id, name as LicenceName, count));
}

/** The scope tag every object carries unless told otherwise. */
export function writeDefaultScopeTag(writer: SeedWriter): void {
  writer.put(sets.scopeTags, 'roleScopeTag', { id: '0', displayName: 'Default', description: '', isBuiltIn: true });
}

export function writeUser(writer: SeedWriter, user: SeedUser, more: JsonObject): void {
  const nickname = user.userPrincipalName.slice(0, user.userPrincipalName.indexOf('@'));
  writer.put(sets.users, 'user', {
    id: user.id,
    accountEnabled: true,
    displayName: user.displayName,
    mail: user.userPrincipalName,
    mailNickname: nickname,
    userPrincipalName: user.userPrincipalName,
    userType: 'Member',
    ...more,
  });
  for (const role of user.roles) writer.link('directoryRoles', user.id, roleTemplates[role], sets.directoryRoles);
}
