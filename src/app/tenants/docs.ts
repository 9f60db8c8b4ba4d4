/**
 * The tenant of the documentation page "Update deviceConfigurationAssignment": the page's placeholder strings are ids here, so that its
 * example request runs as it is printed, and each of its ten paths leads to an assignment.
 */
import type { JsonObject } from '../../kernel/json.js';
import { CONTOSO_DOCS_ROOT_CA } from './certificates.js';
import { groupTarget, type SeedAssignment, type SeedConfiguration, writeConfiguration } from './configurations.js';
import { userLicence } from './licences.js';
import { type SeedUser, sets, writeDefaultScopeTag, writeOrganization, writeUser } from './organization.js';
import { daysAgo, type SeedWriter } from './seed-writer.js';

/** Ids that the page spells out. */
const FILTER_ID = 'Device And App Management Assignment Filter Id value';
const DIRECTORY_OBJECT_ID = 'Entra Object Id value';
const POLICY_SET_ID = 'Source Id value';
export const DOCS_ASSIGNMENT_ID = 'd59b6342-6342-d59b-4263-9bd542639bd5';

/** The body of the page's example request. */
export const docsExampleBody: JsonObject = exampleBody('include', FILTER_ID);

function exampleBody(filterType: 'include' | 'none', filterId: string | null): JsonObject {
  return {
    '@odata.type': '#microsoft.graph.deviceConfigurationAssignment',
    target: {
      '@odata.type': 'microsoft.graph.scopeTagGroupAssignmentTarget',
      deviceAndAppManagementAssignmentFilterId: filterId,
      deviceAndAppManagementAssignmentFilterType: filterType,
      targetType: 'user',
      entraObjectId: DIRECTORY_OBJECT_ID,
    },
    source: 'policySets',
    sourceId: POLICY_SET_ID,
    intent: 'remove',
  };
}

/** `d0c5` and the kind, then the path of the page it serves and its place on that path: 1 the configuration in the URL, 2 the next one. */
const configurationId = (path: number, place: number) => `d0c50000-00${String(path).padStart(2, '0')}-4000-8000-00000000000${place}`;
const groupId = (number: number) => `d0c50001-0000-4000-8000-00000000000${number}`;
const userId = (number: number) => `d0c50002-0000-4000-8000-00000000000${number}`;
const deviceId = (kind: 3 | 4 | 5, number: number) => `d0c5000${kind}-0000-4000-8000-00000000000${number}`;

const IOS_FILTER = 'd0c50006-0000-4000-8000-000000000001';
const MACOS_FILTER = 'd0c50006-0000-4000-8000-000000000002';
const ALL_STAFF = groupId(1);
const READERS = groupId(2);

/** What a path leads to before the example changes it. */
const reached: { readonly assignments: readonly SeedAssignment[] } = {
  assignments: [{ id: DOCS_ASSIGNMENT_ID, target: groupTarget(ALL_STAFF), policySet: POLICY_SET_ID }],
};

const root = { certFileName: 'contoso-docs-root.cer', trustedRootCertificate: CONTOSO_DOCS_ROOT_CA };
const scep = {
  certificateValidityPeriodScale: 'years',
  certificateValidityPeriodValue: 1,
  renewalThresholdPercentage: 20,
  subjectNameFormat: 'commonName',
  subjectAlternativeNameType: 'userPrincipalName',
  scepServerUrls: ['https://scep.contoso-docs.example/certsrv/mscep/mscep.dll'],
  keyUsage: 'keyEncipherment,digitalSignature',
  keySize: 'size2048',
};
const vpnServer = { address: 'vpn.contoso-docs.example', description: 'Gateway', isDefaultServer: true };
const windowsVpn = { connectionName: 'Contoso', connectionType: 'ikEv2', authenticationMethod: 'certificate', servers: [vpnServer] };
const wifi = {
  ssid: 'CONTOSO',
  networkName: 'Contoso',
  wifiSecurityType: 'wpa2Enterprise',
  eapType: 'eapTls',
  authenticationMethod: 'certificate',
};
const wired = { networkName: 'Contoso wired', eapType: 'eapTls', authenticationMethod: 'certificate', deploymentChannel: 'deviceChannel' };

function onPath(
  path: number,
  place: number,
  type: string,
  displayName: string,
  more: Pick<SeedConfiguration, 'members' | 'references' | 'assignments'>,
): SeedConfiguration {
  return { id: configurationId(path, place), type, displayName: `Path ${path}: ${displayName}`, ...more };
}

