/** Answers of the service that are known word for word (graph-api spec, sections 4 and 5), as requests and what must come back. */
import { expect } from 'vitest';
import { DC, group, HEALTH, type Ids, READERS } from './requests.js';
import type { Sent } from './senders.js';

// biome-ignore lint/suspicious/noExplicitAny: examples look into answers of every shape
type Json = any;

export interface Example {
  readonly what: string;
  readonly method: Sent['method'];
  readonly path: (ids: Ids) => string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** @param root `http://HOST/beta/$metadata#` */
  readonly check: (body: Json, ids: Ids, root: string, headers: Headers) => void;
}

const HEALTH_TYPE = 'microsoft.graph.windowsHealthMonitoringConfiguration';
const SETS = '/deviceAppManagement/policySets';

/** Of every configuration, in the order in which the service writes them. */
const CONFIGURATION_KEYS = [
  '@odata.context',
  '@odata.type',
  'id',
  'lastModifiedDateTime',
  'roleScopeTagIds',
  'supportsScopeTags',
  'deviceManagementApplicabilityRuleOsEdition',
  'deviceManagementApplicabilityRuleOsVersion',
  'deviceManagementApplicabilityRuleDeviceMode',
  'createdDateTime',
  'description',
  'displayName',
  'version',
];

const message = (body: Json) => JSON.parse(body.error.message).Message as string;

