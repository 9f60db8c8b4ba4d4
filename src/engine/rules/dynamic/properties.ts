/** What rules can ask about: documentation of dynamic membership, "Supported properties", of users and of devices. */
import type { ColumnSpec } from '../../columns/table.js';

export type Subject = 'user' | 'device';

/**
 * `labels` is a collection of texts that string operators work on directly, holding when they hold for one of the texts (`device.systemLabels`).
 * `textList`, `plans` and `groups` are asked with -any and -all.
 */
export type PropertyType = 'text' | 'boolean' | 'date' | 'labels' | 'textList' | 'plans' | 'groups';

export interface Property {
  /** As documented; also the name of its column. Directory extensions, in small letters. */
  readonly name: string;
  readonly type: PropertyType;
  /** The path of the value in the Graph object; the first that has one. Empty where the value is no part of the object. */
  readonly sources: readonly (readonly string[])[];
}

/** Fields of `assignedPlan`, as in Graph. */
export const PLAN_FIELDS = ['capabilityStatus', 'service', 'servicePlanId'] as const;
export type PlanField = (typeof PLAN_FIELDS)[number];

/** `extension_`, 32 digits and `_`. */
const EXTENSION_PREFIX_LENGTH = 43;
const EXTENSION = /^extension_[0-9a-f]{32}_[a-z0-9_]+$/i;

const property = (name: string, type: PropertyType, ...sources: readonly string[]): Property => ({
  name,
  type,
  sources: (sources.length === 0 ? [name] : sources).map((source) => source.split('/')),
});
const texts = (...names: readonly string[]) => names.map((name) => property(name, 'text'));
const extensionAttributes = (parent: string) =>
  Array.from({ length: 15 }, (_, index) => property(`extensionAttribute${index + 1}`, 'text', `${parent}/extensionAttribute${index + 1}`));
const memberOf: Property = { name: 'memberOf', type: 'groups', sources: [] };

const USER: readonly Property[] = [
  property('accountEnabled', 'boolean'),
  property('dirSyncEnabled', 'boolean', 'onPremisesSyncEnabled'),
  property('employeeHireDate', 'date'),
  ...texts('city', 'companyName', 'country', 'department', 'displayName', 'employeeId', 'givenName', 'jobTitle', 'mail'),
  property('facsimileTelephoneNumber', 'text', 'faxNumber'),
  property('mailNickName', 'text', 'mailNickname'),
  property('mobile', 'text', 'mobilePhone'),
  property('objectId', 'text', 'id'),
  ...texts('onPremisesDistinguishedName', 'onPremisesSecurityIdentifier', 'passwordPolicies', 'postalCode', 'preferredLanguage'),
  property('physicalDeliveryOfficeName', 'text', 'officeLocation'),
  property('sipProxyAddress', 'text', 'onPremisesSipInfo/sipPrimaryAddress', 'imAddresses/0'),
  property('telephoneNumber', 'text', 'businessPhones/0'),
  ...texts('state', 'streetAddress', 'surname', 'usageLocation', 'userPrincipalName', 'userType'),
  property('otherMails', 'textList'),
  property('proxyAddresses', 'textList'),
  property('assignedPlans', 'plans'),
  memberOf,
  ...extensionAttributes('onPremisesExtensionAttributes'),
];

const DEVICE: readonly Property[] = [
  property('accountEnabled', 'boolean'),
  property('isRooted', 'boolean'),
  ...texts('deviceCategory', 'deviceId', 'deviceOwnership', 'displayName', 'enrollmentProfileName', 'managementType', 'profileType'),
  property('deviceManagementAppId', 'text', 'mdmAppId'),
  property('deviceManufacturer', 'text', 'manufacturer'),
  property('deviceModel', 'text', 'model'),
  property('deviceOSType', 'text', 'operatingSystem'),
  property('deviceOSVersion', 'text', 'operatingSystemVersion'),
  property('deviceTrustType', 'text', 'trustType'),
  property('objectId', 'text', 'id'),
  property('systemLabels', 'labels'),
  property('devicePhysicalIds', 'textList', 'physicalIds'),
  memberOf,
  ...extensionAttributes('extensionAttributes'),
];

