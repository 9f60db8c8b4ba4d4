/**
 * What each documented operation is sent, by `METHOD path` as in api/documented.yaml; `nested METHOD path` speaks for a path behind each
 * prefix. An operation without an entry is sent as it is: it then needs no body and finds its ids among those of `prepare`.
 */
import { docsTenantPaths } from '../../../src/app/tenants/docs.js';
import type { WireName } from '../../../src/kernel/wire.js';
import type { WireServer } from '../server.js';

export type Ids = Readonly<Record<string, string>>;

export interface Arranged {
  readonly server: WireServer;
  readonly ids: Ids;
  /** Behind a prefix: the set that is called, or that what is called lies in. */
  readonly collection: string;
  /** Make something over HTTP, and get its id. */
  made(path: string, body: object): Promise<string>;
  /** A name that nothing else has. */
  readonly name: string;
}

export interface Operation {
  /** Makes what the request changes or takes away; @returns ids that come before those of `prepare`. */
  readonly arrange?: (given: Arranged) => Promise<Ids>;
  readonly body?: (ids: Ids, name: string) => object;
  /** Otherwise 200 for GET and PATCH, 201 for POST, 204 for the rest. */
  readonly status?: number | Readonly<Record<WireName, number>>;
  /** The fragment of the context where it does not follow from the path; null where there is none. */
  readonly context?: ((ids: Ids) => string) | null;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** By a signed-in user with this permission. */
  readonly scope?: string;
}

export const DC = '/deviceManagement/deviceConfigurations';
const AF = '/deviceManagement/assignmentFilters';
const TAGS = '/deviceManagement/roleScopeTags';
const ROLES = '/deviceManagement/roleDefinitions';
const GIVEN = '/deviceManagement/roleAssignments';
const MD = '/deviceManagement/managedDevices';
const CATEGORIES = '/deviceManagement/deviceCategories';
const SETS = '/deviceAppManagement/policySets';

export const HEALTH = 'd0c50000-0001-4000-8000-000000000001';
export const ALL_STAFF = 'd0c50001-0000-4000-8000-000000000001';
export const READERS = 'd0c50001-0000-4000-8000-000000000002';
const IOS_ROOT = 'd0c50000-0005-4000-8000-000000000002';
const WIFI_ROOT = 'd0c50000-0010-4000-8000-000000000002';
const WRITER = 'd0c50002-0000-4000-8000-000000000002';
const ADMINISTRATOR = 'd0c50002-0000-4000-8000-000000000001';
const PAGE_ASSIGNMENT = 'd59b6342-6342-d59b-4263-9bd542639bd5';
const RULE = '(device.model -startsWith "Surface")';
const NOBODY = '00000000-0000-4000-8000-00000000dead';

const odata = (type: string) => `#microsoft.graph.${type}`;
export const group = (groupId: string, type = 'groupAssignmentTarget') => ({ '@odata.type': odata(type), groupId });
const reference = (path: string) => ({ '@odata.id': `https://graph.microsoft.com/beta${path}` });
const bound = (name: string, path: string) => ({ [`${name}@odata.bind`]: `https://graph.microsoft.com/beta${path}` });

const configuration = (displayName: string, type = 'windows10GeneralConfiguration', more: object = {}) => ({
  '@odata.type': odata(type),
  displayName,
  ...more,
});
const scep = (displayName: string, more: object = {}) =>
  configuration(displayName, 'iosScepCertificateProfile', {
    certificateValidityPeriodScale: 'years',
    certificateValidityPeriodValue: 1,
    renewalThresholdPercentage: 20,
    subjectNameFormat: 'commonName',
    subjectAlternativeNameType: 'none',
    keySize: 'size2048',
    keyUsage: 'digitalSignature',
    ...more,
  });
const wifi = (displayName: string, more: object = {}) =>
  configuration(displayName, 'windowsWifiEnterpriseEAPConfiguration', { ssid: 'X', networkName: 'X', ...more });
const oma = (displayName: string) =>
  configuration(displayName, 'windows10CustomConfiguration', {
    omaSettings: [{ '@odata.type': odata('omaSettingString'), displayName: 'S', omaUri: './Vendor/MSFT/X', value: 'swordfish' }],
  });