const refersTo = (path: number, place: number, navigation: string) => ({ references: { [navigation]: [configurationId(path, place)] } });

export const docsConfigurations: readonly SeedConfiguration[] = [
  onPath(1, 1, 'windowsHealthMonitoringConfiguration', 'health monitoring', {
    members: { allowDeviceHealthMonitoring: 'enabled', configDeviceHealthMonitoringScope: 'bootPerformance' },
    ...reached,
  }),
  onPath(2, 1, 'windows81SCEPCertificateProfile', 'SCEP certificate', { members: scep, ...refersTo(2, 2, 'rootCertificate') }),
  onPath(2, 2, 'windows81TrustedRootCertificate', 'trusted root', { members: root, ...reached }),
  onPath(3, 1, 'windows10VpnConfiguration', 'VPN', { members: windowsVpn, ...refersTo(3, 2, 'identityCertificate') }),
  onPath(3, 2, 'windows81SCEPCertificateProfile', 'SCEP certificate', { members: scep, ...reached }),
  onPath(4, 1, 'windows10VpnConfiguration', 'VPN', { members: windowsVpn, ...refersTo(4, 2, 'identityCertificate') }),
  onPath(4, 2, 'windows81SCEPCertificateProfile', 'SCEP certificate', { members: scep, ...refersTo(4, 3, 'rootCertificate') }),
  onPath(4, 3, 'windows81TrustedRootCertificate', 'trusted root', { members: root, ...reached }),
  onPath(5, 1, 'iosScepCertificateProfile', 'SCEP certificate', { members: scep, ...refersTo(5, 2, 'rootCertificate') }),
  onPath(5, 2, 'iosTrustedRootCertificate', 'trusted root', { members: root, ...reached }),
  onPath(6, 1, 'windowsPhone81VpnConfiguration', 'VPN', {
    members: { ...windowsVpn, connectionType: 'pulseSecure' },
    ...refersTo(6, 2, 'identityCertificate'),
  }),
  onPath(6, 2, 'windowsPhone81SCEPCertificateProfile', 'SCEP certificate', { members: scep, ...reached }),
  onPath(7, 1, 'macOSWiredNetworkConfiguration', 'wired network', {
    members: wired,
    ...refersTo(7, 2, 'rootCertificateForServerValidation'),
  }),
  onPath(7, 2, 'macOSTrustedRootCertificate', 'trusted root', { members: root, ...reached }),
  onPath(8, 1, 'macOSWiredNetworkConfiguration', 'wired network', {
    members: wired,
    ...refersTo(8, 2, 'identityCertificateForClientAuthentication'),
  }),
  onPath(8, 2, 'macOSScepCertificateProfile', 'SCEP certificate', { members: scep, ...reached }),
  onPath(9, 1, 'windowsWifiEnterpriseEAPConfiguration', 'Wi-Fi', {
    members: wifi,
    ...refersTo(9, 2, 'identityCertificateForClientAuthentication'),
  }),
  onPath(9, 2, 'windows10PkcsCertificateProfile', 'PKCS certificate', {
    members: {
      certificationAuthority: 'ca.contoso-docs.example',
      certificationAuthorityName: 'Contoso Docs CA',
      certificateTemplateName: 'User',
    },
    ...reached,
  }),
  onPath(10, 1, 'windowsWifiEnterpriseEAPConfiguration', 'Wi-Fi', {
    members: wifi,
    ...refersTo(10, 2, 'rootCertificatesForServerValidation'),
  }),
  onPath(10, 2, 'windows81TrustedRootCertificate', 'trusted root', { members: root, ...reached }),
];

export interface DocsPath {
  /** From the version segment on, e.g. `/beta/deviceManagement/…`. */
  readonly path: string;
  /** What to send in place of the page's example body, where its filter is for another platform than the configuration reached. */
  readonly body?: JsonObject;
}

const CONFIGURATIONS = '/beta/deviceManagement/deviceConfigurations';

function docsPath(number: number, between: string, body?: JsonObject): DocsPath {
  const path = `${CONFIGURATIONS}/${configurationId(number, 1)}${between}/assignments/${DOCS_ASSIGNMENT_ID}`;
  return body === undefined ? { path } : { path, body };
}

