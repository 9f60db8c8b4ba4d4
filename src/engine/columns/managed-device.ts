import type { JsonObject } from '../../kernel/json.js';
import { type DeviceSet, emptySet } from '../device-set.js';
import type { CellGroup, RowForm } from '../laying/row-form.js';
import { selectEqual } from './select.js';
import { skuNames } from './sku-names.js';
import { type ColumnSpec, createTable, type Table } from './table.js';

/** What a filter rule may ask of a managed device, by its name in the rule. */
export const filterProperties = [
  'deviceName',
  'manufacturer',
  'model',
  'deviceCategory',
  'osVersion',
  'operatingSystemVersion',
  'deviceOwnership',
  'isRooted',
  'enrollmentProfileName',
  'deviceTrustType',
  'operatingSystemSKU',
  'cpuArchitecture',
  'deviceManagementType',
  'isTpmAttested',
] as const;
export type FilterProperty = (typeof filterProperties)[number];

/** The platforms of device filters that a device can be of. */
export type DevicePlatform = 'android' | 'androidForWork' | 'androidAOSP' | 'iOS' | 'macOS' | 'windows10AndLater';

/** Columns beside the filter properties: what the evaluate answer shows, the filter platform, and what lists are filtered by. */
export const accompanyingColumns = ['deviceId', 'userPrincipalName', 'platform', 'operatingSystem'] as const;

export const managedDeviceColumns: readonly ColumnSpec[] = [...filterProperties, ...accompanyingColumns].map((name) => ({
  name,
  kind: 'text',
}));

/** A row of the managed devices' table: the filter values by property, and the accompanying columns. */
export type ManagedDeviceRow = Readonly<Record<FilterProperty | (typeof accompanyingColumns)[number], string | null>>;

/** An empty table of managed devices; its rows are what `managedDeviceRow` makes. */
export function createManagedDeviceTable(): Table {
  return createTable(managedDeviceColumns);
}

/** The devices that a filter of this platform can match at all; none for the platforms of managed apps. */
export function devicesOfPlatform(table: Table, platform: string): DeviceSet {
  const column = table.textColumn('platform');
  return column === undefined ? emptySet(table.rows) : selectEqual(column, [platform]);
}

/** Members that become a column of texts as they stand. */
const TEXT_MEMBERS: Readonly<Partial<Record<(typeof managedDeviceColumns)[number]['name'], string>>> = {
  deviceName: 'deviceName',
  manufacturer: 'manufacturer',
  model: 'model',
  deviceCategory: 'deviceCategoryDisplayName',
  osVersion: 'osVersion',
  enrollmentProfileName: 'enrollmentProfileName',
  deviceId: 'id',
  userPrincipalName: 'userPrincipalName',
  operatingSystem: 'operatingSystem',
};
/** What all other columns follow from. */
const DECIDING_MEMBERS = [
  'operatingSystem',
  'osVersion',
  'deviceEnrollmentType',
  'managementAgent',
  'deviceType',
  'managedDeviceOwnerType',
  'ownerType',
  'jailBroken',
  'joinType',
  'skuNumber',
  'processorArchitecture',
  'azureADRegistered',
  'aadRegistered',
  'deviceHealthAttestationState',
];

/** `managedDeviceRow`, said for rows that are laid out of bytes. */
export const managedDeviceForm: Omit<RowForm, 'names'> = {
  texts: new Map(
    managedDeviceColumns.flatMap(({ name }, column) => {
      const member = TEXT_MEMBERS[name];
      return member === undefined ? [] : [[member, { column, read: text }] as const];
    }),
  ),
  groups: [derivedCells()],
  isForeign: () => false,
};

function derivedCells(): CellGroup {
  const derived = managedDeviceColumns.flatMap(({ name }, column) => (TEXT_MEMBERS[name] === undefined ? [{ name, column }] : []));
  return {
    members: DECIDING_MEMBERS,
    columns: derived.map(({ column }) => column),
    derive(device) {
      const row: Readonly<Record<string, string | null>> = managedDeviceRow(device);
      return derived.map(({ name }) => row[name]!);
    },
  };
}

