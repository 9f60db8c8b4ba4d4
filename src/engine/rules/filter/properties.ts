import type { FilterEntity, FilterOperator } from './ast.js';

/** The platforms that a filter can be created for, those of managed devices first. Source: filter property reference; the other members of the enum are refused. */
export const devicePlatforms = ['android', 'androidForWork', 'androidAOSP', 'iOS', 'macOS', 'windows10AndLater'] as const;
export const appPlatforms = [
  'androidMobileApplicationManagement',
  'iOSMobileApplicationManagement',
  'windowsMobileApplicationManagement',
] as const;
export type FilterPlatform = (typeof devicePlatforms)[number] | (typeof appPlatforms)[number];

export function isFilterPlatform(platform: string): platform is FilterPlatform {
  return ([...devicePlatforms, ...appPlatforms] as readonly string[]).includes(platform);
}

/** The entity that rules of this platform speak about. */
export function entityOf(platform: FilterPlatform): FilterEntity {
  return (appPlatforms as readonly string[]).includes(platform) ? 'app' : 'device';
}

/** What kind of value a property has, which says what operators it takes. */
export type PropertyKind = 'string' | 'enumeration' | 'choice' | 'version';

export const operatorsOfKind: Readonly<Record<PropertyKind, readonly FilterOperator[]>> = {
  string: ['eq', 'ne', 'in', 'notIn', 'startsWith', 'contains', 'notContains'],
  enumeration: ['eq', 'ne', 'in', 'notIn'],
  choice: ['eq', 'ne'],
  version: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
};

export interface PropertyDefinition {
  readonly entity: FilterEntity;
  readonly name: string;
  readonly kind: PropertyKind;
  /** The platforms that have the property, each with the closed set of its values; an empty set is an open one. */
  readonly values: ReadonlyMap<FilterPlatform, readonly string[]>;
}

const everyDevice: readonly FilterPlatform[] = devicePlatforms;
const everyApp: readonly FilterPlatform[] = appPlatforms;

const truths = ['True', 'False', 'Unknown'];

const enterpriseTypes = [
  'Corporate-owned dedicated devices with Entra ID Shared mode',
  'Corporate-owned dedicated devices without Entra ID Shared mode',
  'Corporate-owned with work profile',
  'Corporate-owned fully managed',
  'Personally-owned work profile',
];
const aospTypes = ['AOSP user-associated devices', 'AOSP userless devices'];

/** Spellings that the service still knows beside the current ones. */
const legacyEnterpriseTypes = [
  'Corporate-owned dedicated devices with Azure AD Shared mode',
  'Corporate-owned dedicated devices without Azure AD Shared mode',
];

function property(
  entity: FilterEntity,
  name: string,
  kind: PropertyKind,
  platforms: readonly FilterPlatform[],
  values: readonly string[] = [],
): PropertyDefinition {
  return { entity, name, kind, values: new Map(platforms.map((platform) => [platform, values])) };
}

function withValues(
  entity: FilterEntity,
  name: string,
  kind: PropertyKind,
  values: Partial<Record<FilterPlatform, readonly string[]>>,
): PropertyDefinition {
  return { entity, name, kind, values: new Map(Object.entries(values) as [FilterPlatform, readonly string[]][]) };
}

/** Every property that rules may name. Source: filter property reference; `isTpmAttested` is undocumented, the service accepts it on Windows. */
export const propertyDefinitions: readonly PropertyDefinition[] = [
  property('device', 'deviceName', 'string', everyDevice),
  property('device', 'manufacturer', 'string', everyDevice),
  property('device', 'model', 'string', everyDevice),
  property('device', 'deviceCategory', 'string', everyDevice),
  property('device', 'osVersion', 'string', everyDevice),
  property('device', 'operatingSystemVersion', 'version', everyDevice),
  property('device', 'deviceOwnership', 'choice', everyDevice, ['Personal', 'Corporate', 'Unknown']),
  property('device', 'isRooted', 'choice', ['android', 'androidForWork', 'androidAOSP', 'iOS'], truths),
  property('device', 'enrollmentProfileName', 'string', ['androidForWork', 'androidAOSP', 'iOS', 'windows10AndLater']),
  property(
    'device',
    'deviceTrustType',
    'enumeration',
    ['windows10AndLater'],
    ['Azure AD joined', 'Azure AD registered', 'Hybrid Azure AD joined', 'Unknown'],
  ),
  // The documented names are no closed set: the service grows new editions.
  property('device', 'operatingSystemSKU', 'string', ['windows10AndLater']),
  withValues('device', 'cpuArchitecture', 'enumeration', {
    macOS: ['x64', 'arm64', 'unknown'],
    windows10AndLater: ['amd64', 'x86', 'arm64', 'unknown'],
  }),
  withValues('device', 'deviceManagementType', 'choice', {
    androidForWork: [...enterpriseTypes, ...legacyEnterpriseTypes],
    androidAOSP: aospTypes,
  }),
  property('device', 'isTpmAttested', 'choice', ['windows10AndLater'], ['True', 'False']),
  property('app', 'appVersion', 'string', everyApp),
  property('app', 'deviceManufacturer', 'string', everyApp),
  property('app', 'deviceModel', 'string', everyApp),
  property('app', 'osVersion', 'string', everyApp),
  property('app', 'operatingSystemVersion', 'version', everyApp),
  withValues('app', 'deviceManagementType', 'choice', {
    androidMobileApplicationManagement: [
      'Unmanaged',
      'Android device administrator',
      ...aospTypes,
      ...enterpriseTypes,
      ...legacyEnterpriseTypes,
      'Android Enterprise',
    ],
    iOSMobileApplicationManagement: [
      'Unmanaged',
      'Automated Device Enrollment user-associated devices',
      'Automated Device Enrollment userless devices',
      'Account Driven User Enrollment',
      'Device Enrollment with Company Portal and Web Enrollment',
      'Managed',
    ],
  }),
];

const byName = new Map(propertyDefinitions.map((definition) => [keyOf(definition.entity, definition.name), definition]));

/** The property of this name, in any casing; undefined when no platform has it. */
export function findProperty(entity: FilterEntity, name: string): PropertyDefinition | undefined {
  return byName.get(keyOf(entity, name));
}

/** The properties that rules of this platform may name, in the order of the reference. */
export function propertiesOf(platform: FilterPlatform): readonly PropertyDefinition[] {
  return propertyDefinitions.filter(({ values }) => values.has(platform));
}

function keyOf(entity: FilterEntity, name: string): string {
  return `${entity}.${name.toLowerCase()}`;
}
