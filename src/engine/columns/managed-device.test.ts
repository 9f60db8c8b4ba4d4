import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/json.js';
import { toOrdinals } from '../device-set.js';
import {
  createManagedDeviceTable,
  devicesOfPlatform,
  type FilterProperty,
  filterValues,
  managedDeviceRow,
  type PlatformFacts,
  platformOfDevice,
} from './managed-device.js';

describe('the filter platform of a device', () => {
  it.each<[PlatformFacts, string | null]>([
    [{ operatingSystem: 'Windows' }, 'windows10AndLater'],
    [{ operatingSystem: 'iOS' }, 'iOS'],
    [{ operatingSystem: 'iPadOS' }, 'iOS'],
    [{ operatingSystem: 'macOS' }, 'macOS'],
    [{ operatingSystem: 'Android', managementAgent: 'mdm', deviceType: 'android' }, 'android'],
    [{ operatingSystem: 'Android', deviceEnrollmentType: 'androidEnterpriseFullyManaged' }, 'androidForWork'],
    [{ operatingSystem: 'Android', managementAgent: 'googleCloudDevicePolicyController' }, 'androidForWork'],
    [{ operatingSystem: 'Android', deviceType: 'androidForWork' }, 'androidForWork'],
    [{ operatingSystem: 'Android', deviceEnrollmentType: 'androidAOSPUserlessDeviceEnrollment' }, 'androidAOSP'],
    [{ operatingSystem: 'Android', managementAgent: 'intuneAosp' }, 'androidAOSP'],
    [{ operatingSystem: 'Linux' }, null],
    [{}, null],
  ])('%j is %s', (facts, platform) => {
    expect(platformOfDevice(facts)).toBe(platform);
  });
});

const android = (type: string, more: JsonObject = {}): JsonObject => ({
  operatingSystem: 'Android',
  managementAgent: 'googleCloudDevicePolicyController',
  deviceEnrollmentType: type,
  ...more,
});

describe('filter values of a device', () => {
  it.each<[JsonObject, FilterProperty, string | null]>([
    [{ managedDeviceOwnerType: 'company' }, 'deviceOwnership', 'Corporate'],
    [{ ownerType: 'personal' }, 'deviceOwnership', 'Personal'],
    [{ operatingSystem: 'Windows', joinType: 'hybridAzureADJoined' }, 'deviceTrustType', 'Hybrid Azure AD joined'],
    [{ operatingSystem: 'iOS', joinType: 'azureADRegistered' }, 'deviceTrustType', null],
    [{ operatingSystem: 'Windows', skuNumber: 129, skuFamily: 'Enterprise' }, 'operatingSystemSKU', 'EnterpriseSEval'],
    [{ operatingSystem: 'Windows', skuNumber: 100_000 }, 'operatingSystemSKU', null],
    [{ operatingSystem: 'Windows', processorArchitecture: 'x64' }, 'cpuArchitecture', 'amd64'],
    [{ operatingSystem: 'Windows', processorArchitecture: 'arM64' }, 'cpuArchitecture', 'arm64'],
    [{ operatingSystem: 'macOS', processorArchitecture: 'x64' }, 'cpuArchitecture', 'x64'],
    [{ operatingSystem: 'iOS', processorArchitecture: 'arM64' }, 'cpuArchitecture', null],
    [{ operatingSystem: 'iOS', jailBroken: 'True' }, 'isRooted', 'True'],
    [{ operatingSystem: 'Windows', jailBroken: 'Unknown' }, 'isRooted', null],
    [{ deviceCategoryDisplayName: '' }, 'deviceCategory', null],
    [{ osVersion: '10.15.3 (19D2064)' }, 'osVersion', '10.15.3 (19D2064)'],
    [{ osVersion: '10.15.3 (19D2064)' }, 'operatingSystemVersion', '10.15.3'],
    [{ operatingSystem: 'Windows' }, 'isTpmAttested', 'False'],
    [{ operatingSystem: 'Windows', deviceHealthAttestationState: { attestationIdentityKey: 'k' } }, 'isTpmAttested', 'True'],
    [android('androidEnterpriseFullyManaged'), 'deviceManagementType', 'Corporate-owned fully managed'],
    [android('userEnrollment'), 'deviceManagementType', 'Personally-owned work profile'],
    [
      android('androidEnterpriseDedicatedDevice', { azureADRegistered: true }),
      'deviceManagementType',
      'Corporate-owned dedicated devices with Entra ID Shared mode',
    ],
    [android('androidEnterpriseDedicatedDevice'), 'deviceManagementType', 'Corporate-owned dedicated devices without Entra ID Shared mode'],
    [android('androidAOSPUserlessDeviceEnrollment'), 'deviceManagementType', 'AOSP userless devices'],
    [{ operatingSystem: 'iOS', deviceEnrollmentType: 'userEnrollment' }, 'deviceManagementType', null],
  ])('%j: %s is %s', (device, property, value) => {
    expect(filterValues(device)[property]).toBe(value);
  });

  it('the table tells the devices of a platform', () => {
    const table = createManagedDeviceTable();
    for (const operatingSystem of ['Windows', 'iOS', 'Windows', 'Linux']) table.add(managedDeviceRow({ id: 'd', operatingSystem }));
    expect([...toOrdinals(devicesOfPlatform(table, 'windows10AndLater'))]).toEqual([0, 2]);
    expect([...toOrdinals(devicesOfPlatform(table, 'iOSMobileApplicationManagement'))]).toEqual([]);
    expect(table.textColumn('deviceId')?.text(3)).toBe('d');
  });
});