export const examples: readonly Example[] = [
  {
    what: 'a new SCEP profile: order, defaults, references not echoed, times alike',
    method: 'POST',
    path: () => DC,
    body: {
      '@odata.type': '#microsoft.graph.macOSScepCertificateProfile',
      id: '00000000-0000-0000-0000-000000000000',
      displayName: 'Captured',
      certificateValidityPeriodScale: 'years',
      certificateValidityPeriodValue: 1,
      keyUsage: 'digitalSignature,keyEncipherment',
      keySize: 'size2048',
      renewalThresholdPercentage: 20,
      subjectNameFormat: 'custom',
      subjectAlternativeNameType: 'none',
    },
    status: 201,
    check(body, _ids, root, headers) {
      expect(Object.keys(body).slice(0, CONFIGURATION_KEYS.length)).toEqual(CONFIGURATION_KEYS);
      expect(body).toMatchObject({
        '@odata.context': `${root}deviceManagement/deviceConfigurations/$entity`,
        '@odata.type': '#microsoft.graph.macOSScepCertificateProfile',
        roleScopeTagIds: ['0'],
        supportsScopeTags: true,
        deviceManagementApplicabilityRuleOsEdition: null,
        deviceManagementApplicabilityRuleOsVersion: null,
        deviceManagementApplicabilityRuleDeviceMode: null,
        version: 1,
        keyUsage: 'keyEncipherment,digitalSignature',
      });
      expect(body.id).not.toBe('00000000-0000-0000-0000-000000000000');
      expect(body.createdDateTime).toBe(body.lastModifiedDateTime);
      expect(body.createdDateTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/);
      expect(headers.get('location')).toBe(`${root.replace('$metadata#', '')}deviceManagement/deviceConfigurations('${body.id}')`);
    },
  },
  {
    what: 'assignments as exported',
    method: 'GET',
    path: ({ windows10GeneralId }) => `${DC}/${windows10GeneralId}/assignments`,
    status: 200,
    check({ '@odata.context': context, value }, { windows10GeneralId }, root) {
      expect(context).toBe(`${root}deviceManagement/deviceConfigurations('${windows10GeneralId}')/assignments`);
      expect(JSON.stringify(value)).toBe(
        JSON.stringify([
          {
            id: `${windows10GeneralId}_${READERS}`,
            source: 'direct',
            sourceId: windows10GeneralId,
            intent: 'apply',
            target: {
              '@odata.type': '#microsoft.graph.groupAssignmentTarget',
              deviceAndAppManagementAssignmentFilterId: null,
              deviceAndAppManagementAssignmentFilterType: 'none',
              groupId: READERS,
            },
          },
        ]),
      );
    },
  },
  {
    what: 'assignments by the ids of the virtual groups',
    method: 'POST',
    path: ({ domainJoinId }) => `${DC}/${domainJoinId}/assign`,
    body: {
      assignments: ['allLicensedUsersAssignmentTarget', 'allDevicesAssignmentTarget'].map((name) => ({
        target: { '@odata.type': `#microsoft.graph.${name}` },
      })),
    },
    status: 200,
    check({ value }, { domainJoinId }) {
      expect(value.map(({ id }: Json) => id)).toEqual([
        `${domainJoinId}_acacacac-9df4-4c7d-9d50-4ef0226f57a9`,
        `${domainJoinId}_adadadad-808e-44e2-905a-0b7873a8a531`,
      ]);
      expect(value[0].target).not.toHaveProperty('groupId');
    },
  },
  {
    what: 'the older view of groups',
    method: 'GET',
    path: ({ windows10GeneralId }) => `${DC}/${windows10GeneralId}/groupAssignments`,
    status: 200,
    check: ({ value }, { windows10GeneralId }) =>
      expect(JSON.stringify(value)).toBe(
        JSON.stringify([{ id: `${windows10GeneralId}_${READERS}`, targetGroupId: READERS, excludeGroup: false }]),
      ),
  },
  {
    what: 'one with its assignments',
    method: 'GET',
    path: () => `${DC}/${HEALTH}?$expand=assignments`,
    status: 200,
    check(body, _ids, root) {
      expect(body['@odata.context']).toBe(`${root}deviceManagement/deviceConfigurations(assignments())/$entity`);
      expect(body['assignments@odata.context']).toBe(
        `${root}deviceManagement/deviceConfigurations('${HEALTH}')/${HEALTH_TYPE}/assignments`,
      );
    },
  },
  {
    what: 'chosen properties, one of a derived type',
    method: 'GET',
    path: () => `${DC}?$select=id,displayName,${HEALTH_TYPE}/allowDeviceHealthMonitoring`,
    status: 200,
    check({ '@odata.context': context, value }, _ids, root) {
      expect(context).toBe(`${root}deviceManagement/deviceConfigurations(id,displayName,${HEALTH_TYPE}/allowDeviceHealthMonitoring)`);
      const health = value.find(({ id }: Json) => id === HEALTH);
      expect(Object.keys(health)).toEqual(['@odata.type', 'id', 'displayName', 'allowDeviceHealthMonitoring']);
    },
  },
  {
    what: 'a policy set with what is in it',
    method: 'GET',
    path: ({ policySetId }) => `${SETS}/${policySetId}?$expand=assignments,items`,
    status: 200,
    check(body, { policySetId }, root) {
      expect(body['@odata.context']).toBe(`${root}deviceAppManagement/policySets(assignments(),items())/$entity`);
      expect(body.items[0].id).toBe(`${policySetId}_${HEALTH}_DeviceConfigurationPolicy_Parcel`);
    },
  },
  {
    what: 'full metadata',
    method: 'GET',
    path: () => `${DC}/${HEALTH}`,
    headers: { Accept: 'application/json;odata.metadata=full' },
    status: 200,
    check(body) {
      expect(body['@odata.id']).toBe(`deviceManagement/deviceConfigurations('${HEALTH}')`);
      expect(body['@odata.editLink']).toBe(`deviceManagement/deviceConfigurations('${HEALTH}')/${HEALTH_TYPE}`);
    },
  },
  {
    what: 'the link to the next page',
    method: 'GET',
    path: () => `${DC}?$top=1&$select=id`,
    status: 200,
    check: ({ '@odata.nextLink': link }, _ids, root) =>
      expect(decodeURIComponent(link)).toMatch(
        new RegExp(`^${root.replace(/\$metadata#$/, '')}deviceManagement/deviceConfigurations\\?.*\\$skiptoken=`),
      ),
  },
  {
    what: 'what is not there',
    method: 'GET',
    path: () => `${DC}/00000000-0000-4000-8000-00000000dead`,
    status: 404,
    check(body, _ids, _root, headers) {
      expect(body.error).toMatchObject({ code: 'ResourceNotFound', innerError: { 'request-id': headers.get('request-id') } });
      expect(body.error.message).toMatch(/^\{\r\n {2}"_version": 3,\r\n {2}"Message": /);
      expect(Object.keys(JSON.parse(body.error.message))).toEqual([
        '_version',
        'Message',
        'CustomApiErrorPhrase',
        'RetryAfter',
        'ErrorSourceService',
        'HttpHeaders',
      ]);
      expect(message(body)).toContain(
        `An error has occurred - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: ${headers.get('request-id')} - Url: `,
      );
      expect(body.error.innerError.date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    },
  },
  {
    what: 'a route that nobody answers',
    method: 'POST',
    path: () => `${DC}/${HEALTH}/groupAssignments`,
    body: { targetGroupId: READERS, excludeGroup: false },
    status: 400,
    check(body) {
      expect(body.error.code).toBe('No method match route template');
      expect(body.error.message).toMatch(
        /^No OData route exists that match template ~\/singleton\/navigation\/key\/navigation with http verb POST for request \/DeviceConfiguration\w*\/StatelessDeviceConfigurationFEService\/deviceManagement\/deviceConfigurations\('[-0-9a-f]+'\)\/groupAssignments\.$/,
      );
    },
  },
  {
    what: 'a property that the type lacks',
    method: 'PATCH',
    path: () => `${DC}/${HEALTH}`,
    body: { '@odata.type': `#${HEALTH_TYPE}`, additionalData: { nope: 1 } },
    status: 400,
    check: (body) => expect(body.error).toMatchObject({ code: 'ModelValidationFailure', innerError: { message: body.error.message } }),
  },
  {
    what: 'a type that nobody knows',
    method: 'POST',
    path: () => `${DC}/${HEALTH}/assign`,
    body: { assignments: [{ target: { ...group(READERS), '@odata.type': '#microsoft.graph.nopeTarget' } }] },
    status: 400,
    check: (body) =>
      expect(body.error).toMatchObject({
        code: 'ModelValidationFailure',
        message:
          "A type named 'microsoft.graph.nopeTarget' could not be resolved by the model. When a model is available, each type name must resolve to a valid type.",
      }),
  },
];