export function managedDeviceRow(device: JsonObject): ManagedDeviceRow {
  // Member by member: spreading costs more than all the rest, and there is a row for every device of a fleet.
  const values = filterValues(device);
  return {
    deviceName: values.deviceName,
    manufacturer: values.manufacturer,
    model: values.model,
    deviceCategory: values.deviceCategory,
    osVersion: values.osVersion,
    operatingSystemVersion: values.operatingSystemVersion,
    deviceOwnership: values.deviceOwnership,
    isRooted: values.isRooted,
    enrollmentProfileName: values.enrollmentProfileName,
    deviceTrustType: values.deviceTrustType,
    operatingSystemSKU: values.operatingSystemSKU,
    cpuArchitecture: values.cpuArchitecture,
    deviceManagementType: values.deviceManagementType,
    isTpmAttested: values.isTpmAttested,
    deviceId: text(device.id),
    userPrincipalName: text(device.userPrincipalName),
    platform: platformOfDevice(device),
    operatingSystem: text(device.operatingSystem),
  };
}

/**
 * The values that filter rules see of a `managedDevice`; null where it has none (empty text counts as none). A property that does not exist on the
 * device's platform is null too.
 */
export function filterValues(device: JsonObject): Readonly<Record<FilterProperty, string | null>> {
  const platform = platformOfDevice(device);
  const windows = platform === 'windows10AndLater';
  return {
    deviceName: text(device.deviceName),
    manufacturer: text(device.manufacturer),
    model: text(device.model),
    deviceCategory: text(device.deviceCategoryDisplayName),
    osVersion: text(device.osVersion),
    operatingSystemVersion: comparableVersion(text(device.osVersion)),
    deviceOwnership: named(ownerships, device.managedDeviceOwnerType ?? device.ownerType),
    isRooted: windows || platform === 'macOS' ? null : text(device.jailBroken),
    enrollmentProfileName: text(device.enrollmentProfileName),
    deviceTrustType: windows ? named(trustTypes, device.joinType) : null,
    operatingSystemSKU: windows && typeof device.skuNumber === 'number' ? (skuNames.get(device.skuNumber) ?? null) : null,
    cpuArchitecture: windows
      ? named(windowsArchitectures, device.processorArchitecture)
      : platform === 'macOS'
        ? named(macArchitectures, device.processorArchitecture)
        : null,
    deviceManagementType: managementType(device, platform),
    isTpmAttested: windows ? tpmAttested(device) : null,
  };
}

const ownerships: ReadonlyMap<string, string> = new Map([
  ['company', 'Corporate'],
  ['personal', 'Personal'],
  ['unknown', 'Unknown'],
]);

const trustTypes: ReadonlyMap<string, string> = new Map([
  ['azureADJoined', 'Azure AD joined'],
  ['azureADRegistered', 'Azure AD registered'],
  ['hybridAzureADJoined', 'Hybrid Azure AD joined'],
  ['unknown', 'Unknown'],
]);

/** 32-bit ARM has no name among the documented values. */
const windowsArchitectures: ReadonlyMap<string, string> = new Map([
  ['x64', 'amd64'],
  ['x86', 'x86'],
  ['arM64', 'arm64'],
  ['unknown', 'unknown'],
]);

const macArchitectures: ReadonlyMap<string, string> = new Map([
  ['x64', 'x64'],
  ['arM64', 'arm64'],
  ['unknown', 'unknown'],
]);

const managementTypes: ReadonlyMap<string, string> = new Map([
  ['androidEnterpriseFullyManaged', 'Corporate-owned fully managed'],
  ['androidEnterpriseCorporateWorkProfile', 'Corporate-owned with work profile'],
  ['androidAOSPUserOwnedDeviceEnrollment', 'AOSP user-associated devices'],
  ['androidAOSPUserlessDeviceEnrollment', 'AOSP userless devices'],
]);