const filter = (displayName: string) => ({ displayName, platform: 'windows10AndLater', rule: RULE });
const roleAssignment = (displayName: string, role: string, more: object = {}) => ({
  '@odata.type': odata('deviceAndAppManagementRoleAssignment'),
  displayName,
  members: [READERS],
  ...bound('roleDefinition', `${ROLES}('${role}')`),
  ...more,
});
const device = (deviceName: string) => ({ deviceName, operatingSystem: 'Windows' });
const policySetItem = (payloadId: string) => ({ '@odata.type': odata('deviceConfigurationPolicySetItem'), payloadId });
const groupOf = (displayName: string, more: object = {}) => ({
  displayName,
  mailEnabled: false,
  mailNickname: displayName,
  securityEnabled: true,
  ...more,
});
const dynamicGroup = (displayName: string) =>
  groupOf(displayName, {
    groupTypes: ['DynamicMembership'],
    membershipRule: '(user.displayName -eq "X")',
    membershipRuleProcessingState: 'On',
  });
const user = (name: string) => ({
  accountEnabled: true,
  displayName: name,
  mailNickname: name,
  userPrincipalName: `${name}@contoso-docs.example`,
  passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
});
const directoryDevice = (displayName: string) => ({
  accountEnabled: true,
  alternativeSecurityIds: [{ type: 2, key: 'Y3YxN2E1MWFlYw==' }],
  deviceId: crypto.randomUUID(),
  displayName,
  operatingSystem: 'Windows',
  operatingSystemVersion: '10.0.22631.1',
});
const privacyItem = { accessLevel: 'forceAllow', dataCategory: 'camera', appPackageFamilyName: 'X_1', appDisplayName: 'X' };

const make =
  (id: string, path: string, body: (name: string) => object) =>
  async ({ made, name }: Arranged): Promise<Ids> => ({ [id]: await made(path, body(name)) });
const makeConfiguration = make('deviceConfigurationId', DC, configuration);
const makeFilter = make('filterId', AF, filter);
const makeTag = make('roleScopeTagId', TAGS, (displayName) => ({ displayName }));
const makeRole = make('roleDefinitionId', ROLES, (displayName) => ({ displayName }));
const makeDevice = make('managedDeviceId', MD, device);
const makeCategory = make('deviceCategoryId', CATEGORIES, (displayName) => ({ displayName }));
const makeSet = make('policySetId', SETS, (displayName) => ({ displayName }));
const makeGroup = make('groupId', '/groups', groupOf);
const makeUser = make('userId', '/users', user);
const makeDirectoryDevice = make('deviceId', '/devices', directoryDevice);

const makeAssigned = async (given: Arranged): Promise<Ids> => {
  const { deviceConfigurationId = '' } = await makeConfiguration(given);
  return {
    deviceConfigurationId,
    assignmentId: await given.made(`${DC}/${deviceConfigurationId}/assignments`, { target: group(READERS) }),
  };
};
const makePrivacyItem = async ({ made, ids }: Arranged): Promise<Ids> => {
  const path = `${DC}/${ids.windows10GeneralId}/microsoft.graph.windows10GeneralConfiguration/privacyAccessControls`;
  return { privacyItemId: await made(path, privacyItem) };
};
const makeAutoAssignment = async (given: Arranged): Promise<Ids> => {
  const { roleScopeTagId = '' } = await makeTag(given);
  return { roleScopeTagId, autoAssignmentId: await given.made(`${TAGS}/${roleScopeTagId}/assignments`, { target: group(READERS) }) };
};
const makeGiven = async ({ made, name, ids }: Arranged): Promise<Ids> => ({
  roleAssignmentId: await made(GIVEN, roleAssignment(name, ids.roleDefinitionId ?? '')),
});
const makeTaggedGiven = async (given: Arranged): Promise<Ids> => {
  const { roleScopeTagId = '' } = await makeTag(given);
  const tags = { 'roleScopeTags@odata.bind': [`https://graph.microsoft.com/beta${TAGS}('${roleScopeTagId}')`] };
  return { roleScopeTagId, roleAssignmentId: await given.made(GIVEN, roleAssignment(given.name, given.ids.roleDefinitionId ?? '', tags)) };
};
const makeItem = async (given: Arranged): Promise<Ids> => {
  const { policySetId = '' } = await makeSet(given);
  return { policySetId, policySetItemId: await given.made(`${SETS}/${policySetId}/items`, policySetItem(HEALTH)) };
};
const makeSetAssignment = async (given: Arranged): Promise<Ids> => {
  const { policySetId = '' } = await makeSet(given);
  return { policySetId, policySetAssignmentId: await given.made(`${SETS}/${policySetId}/assignments`, { target: group(READERS) }) };
};
const makeRelated =
  (relation: 'members' | 'owners') =>
  async (given: Arranged): Promise<Ids> => {
    const { groupId = '' } = await makeGroup(given);
    // A group keeps its last owner.
    for (const id of [WRITER, ADMINISTRATOR]) {
      await given.server.call('POST', `/groups/${groupId}/${relation}/$ref`, reference(`/directoryObjects/${id}`));
    }
    return { groupId, directoryObjectId: WRITER };
  };