/** All properties that have a fixed name. */
export const PROPERTIES: Readonly<Record<Subject, readonly Property[]>> = { user: USER, device: DEVICE };

const byName = (properties: readonly Property[]) => new Map(properties.map((each) => [each.name.toLowerCase(), each]));
const BY_NAME: Readonly<Record<Subject, ReadonlyMap<string, Property>>> = { user: byName(USER), device: byName(DEVICE) };

/** The property of this name in any case, directory extensions among them; undefined when rules know none. */
export function findProperty(subject: Subject, name: string): Property | undefined {
  const small = name.toLowerCase();
  return BY_NAME[subject].get(small) ?? (subject === 'user' && isExtensionName(name) ? extensionProperty(name) : undefined);
}

/** Whether this is the name of a directory extension, `extension_{application id without dashes}_{name}`. */
export function isExtensionName(name: string): boolean {
  return name.length > EXTENSION_PREFIX_LENGTH && EXTENSION.test(name);
}

export function extensionProperty(name: string): Property {
  const small = name.toLowerCase();
  return { name: small, type: 'text', sources: [[small]] };
}

export function planField(name: string): PlanField | undefined {
  return PLAN_FIELDS.find((field) => field.toLowerCase() === name.toLowerCase());
}

/** The column that holds the property; undefined for one that is no part of the object. */
export function columnSpec({ name, type }: Property): ColumnSpec | undefined {
  switch (type) {
    case 'text':
    case 'boolean':
      return { name, kind: type };
    case 'date':
      return { name, kind: 'number' };
    case 'labels':
    case 'textList':
      return { name, kind: 'textList' };
    case 'plans':
      return { name, kind: 'recordList', fields: PLAN_FIELDS };
    case 'groups':
      return undefined;
  }
}

/** Names people write that belong to a sibling language or to Graph, in small letters, with what this language calls it. */
const MISNOMERS: Readonly<Record<Subject, Readonly<Record<string, string>>>> = {
  user: {
    id: 'objectId',
    upn: 'userPrincipalName',
    faxnumber: 'facsimileTelephoneNumber',
    mobilephone: 'mobile',
    officelocation: 'physicalDeliveryOfficeName',
    businessphones: 'telephoneNumber',
    onpremisessyncenabled: 'dirSyncEnabled',
  },
  device: {
    id: 'objectId',
    devicename: 'displayName',
    manufacturer: 'deviceManufacturer',
    model: 'deviceModel',
    operatingsystem: 'deviceOSType',
    osversion: 'deviceOSVersion',
    operatingsystemversion: 'deviceOSVersion',
    ownership: 'deviceOwnership',
    trusttype: 'deviceTrustType',
    mdmappid: 'deviceManagementAppId',
    physicalids: 'devicePhysicalIds',
  },
};

/** What somebody may have meant by a name that is no property: a known misnomer, else properties that contain the name or are contained in it. */
export function suggestions(subject: Subject, name: string): readonly string[] {
  const small = name.toLowerCase();
  const known = Object.hasOwn(MISNOMERS[subject], small) ? MISNOMERS[subject][small] : undefined;
  if (known !== undefined) return [known];
  const alike = PROPERTIES[subject].filter((each) => {
    const other = each.name.toLowerCase();
    return small.length > 2 && (other.includes(small) || small.includes(other));
  });
  return alike.slice(0, 5).map((each) => each.name);
}

/** Whether rules about a subject read this member of its Graph object. */
export function isReadMember(subject: Subject, name: string): boolean {
  return MEMBERS[subject].has(name) || isExtensionName(name);
}

const membersOf = (properties: readonly Property[]): ReadonlySet<string> =>
  new Set(properties.flatMap(({ sources }) => sources.flatMap(([member]) => member ?? [])));
const MEMBERS: Readonly<Record<Subject, ReadonlySet<string>>> = { user: membersOf(USER), device: membersOf(DEVICE) };