const SHARED_MODE = 'Corporate-owned dedicated devices with Entra ID Shared mode';
const NO_SHARED_MODE = 'Corporate-owned dedicated devices without Entra ID Shared mode';
const PERSONAL_WORK_PROFILE = 'Personally-owned work profile';

/**
 * A dedicated device does not say whether it is in shared mode; it is taken to be when it is registered in the directory, which shared mode needs. A
 * work profile on a device that somebody enrolled is the personally owned one.
 */
function managementType(device: JsonObject, platform: DevicePlatform | null): string | null {
  if (platform !== 'androidForWork' && platform !== 'androidAOSP') return null;
  const type = device.deviceEnrollmentType;
  if (type === 'androidEnterpriseDedicatedDevice') {
    return (device.azureADRegistered ?? device.aadRegistered) === true ? SHARED_MODE : NO_SHARED_MODE;
  }
  if (platform === 'androidForWork' && type === 'userEnrollment') return PERSONAL_WORK_PROFILE;
  return named(managementTypes, type);
}

/** A device counts as attested when its health attestation carries an attestation identity key; the service does not document what it goes by. */
function tpmAttested(device: JsonObject): string {
  const state = device.deviceHealthAttestationState;
  const key = typeof state === 'object' && state !== null && 'attestationIdentityKey' in state ? state.attestationIdentityKey : null;
  return text(key) === null ? 'False' : 'True';
}

/** What decides a device's filter platform. */
export interface PlatformFacts {
  readonly operatingSystem?: unknown;
  readonly deviceEnrollmentType?: unknown;
  readonly managementAgent?: unknown;
  readonly deviceType?: unknown;
}

/** The filter platform of a managed device; null for a system that filters do not know (Linux, ChromeOS, Windows Phone). */
export function platformOfDevice({
  operatingSystem,
  deviceEnrollmentType,
  managementAgent,
  deviceType,
}: PlatformFacts): DevicePlatform | null {
  switch (typeof operatingSystem === 'string' ? (plainSystems.get(operatingSystem) ?? operatingSystem.trim().toLowerCase()) : '') {
    case 'windows':
      return 'windows10AndLater';
    case 'ios':
    case 'ipados':
      return 'iOS';
    case 'macos':
      return 'macOS';
    case 'android':
    case 'androidforwork':
    case 'androidenterprise':
      return androidPlatform(String(deviceEnrollmentType), String(managementAgent), String(deviceType));
    case 'androidaosp':
      return 'androidAOSP';
    default:
      return null;
  }
}

const enterpriseDeviceTypes: ReadonlySet<string> = new Set(['androidEnterprise', 'androidForWork']);

/** As most devices say it. */
const plainSystems: ReadonlyMap<string, string> = new Map(
  ['Windows', 'iOS', 'iPadOS', 'macOS', 'Android', 'AndroidForWork', 'AndroidEnterprise', 'AndroidAOSP'].map((name) => [
    name,
    name.toLowerCase(),
  ]),
);

function androidPlatform(enrollmentType: string, agent: string, deviceType: string): DevicePlatform {
  if (enrollmentType.startsWith('androidAOSP') || agent === 'intuneAosp' || deviceType === 'androidnGMS') return 'androidAOSP';
  if (enrollmentType.startsWith('androidEnterprise') || agent === 'googleCloudDevicePolicyController') return 'androidForWork';
  return enterpriseDeviceTypes.has(deviceType) ? 'androidForWork' : 'android';
}

/** macOS may add its build (`14.4 (23E214)`); what compares as a version is the part before it. */
function comparableVersion(version: string | null): string | null {
  return version?.endsWith(')') ? version.replace(/ \(.{1,40}\)$/, '') : version;
}

function named(names: ReadonlyMap<string, string>, value: unknown): string | null {
  return typeof value === 'string' ? (names.get(value) ?? null) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