const makeManaged = async (given: Arranged): Promise<Ids> => {
  const { userId = '' } = await makeUser(given);
  await given.server.call('PUT', `/users/${userId}/manager/$ref`, reference(`/users/${WRITER}`));
  return { userId };
};
const makeCategorised = async (given: Arranged): Promise<Ids> => {
  const { managedDeviceId = '' } = await makeDevice(given);
  const category = reference(`${CATEGORIES}/${given.ids.deviceCategoryId}`);
  await given.server.call('PUT', `${MD}/${managedDeviceId}/deviceCategory/$ref`, category);
  return { managedDeviceId };
};

/** What is left of an earlier run on the same certificate. */
const clean = async ({ server, collection }: Arranged): Promise<string> => {
  const { body } = await server.call('GET', collection);
  for (const { id } of body.value as { id: string }[]) {
    if (id !== PAGE_ASSIGNMENT) await server.call('DELETE', `${collection}/${id}`);
  }
  return collection;
};

const eventual = { headers: { ConsistencyLevel: 'eventual' } };
const changed = { status: { documented: 200, observed: 204 } } as const;
const called = { status: 200 } as const;
const done = { status: 204 } as const;
const nothing = (id: string): Operation => ({ arrange: async () => ({ [id]: NOBODY }), status: 404 });
const roleCreated = { status: { documented: 201, observed: 200 } } as const;
const collectionOf = (type: string) => () => `Collection(${type})`;