/** The page's ten paths, in its order, with the ids of this tenant in them. */
export const docsTenantPaths: readonly DocsPath[] = [
  docsPath(1, ''),
  docsPath(2, '/rootCertificate'),
  docsPath(3, '/identityCertificate'),
  docsPath(4, '/identityCertificate/rootCertificate'),
  docsPath(5, '/microsoft.graph.iosScepCertificateProfile/rootCertificate', exampleBody('include', IOS_FILTER)),
  docsPath(6, '/microsoft.graph.windowsPhone81VpnConfiguration/identityCertificate', exampleBody('none', null)),
  docsPath(7, '/microsoft.graph.macOSWiredNetworkConfiguration/rootCertificateForServerValidation', exampleBody('include', MACOS_FILTER)),
  docsPath(
    8,
    '/microsoft.graph.macOSWiredNetworkConfiguration/identityCertificateForClientAuthentication',
    exampleBody('include', MACOS_FILTER),
  ),
  docsPath(9, '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/identityCertificateForClientAuthentication'),
  docsPath(10, `/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/${configurationId(10, 2)}`),
];

export function docsFirstMinute(): { readonly configurationId: string; readonly assignmentId: string } {
  return { configurationId: configurationId(1, 1), assignmentId: DOCS_ASSIGNMENT_ID };
}

export function docsUsers(domain: string): readonly SeedUser[] {
  const user = (id: string, nickname: string, displayName: string, roles: SeedUser['roles'] = []): SeedUser => ({
    id,
    userPrincipalName: `${nickname}@${domain}`,
    displayName,
    roles,
  });
  return [
    user(userId(1), 'admin', 'Docs Administrator', ['globalAdministrator']),
    user(DIRECTORY_OBJECT_ID, 'reader', 'Page Reader'),
    user(userId(2), 'writer', 'Page Writer'),
  ];
}

export function writeDocs(writer: SeedWriter): void {
  const { domain, now } = writer.tenant;
  const users = docsUsers(domain);
  const since = daysAgo(now, 200);
  writeOrganization(
    writer,
    { street: '1 Reference Way', city: 'Redmond', country: 'United States', countryCode: 'US', state: 'Washington', postalCode: '98052' },
    { ems: users.length },
  );
  writeDefaultScopeTag(writer);
  for (const user of users) writeUser(writer, user, { usageLocation: 'US', createdDateTime: since, ...userLicence('ems', since) });
  writeDevices(writer, users, since);
  writeGroups(writer, users, since);
  writeFilters(writer, since);
  for (const configuration of docsConfigurations) writeConfiguration(writer, configuration);
  writePolicySet(writer, since);
}

interface DocsDevice {
  readonly name: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly operatingSystem: string;
  readonly osType: string;
  readonly osVersion: string;
  readonly facts: JsonObject;
}

const devices: readonly DocsDevice[] = [
  {
    name: 'DOCS-LAPTOP',
    manufacturer: 'Microsoft Corporation',
    model: 'Surface Laptop 6',
    operatingSystem: 'Windows',
    osType: 'Windows',
    osVersion: '10.0.26100.6899',
    facts: {
      deviceType: 'windowsRT',
      joinType: 'azureADJoined',
      deviceEnrollmentType: 'windowsAzureADJoin',
      skuFamily: 'Enterprise',
      skuNumber: 4,
    },
  },
  {
    name: 'Docs iPhone',
    manufacturer: 'Apple',
    model: 'iPhone 16',
    operatingSystem: 'iOS',
    osType: 'iPhone',
    osVersion: '18.7.1',
    facts: { deviceType: 'iPhone', joinType: 'azureADRegistered', deviceEnrollmentType: 'appleBulkWithUser', isSupervised: true },
  },
  {
    name: 'Docs MacBook',
    manufacturer: 'Apple',
    model: 'MacBook Air (13-inch, M3)',
    operatingSystem: 'macOS',
    osType: 'MacMDM',
    osVersion: '15.7.1 (24G231)',
    facts: {
      deviceType: 'macMDM',
      joinType: 'azureADRegistered',
      deviceEnrollmentType: 'appleBulkWithUser',
      processorArchitecture: 'arM64',
    },
  },
];

