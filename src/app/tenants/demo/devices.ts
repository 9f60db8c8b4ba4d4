/** The demo company's devices, decided one by one; `device-records.ts` writes them down. */
import { type Random, random } from '../random.js';
import { type Office, offices } from './company.js';
import {
  type DeviceCategoryName,
  type DeviceKind,
  type DeviceModel,
  deviceCounts,
  deviceModels,
  type OsRelease,
  osReleases,
} from './device-models.js';
import type { Person } from './people.js';

export interface DemoDevice {
  readonly index: number;
  readonly kind: DeviceKind;
  /** Id of the managed device. */
  readonly id: string;
  /** Object id of the directory device. */
  readonly directoryId: string;
  /** What joins the two: `device.deviceId` = `managedDevice.azureADDeviceId`. */
  readonly deviceId: string;
  readonly name: string;
  readonly serialNumber: string;
  readonly model: DeviceModel;
  readonly os: OsRelease;
  readonly edition: WindowsEdition | undefined;
  readonly company: boolean;
  readonly joinType: 'azureADJoined' | 'azureADRegistered' | 'hybridAzureADJoined';
  readonly enrollmentType: string;
  readonly enrollmentProfileName: string | null;
  readonly autopilot: boolean;
  readonly category: DeviceCategoryName | undefined;
  readonly person: Person | undefined;
  readonly office: Office;
  /** Jailbroken or rooted. */
  readonly rooted: boolean;
  readonly compliance: 'compliant' | 'noncompliant' | 'inGracePeriod' | 'unknown' | 'error';
  readonly ring: WindowsRing | undefined;
}

export interface WindowsEdition {
  readonly family: string;
  readonly sku: number;
}

export const windowsRings = ['Canary', 'Pilot', 'Early', 'Broad'] as const;
export type WindowsRing = (typeof windowsRings)[number];

const ENTERPRISE: WindowsEdition = { family: 'Enterprise', sku: 4 };
const PROFESSIONAL: WindowsEdition = { family: 'Professional', sku: 48 };
/** Long-term servicing: a SKU of its own under the same family. */
const ENTERPRISE_LTSC: WindowsEdition = { family: 'Enterprise', sku: 125 };

const SERIAL_ALPHABET = '0123456789BCDFGHJKLMNPQRSTVWXYZ';

const compliances = [
  { state: 'compliant', weight: 86 },
  { state: 'noncompliant', weight: 7 },
  { state: 'inGracePeriod', weight: 4 },
  { state: 'unknown', weight: 2 },
  { state: 'error', weight: 1 },
] as const;

export function demoDevices(people: readonly Person[]): readonly DemoDevice[] {
  const staff = people.filter((person) => person.licensed && person.enabled);
  const pools = { desk: staff.filter((person) => !person.department.frontline), all: staff };
  const devices: DemoDevice[] = [];
  for (const [kind, count] of deviceCounts) {
    for (let order = 0; order < count; order++) devices.push(device(kind, order, devices.length, pools));
  }
  return devices;
}

interface Pools {
  /** Who works at a desk. */
  readonly desk: readonly Person[];
  readonly all: readonly Person[];
}

function device(kind: DeviceKind, order: number, index: number, pools: Pools): DemoDevice {
  const chance = random(`demo/device/${index}`);
  const [id, directoryId, deviceId] = [chance.guid(), chance.guid(), chance.guid()];
  const shared = isShared(kind, chance);
  const pool = kind === 'windows' || kind === 'mac' ? pools.desk : pools.all;
  // Walks the pool in strides, so that everybody gets a device of the kind before anybody gets a second one.
  const person = shared ? undefined : (pool[(order * 7 + kind.length * 31) % pool.length] as Person);
  const office = person?.office ?? chance.weighted(offices);
  const model = chance.weighted(deviceModels[kind]);
  const how = enrolment(kind, shared, chance);
  const serialNumber = model.serial.prefix + chance.text(SERIAL_ALPHABET, model.serial.length);
  return {
    index,
    kind,
    id,
    directoryId,
    deviceId,
    name: deviceName(kind, order, { person, office, model, company: how.company, serialNumber }),
    serialNumber,
    model,
    os: chance.weighted(osReleases[kind]),
    edition: kind !== 'windows' ? undefined : shared && chance.chance(0.4) ? ENTERPRISE_LTSC : how.company ? ENTERPRISE : PROFESSIONAL,
    ...how,
    category: category(kind, person, chance),
    person,
    office,
    rooted: kind !== 'windows' && kind !== 'mac' && order % 97 === 41,
    compliance: chance.weighted(compliances).state,
    ring: kind === 'windows' && how.company ? ringOf(order) : undefined,
  };
}

function isShared(kind: DeviceKind, chance: Random): boolean {
  if (kind === 'windows') return chance.chance(0.16);
  if (kind === 'iPad') return chance.chance(0.35);
  return kind === 'aosp' && chance.chance(0.6);
}