export const operations: Readonly<Record<string, Operation>> = {
  [`POST ${DC}`]: { body: (_ids, name) => configuration(name) },
  [`PATCH ${DC}/{deviceConfigurationId}`]: {
    ...changed,
    arrange: makeConfiguration,
    body: () => ({ '@odata.type': odata('windows10GeneralConfiguration'), description: 'changed' }),
  },
  [`DELETE ${DC}/{deviceConfigurationId}`]: { arrange: makeConfiguration, status: { documented: 204, observed: 200 } },
  [`POST ${DC}/{deviceConfigurationId}/assign`]: {
    ...called,
    arrange: makeConfiguration,
    body: () => ({ assignments: [{ target: group(READERS) }] }),
    context: ({ deviceConfigurationId }) => `${DC.slice(1)}('${deviceConfigurationId}')/assignments`,
  },
  [`GET ${DC}/{deviceConfigurationId}/getOmaSettingPlainTextValue(secretReferenceValueId='{secretId}')`]: {
    async arrange({ server, made, name }) {
      const deviceConfigurationId = await made(DC, oma(name));
      const { body } = await server.call('GET', `${DC}/${deviceConfigurationId}`);
      return { deviceConfigurationId, secretId: body.omaSettings[0].secretReferenceValueId };
    },
    context: () => 'Edm.String',
  },
  [`POST ${DC}/getTargetedUsersAndDevices`]: {
    ...called,
    body: () => ({ deviceConfigurationIds: [HEALTH] }),
    context: collectionOf('microsoft.graph.deviceConfigurationTargetedUserAndDevice'),
  },
  [`POST ${DC}/hasPayloadLinks`]: {
    ...called,
    body: () => ({ payloadIds: [HEALTH] }),
    context: collectionOf('microsoft.graph.hasPayloadLinkResultItem'),
  },

  [`POST ${DC}/{deviceConfigurationId}/assignments`]: { arrange: makeConfiguration, body: () => ({ target: group(READERS) }) },
  [`PATCH ${DC}/{deviceConfigurationId}/assignments/{assignmentId}`]: {
    arrange: makeAssigned,
    body: () => ({ target: group(ALL_STAFF, 'exclusionGroupAssignmentTarget') }),
  },
  [`DELETE ${DC}/{deviceConfigurationId}/assignments/{assignmentId}`]: { arrange: makeAssigned },
  [`GET ${DC}/{deviceConfigurationId}/groupAssignments/{groupAssignmentId}/deviceConfiguration`]: {
    context: () => `${DC.slice(1)}/$entity`,
  },
  [`GET ${DC}/{deviceConfigurationId}/deviceStatuses/{deviceStatusId}`]: nothing('deviceStatusId'),
  [`GET ${DC}/{deviceConfigurationId}/userStatuses/{userStatusId}`]: nothing('userStatusId'),
  [`GET ${DC}/{deviceConfigurationId}/deviceSettingStateSummaries/{settingSummaryId}`]: nothing('settingSummaryId'),
  [`POST ${DC}/{windows10GeneralId}/microsoft.graph.windows10GeneralConfiguration/privacyAccessControls`]: { body: () => privacyItem },
  [`GET ${DC}/{windows10GeneralId}/microsoft.graph.windows10GeneralConfiguration/privacyAccessControls/{privacyItemId}`]: {
    arrange: makePrivacyItem,
  },
  [`PATCH ${DC}/{windows10GeneralId}/microsoft.graph.windows10GeneralConfiguration/privacyAccessControls/{privacyItemId}`]: {
    arrange: makePrivacyItem,
    body: () => ({ accessLevel: 'forceDeny' }),
  },
  [`DELETE ${DC}/{windows10GeneralId}/microsoft.graph.windows10GeneralConfiguration/privacyAccessControls/{privacyItemId}`]: {
    arrange: makePrivacyItem,
  },
  [`GET ${DC}/{domainJoinId}/microsoft.graph.windowsDomainJoinConfiguration/networkAccessConfigurations`]: { context: () => DC.slice(1) },
  [`GET ${DC}/{scepProfileId}/microsoft.graph.iosScepCertificateProfile/managedDeviceCertificateStates/{certificateStateId}`]:
    nothing('certificateStateId'),
  [`GET ${DC}/{scepProfileId}/microsoft.graph.iosScepCertificateProfile/rootCertificate`]: { context: () => `${DC.slice(1)}/$entity` },
  [`GET ${DC}/{scepProfileId}/microsoft.graph.iosScepCertificateProfile/rootCertificate/$ref`]: { context: () => '$ref' },
  [`PUT ${DC}/{scepProfileId}/microsoft.graph.iosScepCertificateProfile/rootCertificate/$ref`]: {
    arrange: make('scepProfileId', DC, scep),
    body: () => reference(`${DC}/${IOS_ROOT}`),
  },
  [`DELETE ${DC}/{scepProfileId}/microsoft.graph.iosScepCertificateProfile/rootCertificate/$ref`]: {
    arrange: make('scepProfileId', DC, (name) => scep(name, bound('rootCertificate', `${DC}('${IOS_ROOT}')`))),
  },
  [`GET ${DC}/{wifiProfileId}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation`]: {
    context: () => DC.slice(1),
  },
  [`GET ${DC}/{wifiProfileId}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/$ref`]: {
    context: collectionOf('$ref'),
  },
  [`POST ${DC}/{wifiProfileId}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/$ref`]: {
    ...done,
    arrange: make('wifiProfileId', DC, wifi),
    body: () => reference(`${DC}/${WIFI_ROOT}`),
  },
  [`DELETE ${DC}/{wifiProfileId}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/{certificateId}/$ref`]:
    {
      async arrange({ made, name }) {
        const certificates = {
          'rootCertificatesForServerValidation@odata.bind': [`https://graph.microsoft.com/beta${DC}('${WIFI_ROOT}')`],
        };
        return { certificateId: WIFI_ROOT, wifiProfileId: await made(DC, wifi(name, certificates)) };
      },
    },

  'nested POST /assignments': {
    async arrange(given) {
      await clean(given);
      return {};
    },
    body: () => ({ target: group(READERS, 'exclusionGroupAssignmentTarget') }),
  },
  'nested PATCH /assignments/{assignmentId}': { body: () => ({ intent: 'remove' }) },
  'nested DELETE /assignments/{assignmentId}': {
    async arrange(given) {
      const target = group(READERS, 'exclusionGroupAssignmentTarget');
      return { assignmentId: await given.made(await clean(given), { target }) };
    },
  },
  'nested GET /deviceStatuses/{deviceStatusId}': nothing('deviceStatusId'),
  'nested GET /userStatuses/{userStatusId}': nothing('userStatusId'),
  'nested GET /deviceSettingStateSummaries/{settingSummaryId}': nothing('settingSummaryId'),

  [`POST ${AF}`]: { body: (_ids, name) => filter(name) },
  [`PATCH ${AF}/{filterId}`]: { arrange: makeFilter, body: () => ({ description: 'changed' }) },
  [`DELETE ${AF}/{filterId}`]: { arrange: makeFilter },
  [`POST ${AF}/enable`]: { ...done, body: () => ({ enable: true }) },
  [`GET ${AF}/getState()`]: { context: () => 'microsoft.graph.assignmentFilterState' },
  [`POST ${AF}/validateFilter`]: {
    ...called,
    body: () => ({ deviceAndAppManagementAssignmentFilter: filter('x') }),
    context: () => 'microsoft.graph.assignmentFilterValidationResult',
  },
  [`GET ${AF}/getPlatformSupportedProperties(platform='{platform}')`]: {
    arrange: async () => ({ platform: 'windows10AndLater' }),
    context: collectionOf('microsoft.graph.assignmentFilterSupportedProperty'),
  },
  [`GET ${AF}/{filterId}/getSupportedProperties()`]: { context: collectionOf('microsoft.graph.assignmentFilterSupportedProperty') },
  'POST /deviceManagement/evaluateAssignmentFilter': {
    ...called,
    body: () => ({ data: { '@odata.type': odata('assignmentFilterEvaluateRequest'), platform: 'windows10AndLater', rule: RULE } }),
    context: null,
  },
  'POST /deviceManagement/getAssignmentFiltersStatusDetails': {
    ...called,
    body: ({ managedDeviceId, filterId }) => ({ managedDeviceId, payloadId: null, assignmentFilterIds: [filterId] }),
    context: () => 'microsoft.graph.assignmentFilterStatusDetails',
  },

  [`POST ${TAGS}`]: { ...roleCreated, body: (_ids, displayName) => ({ displayName }) },
  [`PATCH ${TAGS}/{roleScopeTagId}`]: { arrange: makeTag, body: () => ({ description: 'changed' }) },
  [`DELETE ${TAGS}/{roleScopeTagId}`]: { arrange: makeTag },
  [`POST ${TAGS}/{roleScopeTagId}/assignments`]: { arrange: makeTag, body: () => ({ target: group(READERS) }) },
  [`PATCH ${TAGS}/{roleScopeTagId}/assignments/{autoAssignmentId}`]: {
    arrange: makeAutoAssignment,
    body: () => ({ target: group(ALL_STAFF) }),
  },
  [`DELETE ${TAGS}/{roleScopeTagId}/assignments/{autoAssignmentId}`]: { arrange: makeAutoAssignment },
  [`POST ${TAGS}/{roleScopeTagId}/assign`]: {
    ...called,
    arrange: makeTag,
    body: () => ({ assignments: [{ target: group(READERS) }] }),
    context: ({ roleScopeTagId }) => `${TAGS.slice(1)}('${roleScopeTagId}')/assignments`,
  },
  [`POST ${TAGS}/getRoleScopeTagsById`]: { ...called, body: () => ({ roleScopeTagIds: ['0'] }), context: () => TAGS.slice(1) },
  [`GET ${TAGS}/hasCustomRoleScopeTag()`]: { context: () => 'Edm.Boolean' },
  'GET /deviceManagement/getRoleScopeTagsByIds(ids=@ids)': { query: '@ids=["0"]', context: () => TAGS.slice(1) },
  [`POST ${ROLES}`]: { ...roleCreated, body: (_ids, displayName) => ({ displayName }) },
  [`PATCH ${ROLES}/{roleDefinitionId}`]: { arrange: makeRole, body: () => ({ description: 'changed' }) },
  [`DELETE ${ROLES}/{roleDefinitionId}`]: { arrange: makeRole },
  [`POST ${GIVEN}`]: { body: ({ roleDefinitionId = '' }, name) => roleAssignment(name, roleDefinitionId) },
  [`PATCH ${GIVEN}/{roleAssignmentId}`]: { arrange: makeGiven, body: () => ({ description: 'changed' }) },
  [`DELETE ${GIVEN}/{roleAssignmentId}`]: { arrange: makeGiven },
  [`GET ${GIVEN}/{roleAssignmentId}/roleDefinition`]: { context: () => `${ROLES.slice(1)}/$entity` },
  [`PUT ${GIVEN}/{roleAssignmentId}/roleDefinition/$ref`]: {
    arrange: makeGiven,
    body: ({ roleDefinitionId }) => reference(`${ROLES}/${roleDefinitionId}`),
  },
  [`GET ${GIVEN}/{roleAssignmentId}/roleScopeTags`]: { context: () => TAGS.slice(1) },
  [`POST ${GIVEN}/{roleAssignmentId}/roleScopeTags/$ref`]: {
    ...done,
    arrange: makeGiven,
    body: ({ roleScopeTagId }) => reference(`${TAGS}/${roleScopeTagId}`),
  },
  [`DELETE ${GIVEN}/{roleAssignmentId}/roleScopeTags/{roleScopeTagId}/$ref`]: { arrange: makeTaggedGiven },
  "GET /deviceManagement/getEffectivePermissions(scope='{scope}')": {
    arrange: async () => ({ scope: '0' }),
    context: collectionOf('microsoft.graph.rolePermission'),
  },
  'GET /deviceManagement/auditEvents/getAuditCategories()': { context: collectionOf('Edm.String') },
  "GET /deviceManagement/auditEvents/getAuditActivityTypes(category='{category}')": {
    arrange: async () => ({ category: 'DeviceConfiguration' }),
    context: collectionOf('Edm.String'),
  },

  [`POST ${MD}`]: { body: (_ids, name) => device(name) },
  [`PATCH ${MD}/{managedDeviceId}`]: { arrange: makeDevice, body: (_ids, deviceName) => ({ deviceName }) },
  [`DELETE ${MD}/{managedDeviceId}`]: { arrange: makeDevice },
  [`GET ${MD}/{managedDeviceId}/assignmentFilterEvaluationStatusDetails/{evaluationId}`]: {
    async arrange({ server, made, name, ids }) {
      const target = {
        '@odata.type': odata('allDevicesAssignmentTarget'),
        deviceAndAppManagementAssignmentFilterId: ids.filterId,
        deviceAndAppManagementAssignmentFilterType: 'include',
      };
      await made(`${DC}/${await made(DC, configuration(name))}/assignments`, { target });
      const { body } = await server.call('GET', `${MD}/${ids.managedDeviceId}/assignmentFilterEvaluationStatusDetails`);
      return { evaluationId: body.value[0].id };
    },
  },
  [`POST ${MD}/{managedDeviceId}/syncDevice`]: { ...done },
  [`GET ${MD}/{managedDeviceId}/users`]: { context: () => 'users' },
  [`GET ${MD}/{managedDeviceId}/deviceCategory`]: { arrange: makeCategorised, context: () => `${CATEGORIES.slice(1)}/$entity` },
  [`PUT ${MD}/{managedDeviceId}/deviceCategory/$ref`]: {
    arrange: makeDevice,
    body: ({ deviceCategoryId }) => reference(`${CATEGORIES}/${deviceCategoryId}`),
  },
  [`DELETE ${MD}/{managedDeviceId}/deviceCategory/$ref`]: { arrange: makeCategorised },
  [`POST ${CATEGORIES}`]: { body: (_ids, displayName) => ({ displayName }) },
  [`PATCH ${CATEGORIES}/{deviceCategoryId}`]: { arrange: makeCategory, body: () => ({ description: 'changed' }) },
  [`DELETE ${CATEGORIES}/{deviceCategoryId}`]: { arrange: makeCategory },

  [`POST ${SETS}`]: {
    body: (_ids, displayName) => ({ displayName, items: [policySetItem(HEALTH)], assignments: [{ target: group(READERS) }] }),
  },
  [`PATCH ${SETS}/{policySetId}`]: { arrange: makeSet, body: () => ({ description: 'changed' }) },
  [`DELETE ${SETS}/{policySetId}`]: { arrange: makeSet },
  [`POST ${SETS}/{policySetId}/update`]: { ...done, arrange: makeSet, body: () => ({ addedPolicySetItems: [policySetItem(HEALTH)] }) },
  [`POST ${SETS}/{policySetId}/items`]: { arrange: makeSet, body: () => policySetItem(HEALTH) },
  [`PATCH ${SETS}/{policySetId}/items/{policySetItemId}`]: { arrange: makeItem, body: () => ({ guidedDeploymentTags: ['x'] }) },
  [`DELETE ${SETS}/{policySetId}/items/{policySetItemId}`]: { arrange: makeItem },
  [`POST ${SETS}/{policySetId}/assignments`]: { arrange: makeSet, body: () => ({ target: group(READERS) }) },
  [`PATCH ${SETS}/{policySetId}/assignments/{policySetAssignmentId}`]: {
    arrange: makeSetAssignment,
    body: () => ({ target: group(ALL_STAFF) }),
  },
  [`DELETE ${SETS}/{policySetId}/assignments/{policySetAssignmentId}`]: { arrange: makeSetAssignment },
  [`POST ${SETS}/getPolicySets`]: {
    ...called,
    body: ({ policySetId }) => ({ policySetIds: [policySetId] }),
    context: () => SETS.slice(1),
  },

  'POST /groups': { body: (_ids, name) => groupOf(name) },
  'GET /groups/$count': eventual,
  'PATCH /groups/{groupId}': { ...done, arrange: makeGroup, body: () => ({ description: 'changed' }) },
  'DELETE /groups/{groupId}': { arrange: makeGroup },
  'POST /groups/{groupId}/members/$ref': { ...done, arrange: makeGroup, body: () => reference(`/directoryObjects/${WRITER}`) },
  'DELETE /groups/{groupId}/members/{directoryObjectId}/$ref': { arrange: makeRelated('members') },
  'POST /groups/{groupId}/owners/$ref': { ...done, arrange: makeGroup, body: () => reference(`/users/${WRITER}`) },
  'DELETE /groups/{groupId}/owners/{directoryObjectId}/$ref': { arrange: makeRelated('owners') },
  'POST /groups/{groupId}/evaluateDynamicMembership': {
    ...called,
    arrange: make('groupId', '/groups', dynamicGroup),
    body: () => ({ memberId: WRITER }),
    context: () => 'microsoft.graph.evaluateDynamicMembershipResult',
  },
  'POST /groups/evaluateDynamicMembership': {
    ...called,
    body: () => ({ memberId: WRITER, membershipRule: '(user.displayName -eq "X")' }),
    context: () => 'microsoft.graph.evaluateDynamicMembershipResult',
  },
  'POST /users': { body: (_ids, name) => user(name) },
  'GET /users/$count': eventual,
  'PATCH /users/{userId}': { ...done, arrange: makeUser, body: () => ({ jobTitle: 'changed' }) },
  'DELETE /users/{userId}': { arrange: makeUser },
  'GET /users/{userId}/manager': { arrange: makeManaged },
  'PUT /users/{userId}/manager/$ref': { arrange: makeUser, body: () => reference(`/users/${WRITER}`) },
  'DELETE /users/{userId}/manager/$ref': { arrange: makeManaged },
  'GET /me': { scope: 'User.Read', context: () => 'users/$entity' },
  'PATCH /me': { ...done, scope: 'User.ReadWrite', body: () => ({ jobTitle: 'changed' }) },
  'GET /me/memberOf': { scope: 'User.Read.All' },
  'GET /me/transitiveMemberOf': { scope: 'User.Read.All' },
  'POST /devices': { body: (_ids, name) => directoryDevice(name) },
  'GET /devices/$count': eventual,
  'PATCH /devices/{deviceId}': { ...done, arrange: makeDirectoryDevice, body: () => ({ displayName: 'changed' }) },
  'DELETE /devices/{deviceId}': { arrange: makeDirectoryDevice },
  'DELETE /directoryObjects/{directoryObjectId}': { arrange: make('directoryObjectId', '/groups', groupOf) },
  'POST /directoryObjects/getByIds': { ...called, body: () => ({ ids: [WRITER, READERS] }), context: () => 'directoryObjects' },
  'POST /directoryObjects/{directoryObjectId}/checkMemberGroups': {
    ...called,
    body: () => ({ groupIds: [ALL_STAFF] }),
    context: collectionOf('Edm.String'),
  },
  'POST /directoryObjects/{directoryObjectId}/checkMemberObjects': {
    ...called,
    body: () => ({ ids: [ALL_STAFF] }),
    context: collectionOf('Edm.String'),
  },
  'POST /directoryObjects/{directoryObjectId}/getMemberGroups': {
    ...called,
    body: () => ({ securityEnabledOnly: false }),
    context: collectionOf('Edm.String'),
  },
  'POST /directoryObjects/{directoryObjectId}/getMemberObjects': {
    ...called,
    body: () => ({ securityEnabledOnly: false }),
    context: collectionOf('Edm.String'),
  },
};

