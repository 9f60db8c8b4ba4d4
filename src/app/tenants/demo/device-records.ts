/** Each demo device twice, as the service keeps it: the managed device, and the directory device that groups hold. */
import type { JsonObject } from '../../../kernel/json.js';
import { sets } from '../organization.js';
import { namedGuid, type Random, random } from '../random.js';
import { daysAgo, type SeedWriter } from '../seed-writer.js';
import { type DeviceCategoryName, type DeviceKind, deviceCategories } from './device-models.js';
import type { DemoDevice } from './devices.js';

const INTUNE_MDM = '0000000a-0000-0000-c000-000000000000';
const NEVER = '9999-12-31T23:59:59Z';
const GIB = 1024 ** 3;
const HEX = '0123456789ABCDEF';

interface KindFacts {
  /** `managedDevice.operatingSystem`. */
  readonly operatingSystem: string;
  readonly deviceType: string;
  /** `device.operatingSystem`: what dynamic groups call `deviceOSType`. */
  readonly osType: string;
  readonly agent: string;
}

const kinds: Readonly<Record<DeviceKind, KindFacts>> = {
  windows: { operatingSystem: 'Windows', deviceType: 'windowsRT', osType: 'Windows', agent: 'mdm' },
  iPhone: { operatingSystem: 'iOS', deviceType: 'iPhone', osType: 'iPhone', agent: 'mdm' },
  iPad: { operatingSystem: 'iPadOS', deviceType: 'iPad', osType: 'iPad', agent: 'mdm' },
  mac: { operatingSystem: 'macOS', deviceType: 'macMDM', osType: 'MacMDM', agent: 'mdm' },
  androidFullyManaged: {
    operatingSystem: 'Android',
    deviceType: 'androidEnterprise',
    osType: 'AndroidEnterprise',
    agent: 'googleCloudDevicePolicyController',
  },
  androidWorkProfile: {
    operatingSystem: 'Android',
    deviceType: 'androidForWork',
    osType: 'AndroidForWork',
    agent: 'googleCloudDevicePolicyController',
  },
  androidCorporateWorkProfile: {
    operatingSystem: 'Android',
    deviceType: 'androidEnterprise',
    osType: 'AndroidEnterprise',
    agent: 'googleCloudDevicePolicyController',
  },
  aosp: { operatingSystem: 'Android', deviceType: 'androidnGMS', osType: 'AndroidAOSP', agent: 'intuneAosp' },
};

const trustTypes = { azureADJoined: 'AzureAd', azureADRegistered: 'Workplace', hybridAzureADJoined: 'ServerAd' } as const;

function categoryId(name: DeviceCategoryName): string {
  return namedGuid(`demo/category/${name}`);
}

export function writeDeviceCategories(writer: SeedWriter): void {
  for (const { name, description } of deviceCategories) {
    writer.put(sets.deviceCategories, 'deviceCategory', {
      id: categoryId(name),
      displayName: name,
      description,
      roleScopeTagIds: ['0'],
    });
  }
}

export function writeDevices(writer: SeedWriter, devices: readonly DemoDevice[]): void {
  const categoryIds = new Map(deviceCategories.map(({ name }) => [name, categoryId(name)]));
  for (const device of devices) {
    const chance = random(`demo/device-record/${device.index}`);
    const enrolledDays = 14 + chance.below(900);
    const idleDays = chance.chance(0.93) ? chance.fraction() * 3 : 4 + chance.below(60);
    const times: Times = {
      enrolled: daysAgo(writer.tenant.now, enrolledDays),
      seen: daysAgo(writer.tenant.now, Math.min(idleDays, enrolledDays)),
    };
    writer.put(sets.managedDevices, 'managedDevice', managedDevice(device, times, writer.tenant.now, chance));
    writer.put(sets.devices, 'device', directoryDevice(device, times, chance));
    const category = device.category === undefined ? undefined : categoryIds.get(device.category);
    if (category !== undefined) writer.link('deviceCategory', device.id, category, sets.deviceCategories);
  }
}

interface Times {
  readonly enrolled: string;
  readonly seen: string;
}

