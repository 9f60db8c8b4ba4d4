/** The demo company's assignment filters, over every platform it manages. */
import { sets } from '../organization.js';
import { namedGuid } from '../random.js';
import { daysAgo, type SeedWriter } from '../seed-writer.js';

interface DemoFilter {
  readonly name: string;
  readonly platform: 'windows10AndLater' | 'iOS' | 'macOS' | 'androidForWork' | 'androidAOSP';
  readonly rule: string;
  readonly description: string;
}

export const demoFilters = [
  {
    name: 'Windows corporate',
    platform: 'windows10AndLater',
    rule: '(device.deviceOwnership -eq "Corporate")',
    description: 'Company-owned Windows devices',
  },
  {
    name: 'Windows 11 24H2 or later',
    platform: 'windows10AndLater',
    rule: '(device.operatingSystemVersion -ge 10.0.26100)',
    description: 'For settings that older releases do not know',
  },
  {
    name: 'Windows long-term servicing',
    platform: 'windows10AndLater',
    rule: '(device.operatingSystemSKU -in ["EnterpriseS", "IoTEnterprise"])',
    description: 'Kiosks and stations that get no feature updates',
  },
  {
    name: 'Windows ThinkPads',
    platform: 'windows10AndLater',
    rule: '(device.manufacturer -eq "LENOVO") and (device.model -startsWith "ThinkPad")',
    description: 'Lenovo laptops',
  },
  {
    name: 'Windows Autopilot, joined',
    platform: 'windows10AndLater',
    rule: '(device.deviceTrustType -eq "Azure AD joined") and (device.enrollmentProfileName -startsWith "Autopilot")',
    description: 'Cloud-native devices',
  },
  {
    name: 'Windows kiosks and labs',
    platform: 'windows10AndLater',
    rule: '(device.deviceCategory -in ["Kiosk", "Lab", "Meeting room"])',
    description: 'Devices without a person',
  },
  { name: 'iPhones', platform: 'iOS', rule: '(device.model -startsWith "iPhone")', description: 'Phones, not tablets' },
  {
    name: 'iOS personal',
    platform: 'iOS',
    rule: '(device.deviceOwnership -eq "Personal") and (device.isRooted -ne "True")',
    description: 'Staff-owned and not jailbroken',
  },
  {
    name: 'iPads shared',
    platform: 'iOS',
    rule: '(device.enrollmentProfileName -eq "ADE iPad shared")',
    description: 'Tablets on the shop floor',
  },
  {
    name: 'Macs with Apple silicon',
    platform: 'macOS',
    rule: '(device.cpuArchitecture -eq "arm64")',
    description: 'Everything since 2020',
  },
  {
    name: 'Android fully managed',
    platform: 'androidForWork',
    rule: '(device.deviceManagementType -eq "Corporate-owned fully managed")',
    description: 'Company phones without a private side',
  },
  {
    name: 'Android Samsung',
    platform: 'androidForWork',
    rule: '(device.manufacturer -eq "samsung") and (device.osVersion -notContains "13.")',
    description: 'Samsung phones on Android 14 or later',
  },
  {
    name: 'AOSP scanners',
    platform: 'androidAOSP',
    rule: '(device.manufacturer -eq "Zebra Technologies")',
    description: 'Hand-held scanners, no headsets',
  },
] as const satisfies readonly DemoFilter[];

export type DemoFilterName = (typeof demoFilters)[number]['name'];

export function filterId(name: DemoFilterName): string {
  return namedGuid(`demo/filter/${name}`);
}

export function writeFilters(writer: SeedWriter): void {
  demoFilters.forEach(({ name, platform, rule, description }, index) => {
    const created = daysAgo(writer.tenant.now, 400 - index * 13);
    writer.put(sets.filters, 'deviceAndAppManagementAssignmentFilter', {
      id: filterId(name),
      createdDateTime: created,
      lastModifiedDateTime: created,
      displayName: name,
      description,
      platform,
      rule,
      roleScopeTags: ['0'],
      assignmentFilterManagementType: 'devices',
    });
  });
}
