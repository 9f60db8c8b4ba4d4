/** People, devices and groups as Graph shows them: the members that matter, to which a store adds the model's defaults. */
import type { JsonObject } from '../../../src/kernel/json.js';
import {
  type DeviceFacts,
  deviceFacts,
  deviceId,
  directoryDeviceId,
  managedDeviceId,
  NOBODY,
  type UserFacts,
  userFacts,
  userId,
  userPrincipalName,
} from './fleet.js';

export type Identified = JsonObject & { readonly id: string };

const SINCE = '2024-03-01T08:00:00Z';
const MDM = '0000000a-0000-0000-c000-000000000000';

const plan = (service: string, servicePlanId: string) => ({ assignedDateTime: SINCE, capabilityStatus: 'Enabled', service, servicePlanId });
const EXCHANGE = plan('exchange', 'efb87545-963c-4e0d-99df-69c6916d9eb0');
const UNLICENSED = [EXCHANGE];
const LICENSED = [plan('SCO', 'c1ec4a95-1f05-45b3-a911-aa3fa01094f5'), EXCHANGE];

const trustTypes = { azureADJoined: 'AzureAd', azureADRegistered: 'Workplace', hybridAzureADJoined: 'ServerAd' } as const;

export function userObject(index: number): Identified {
  const facts: UserFacts = userFacts(index);
  return {
    id: userId(index),
    accountEnabled: facts.enabled,
    assignedPlans: facts.licensed ? LICENSED : UNLICENSED,
    companyName: facts.company,
    country: facts.country,
    createdDateTime: SINCE,
    department: facts.department,
    displayName: `${facts.givenName} ${facts.surname}`,
    employeeId: String(100_000 + index),
    givenName: facts.givenName,
    jobTitle: facts.jobTitle,
    mail: facts.upn,
    mailNickname: `${facts.surname}${index}`,
    officeLocation: facts.office,
    onPremisesExtensionAttributes: { extensionAttribute1: facts.costCentre },
    surname: facts.surname,
    usageLocation: 'DE',
    userPrincipalName: facts.upn,
    userType: facts.guest ? 'Guest' : 'Member',
  };
}

export function directoryDeviceObject(facts: DeviceFacts): Identified {
  return {
    id: directoryDeviceId(facts.index),
    accountEnabled: true,
    deviceCategory: facts.category ?? null,
    deviceId: deviceId(facts.index),
    deviceOwnership: facts.personal ? 'Personal' : 'Company',
    deviceVersion: 2,
    displayName: facts.name,
    enrollmentProfileName: facts.enrollmentProfile ?? null,
    extensionAttributes: { extensionAttribute1: facts.site, extensionAttribute2: facts.ring },
    isManaged: true,
    isRooted: facts.rooted,
    managementType: 'MDM',
    manufacturer: facts.manufacturer,
    mdmAppId: MDM,
    model: facts.model,
    operatingSystem: facts.kind.osType,
    operatingSystemVersion: facts.version,
    physicalIds: facts.kind.name === 'windows' && facts.index % 2 === 0 ? [`[OrderId]:${facts.site}`] : [],
    profileType: facts.user === NOBODY ? 'Shared' : 'RegisteredDevice',
    registrationDateTime: SINCE,
    trustType: trustTypes[facts.join],
  };
}

/** @param upn of the primary user */
export function managedDeviceObject(facts: DeviceFacts, upn: string): Identified {
  const owner = facts.personal ? 'personal' : 'company';
  return {
    id: managedDeviceId(facts.index),
    azureADDeviceId: deviceId(facts.index),
    azureActiveDirectoryDeviceId: deviceId(facts.index),
    azureADRegistered: true,
    complianceState: 'compliant',
    deviceCategoryDisplayName: facts.category ?? '',
    deviceEnrollmentType: facts.kind.enrollmentType,
    deviceName: facts.name,
    deviceType: facts.kind.deviceType,
    emailAddress: upn,
    enrolledDateTime: SINCE,
    enrollmentProfileName: facts.enrollmentProfile ?? null,
    jailBroken: facts.kind.name === 'windows' ? 'Unknown' : facts.rooted ? 'True' : 'False',
    joinType: facts.join,
    lastSyncDateTime: SINCE,
    managedDeviceName: `${facts.kind.operatingSystem}_${facts.name}`,
    managedDeviceOwnerType: owner,
    managementAgent: facts.kind.platform === 'androidForWork' ? 'googleCloudDevicePolicyController' : 'mdm',
    manufacturer: facts.manufacturer,
    model: facts.model,
    operatingSystem: facts.kind.operatingSystem,
    osVersion: facts.version,
    ownerType: owner,
    processorArchitecture: facts.architecture,
    serialNumber: `SN${facts.index.toString(36).toUpperCase().padStart(8, '0')}`,
    skuNumber: facts.sku,
    userId: facts.user === NOBODY ? '' : userId(facts.user),
    userPrincipalName: upn,
  };
}

/** Every user, one after the other. */
export function* usersOf(users: number): Generator<Identified, void, void> {
  for (let index = 0; index < users; index += 1) yield userObject(index);
}

/** Every device as the directory and the device management keep it. */
export function* devicesOf(
  devices: number,
  users: number,
): Generator<{ readonly directory: Identified; readonly managed: Identified }, void, void> {
  for (let index = 0; index < devices; index += 1) {
    const facts = deviceFacts(index, users);
    const upn = facts.user === NOBODY ? '' : userPrincipalName(facts.user);
    yield { directory: directoryDeviceObject(facts), managed: managedDeviceObject(facts, upn) };
  }
}