function managedDevice(device: DemoDevice, times: Times, now: number, chance: Random): JsonObject & { readonly id: string } {
  const { model, person, kind } = device;
  const facts = kinds[kind];
  const owner = device.company ? 'company' : 'personal';
  const storage = model.storageGiB * GIB;
  const cellular = model.chassis === 'phone';
  const scopeTag = { EMEA: ['0', '1'], Americas: ['0', '2'], 'Asia Pacific': ['0'] }[device.office.region];
  return {
    id: device.id,
    userId: person?.id ?? '',
    userPrincipalName: person?.userPrincipalName ?? '',
    userDisplayName: person?.displayName ?? '',
    emailAddress: person?.userPrincipalName ?? '',
    enrolledByUserPrincipalName: person?.userPrincipalName ?? null,
    deviceName: device.name,
    managedDeviceName: `${person?.userPrincipalName.split('@')[0] ?? 'shared'}_${facts.operatingSystem}_${times.enrolled.slice(0, 10)}`,
    managedDeviceOwnerType: owner,
    ownerType: owner,
    managementState: 'managed',
    managementAgent: device.enrollmentType === 'windowsCoManagement' ? 'configurationManagerClientMdm' : facts.agent,
    managementCertificateExpirationDate: daysAgo(now, -(30 + chance.below(330))),
    enrolledDateTime: times.enrolled,
    lastSyncDateTime: times.seen,
    operatingSystem: facts.operatingSystem,
    osVersion: device.os.version,
    androidSecurityPatchLevel: device.os.patch ?? '',
    deviceType: facts.deviceType,
    chassisType: model.chassis,
    complianceState: device.compliance,
    complianceGracePeriodExpirationDateTime: device.compliance === 'inGracePeriod' ? daysAgo(now, -(1 + chance.below(6))) : NEVER,
    jailBroken: kind === 'windows' || kind === 'mac' ? 'Unknown' : device.rooted ? 'True' : 'False',
    isSupervised: device.enrollmentType.startsWith('appleBulk'),
    isEncrypted: !chance.chance(0.03),
    aadRegistered: true,
    azureADRegistered: true,
    azureADDeviceId: device.deviceId,
    azureActiveDirectoryDeviceId: device.deviceId,
    deviceRegistrationState: 'registered',
    joinType: device.joinType,
    deviceEnrollmentType: device.enrollmentType,
    enrollmentProfileName: device.enrollmentProfileName,
    autopilotEnrolled: device.autopilot,
    deviceCategoryDisplayName: device.category ?? '',
    manufacturer: model.manufacturer,
    model: model.model,
    serialNumber: device.serialNumber,
    processorArchitecture: model.architecture,
    physicalMemoryInBytes: model.memoryGiB * GIB,
    totalStorageSpaceInBytes: storage,
    freeStorageSpaceInBytes: Math.floor(storage * (0.1 + 0.75 * chance.fraction())),
    skuFamily: device.edition?.family ?? '',
    skuNumber: device.edition?.sku ?? 0,
    specificationVersion: kind === 'windows' ? '2.0' : '',
    wiFiMacAddress: chance.text(HEX, 12),
    ethernetMacAddress: model.chassis === 'desktop' ? chance.text(HEX, 12) : null,
    imei: cellular ? `35${chance.text('0123456789', 13)}` : '',
    phoneNumber: cellular && person !== undefined ? `${person.office.dialling} ${chance.text('0123456789', 5)}`.replaceAll(' ', '') : '',
    udid: facts.deviceType === 'iPhone' || facts.deviceType === 'iPad' ? `00008130-${chance.text(HEX, 16)}` : null,
    exchangeAccessState: 'none',
    exchangeAccessStateReason: 'none',
    partnerReportedThreatState: kind === 'windows' && device.company ? 'secured' : 'unknown',
    roleScopeTagIds: scopeTag,
  };
}

function directoryDevice(device: DemoDevice, times: Times, chance: Random): JsonObject & { readonly id: string } {
  return {
    id: device.directoryId,
    accountEnabled: true,
    approximateLastSignInDateTime: times.seen,
    deviceCategory: device.category ?? null,
    deviceId: device.deviceId,
    deviceOwnership: device.company ? 'Company' : 'Personal',
    deviceVersion: 2,
    displayName: device.name,
    enrollmentProfileName: device.enrollmentProfileName,
    enrollmentType: device.enrollmentType,
    isCompliant: device.compliance === 'compliant' || device.compliance === 'inGracePeriod',
    isManaged: true,
    isRooted: device.rooted,
    managementType: 'MDM',
    manufacturer: device.model.manufacturer,
    mdmAppId: INTUNE_MDM,
    model: device.model.model,
    onPremisesSyncEnabled: device.joinType === 'hybridAzureADJoined' ? true : null,
    operatingSystem: kinds[device.kind].osType,
    operatingSystemVersion: device.os.version,
    physicalIds: device.autopilot ? [`[ZTDID]:${chance.guid()}`, `[HWID]:h:${chance.text('0123456789', 16)}`] : [],
    profileType: device.person === undefined ? 'Shared' : 'RegisteredDevice',
    registrationDateTime: times.enrolled,
    systemLabels: [],
    trustType: trustTypes[device.joinType],
  };
}