type Enrolment = Pick<DemoDevice, 'company' | 'joinType' | 'enrollmentType' | 'enrollmentProfileName' | 'autopilot'>;

function enrolled(
  company: boolean,
  joinType: DemoDevice['joinType'],
  enrollmentType: string,
  enrollmentProfileName: string | null = null,
  autopilot = false,
): Enrolment {
  return { company, joinType, enrollmentType, enrollmentProfileName, autopilot };
}

function enrolment(kind: DeviceKind, shared: boolean, chance: Random): Enrolment {
  const draw = chance.fraction();
  switch (kind) {
    case 'windows':
      if (shared) return enrolled(true, 'azureADJoined', 'windowsAzureADJoinUsingDeviceAuth', 'Autopilot self-deploying', true);
      if (draw < 0.62) return enrolled(true, 'azureADJoined', 'windowsAzureADJoin', 'Autopilot user-driven', true);
      if (draw < 0.72) return enrolled(true, 'azureADJoined', 'windowsAzureADJoin');
      if (draw < 0.84) return enrolled(true, 'hybridAzureADJoined', 'windowsCoManagement');
      if (draw < 0.96) return enrolled(true, 'hybridAzureADJoined', 'windowsAutoEnrollment');
      return enrolled(false, 'azureADRegistered', 'userEnrollment');
    case 'iPhone':
      if (draw < 0.7) return enrolled(true, 'azureADRegistered', 'appleBulkWithUser', 'ADE iPhone corporate');
      return draw < 0.9
        ? enrolled(false, 'azureADRegistered', 'userEnrollment')
        : enrolled(false, 'azureADRegistered', 'appleAccountDrivenUserEnrollment');
    case 'iPad':
      if (shared) return enrolled(true, 'azureADRegistered', 'appleBulkWithoutUser', 'ADE iPad shared');
      return enrolled(true, 'azureADRegistered', 'appleBulkWithUser', 'ADE iPad corporate');
    case 'mac':
      if (draw < 0.9) return enrolled(true, 'azureADRegistered', 'appleBulkWithUser', 'ADE Mac corporate');
      return enrolled(false, 'azureADRegistered', 'userEnrollment');
    case 'androidFullyManaged':
      return enrolled(true, 'azureADRegistered', 'androidEnterpriseFullyManaged', 'Android fully managed');
    case 'androidWorkProfile':
      return enrolled(false, 'azureADRegistered', 'userEnrollment');
    case 'androidCorporateWorkProfile':
      return enrolled(true, 'azureADRegistered', 'androidEnterpriseCorporateWorkProfile', 'Android corporate work profile');
    case 'aosp':
      return shared
        ? enrolled(true, 'azureADRegistered', 'androidAOSPUserlessDeviceEnrollment', 'AOSP userless')
        : enrolled(true, 'azureADRegistered', 'androidAOSPUserOwnedDeviceEnrollment', 'AOSP user-associated');
  }
}

function category(kind: DeviceKind, person: Person | undefined, chance: Random): DeviceCategoryName | undefined {
  if (kind === 'aosp') return 'Warehouse';
  if (person === undefined)
    return chance.pick(kind === 'iPad' ? (['Kiosk', 'Warehouse'] as const) : (['Kiosk', 'Warehouse', 'Lab', 'Meeting room'] as const));
  if (person.jobTitle === person.department.head) return 'Executive';
  return chance.chance(0.75) ? 'Office' : undefined;
}

function ringOf(order: number): WindowsRing {
  const percentile = (order * 37) % 100;
  if (percentile < 2) return 'Canary';
  if (percentile < 10) return 'Pilot';
  return percentile < 30 ? 'Early' : 'Broad';
}

function deviceName(
  kind: DeviceKind,
  order: number,
  of: {
    readonly person: Person | undefined;
    readonly office: Office;
    readonly model: DeviceModel;
    readonly company: boolean;
    readonly serialNumber: string;
  },
): string {
  const number = String(order + 1).padStart(4, '0');
  const given = of.person?.givenName ?? 'Shared';
  switch (kind) {
    case 'windows': {
      if (!of.company) return `${given.toUpperCase()}-PC`;
      const form = of.person === undefined ? 'SH' : { laptop: 'LT', desktop: 'DT', tablet: 'TB', phone: 'PH' }[of.model.chassis];
      return `${of.office.countryCode}-${of.office.code}-${form}${number}`;
    }
    case 'iPhone':
      return of.company ? `iPhone-${of.serialNumber}` : `${given}’s iPhone`;
    case 'iPad':
      return of.person === undefined ? `${of.office.code}-iPad-${number}` : `iPad-${of.serialNumber}`;
    case 'mac':
      return of.company ? `FAB-MAC-${number}` : `${given}’s MacBook`;
    case 'aosp':
      return `${of.office.code}-SCAN-${number}`;
    default:
      return `${given}_Android${kind === 'androidFullyManaged' ? 'Enterprise' : 'ForWork'}_${number}`;
  }
}