/** The reader owns the laptop and the phone, the writer the Mac. */
function writeDevices(writer: SeedWriter, users: readonly SeedUser[], since: string): void {
  devices.forEach((device, at) => {
    const number = at + 1;
    const user = users[number < 3 ? 1 : 2] as SeedUser;
    const { name, manufacturer, model, operatingSystem, osType, osVersion, facts } = device;
    writer.put(sets.managedDevices, 'managedDevice', {
      id: deviceId(3, number),
      userId: user.id,
      userPrincipalName: user.userPrincipalName,
      userDisplayName: user.displayName,
      emailAddress: user.userPrincipalName,
      deviceName: name,
      managedDeviceName: name,
      managedDeviceOwnerType: 'company',
      ownerType: 'company',
      managementState: 'managed',
      managementAgent: 'mdm',
      enrolledDateTime: since,
      lastSyncDateTime: daysAgo(writer.tenant.now, 0.2),
      operatingSystem,
      osVersion,
      complianceState: 'compliant',
      azureADRegistered: true,
      azureADDeviceId: deviceId(5, number),
      azureActiveDirectoryDeviceId: deviceId(5, number),
      deviceRegistrationState: 'registered',
      manufacturer,
      model,
      serialNumber: `DOCS000${number}`,
      roleScopeTagIds: ['0'],
      ...facts,
    });
    writer.put(sets.devices, 'device', {
      id: deviceId(4, number),
      accountEnabled: true,
      deviceId: deviceId(5, number),
      deviceOwnership: 'Company',
      displayName: name,
      isCompliant: true,
      isManaged: true,
      managementType: 'MDM',
      manufacturer,
      model,
      operatingSystem: osType,
      operatingSystemVersion: osVersion,
      profileType: 'RegisteredDevice',
      registrationDateTime: since,
      trustType: operatingSystem === 'Windows' ? 'AzureAd' : 'Workplace',
    });
  });
}

function writeGroups(writer: SeedWriter, users: readonly SeedUser[], since: string): void {
  const group = (id: string, displayName: string, description: string) =>
    writer.put(sets.groups, 'group', {
      id,
      createdDateTime: since,
      displayName,
      description,
      mailEnabled: false,
      mailNickname: displayName.replaceAll(' ', ''),
      securityEnabled: true,
    });
  group(ALL_STAFF, 'All staff', 'Everybody, and the laptop');
  group(READERS, 'Readers', 'Who reads the page');
  for (const user of users) if (user.id !== DIRECTORY_OBJECT_ID) writer.link('members', ALL_STAFF, user.id, sets.users);
  writer.link('members', ALL_STAFF, deviceId(4, 1), sets.devices);
  writer.link('members', ALL_STAFF, READERS, sets.groups);
  writer.link('members', READERS, DIRECTORY_OBJECT_ID, sets.users);
}

function writeFilters(writer: SeedWriter, since: string): void {
  const filters = [
    { id: FILTER_ID, displayName: 'Windows', platform: 'windows10AndLater', rule: '(device.deviceOwnership -eq "Corporate")' },
    { id: IOS_FILTER, displayName: 'iPhone', platform: 'iOS', rule: '(device.model -startsWith "iPhone")' },
    { id: MACOS_FILTER, displayName: 'Mac', platform: 'macOS', rule: '(device.manufacturer -eq "Apple")' },
  ];
  for (const filter of filters) {
    writer.put(sets.filters, 'deviceAndAppManagementAssignmentFilter', {
      ...filter,
      description: '',
      createdDateTime: since,
      lastModifiedDateTime: since,
      roleScopeTags: ['0'],
      assignmentFilterManagementType: 'devices',
    });
  }
}

/** The set that the page's assignments come from: it holds every configuration that a path leads to. */
function writePolicySet(writer: SeedWriter, since: string): void {
  const state = { createdDateTime: since, lastModifiedDateTime: since, status: 'success', errorCode: 'noError' };
  writer.put(sets.policySets, 'policySet', {
    id: POLICY_SET_ID,
    displayName: 'Documentation',
    description: 'Source of the assignments that the page updates',
    roleScopeTags: ['0'],
    ...state,
  });
  for (const { id, type, displayName } of docsConfigurations.filter((configuration) => configuration.assignments !== undefined)) {
    writer.put(
      sets.policySetItems,
      'deviceConfigurationPolicySetItem',
      {
        id: `${POLICY_SET_ID}_${id}_DeviceConfigurationPolicy_Parcel`,
        payloadId: id,
        itemType: `#microsoft.graph.${type}`,
        displayName,
        ...state,
      },
      POLICY_SET_ID,
    );
  }
  writer.put(
    sets.policySetAssignments,
    'policySetAssignment',
    { id: `${POLICY_SET_ID}_${ALL_STAFF}`, lastModifiedDateTime: since, target: writer.target(groupTarget(ALL_STAFF)) },
    POLICY_SET_ID,
  );
}