/** What every request finds, by the names that documented paths give their keys. */
export async function prepare(server: WireServer): Promise<Ids> {
  const made = madeBy(server);
  const configurationOf = (number: number) => `d0c50000-00${String(number).padStart(2, '0')}-4000-8000-000000000001`;
  const prefixes = docsTenantPaths.map((_path, at) => [`configurationOnPath${at + 1}`, configurationOf(at + 1)]);
  const roleScopeTagId = await made(TAGS, { displayName: 'Prepared' });
  const roleDefinitionId = await made(ROLES, { displayName: 'Prepared' });
  await made(`${TAGS}/${roleScopeTagId}/assignments`, { target: group(READERS) });
  return {
    ...Object.fromEntries(prefixes),
    certificateOnPath10: WIFI_ROOT,
    deviceConfigurationId: HEALTH,
    assignmentId: PAGE_ASSIGNMENT,
    windows10GeneralId: await made(DC, configuration('Prepared')),
    domainJoinId: await made(DC, configuration('Prepared', 'windowsDomainJoinConfiguration')),
    scepProfileId: configurationOf(5),
    wifiProfileId: configurationOf(10),
    filterId: await made(AF, filter('Prepared')),
    roleScopeTagId,
    roleDefinitionId,
    roleAssignmentId: await made(GIVEN, roleAssignment('Prepared', roleDefinitionId)),
    managedDeviceId: 'd0c50003-0000-4000-8000-000000000001',
    deviceCategoryId: await made(CATEGORIES, { displayName: 'Prepared' }),
    policySetId: await made(SETS, {
      displayName: 'Prepared',
      items: [policySetItem(HEALTH)],
      assignments: [{ target: group(READERS) }],
    }),
    groupId: READERS,
    userId: WRITER,
    deviceId: 'd0c50004-0000-4000-8000-000000000001',
    directoryObjectId: WRITER,
  };
}

export function madeBy(server: WireServer): Arranged['made'] {
  return async (path, body) => {
    const answer = await server.call('POST', path, body);
    if (answer.status !== 201 && answer.status !== 200) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer.body.id;
  };
}
