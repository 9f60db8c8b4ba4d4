/** A preview says what the real writes then do: every outcome of every device before and after, for every kind of write. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../kernel/ids.js';
import type { JsonObject } from '../../kernel/json.js';
import {
  ASSIGNMENT_IDS,
  DEVICES,
  deviceId,
  difference,
  directoryId,
  FILTERS,
  filterId,
  GROUPS,
  groupId,
  openFleet,
  POLICIES,
  policyId,
  standing,
  toldBy,
  USERS,
  userId,
  wholeStore,
} from './testing/fleet.js';

interface Write {
  readonly method: string;
  readonly url: string;
  readonly body?: JsonObject;
}

const GRAPH = '#microsoft.graph.';
const DM = '/deviceManagement';
const CONFIGURATIONS = `${DM}/deviceConfigurations`;
const FILTER_URL = `${DM}/assignmentFilters`;

const anyUser = fc.nat(USERS - 1).map(userId);
const anyDirectoryDevice = fc.nat(DEVICES - 1).map(directoryId);
const anyDevice = fc.nat(DEVICES - 1).map(deviceId);
const anyGroup = fc.nat(GROUPS - 1).map(groupId);
const anyStaticGroup = fc.nat(3).map(groupId);
const anyPolicy = fc.nat(POLICIES - 1).map(policyId);
const anyFilter = fc.nat(FILTERS - 1).map(filterId);

const anyFilterUse: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.tuple(anyFilter, fc.constantFrom('include', 'exclude')).map(([id, type]) => ({
      deviceAndAppManagementAssignmentFilterId: id,
      deviceAndAppManagementAssignmentFilterType: type,
    })),
  },
);
const anyTarget: fc.Arbitrary<JsonObject> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(anyGroup, anyFilterUse)
      .map(([group, use]) => ({ '@odata.type': `${GRAPH}groupAssignmentTarget`, groupId: group, ...use })),
  },
  { weight: 2, arbitrary: anyGroup.map((group) => ({ '@odata.type': `${GRAPH}exclusionGroupAssignmentTarget`, groupId: group })) },
  { weight: 1, arbitrary: anyFilterUse.map((use) => ({ '@odata.type': `${GRAPH}allDevicesAssignmentTarget`, ...use })) },
  { weight: 1, arbitrary: fc.constant({ '@odata.type': `${GRAPH}allLicensedUsersAssignmentTarget` }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(ALL_DEVICES_GROUP, ALL_USERS_GROUP)
      .map((group) => ({ '@odata.type': `${GRAPH}groupAssignmentTarget`, groupId: group })),
  },
);
const anyIntent = fc.constantFrom('apply', 'apply', 'apply', 'remove');
const anyAssignment = fc.tuple(anyTarget, anyIntent).map(([target, intent]): JsonObject => ({ target, intent }));
const anyAssignmentUrl = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ASSIGNMENT_IDS).map(([policy, id]) => `${CONFIGURATIONS}/${policy}/assignments/${id}`) },
  { weight: 1, arbitrary: fc.tuple(anyPolicy, anyGroup).map(([policy, of]) => `${CONFIGURATIONS}/${policy}/assignments/${policy}_${of}`) },
);

const write = (method: string, url: string, body?: JsonObject): Write => (body === undefined ? { method, url } : { method, url, body });
const rule = (about: 'user' | 'device') =>
  about === 'user'
    ? fc.constantFrom('(user.department -eq "IT")', '(user.department -ne "Sales")', '(user.displayName -contains "2")')
    : fc.constantFrom('(device.deviceOSType -eq "Windows")', '(device.displayName -eq "PC-1")');

const assigning: fc.Arbitrary<Write> = fc.oneof(
  fc
    .tuple(
      anyPolicy,
      fc.uniqueArray(anyAssignment, { maxLength: 4, selector: ({ target }) => JSON.stringify((target as JsonObject).groupId ?? target) }),
    )
    .map(([policy, assignments]) => write('POST', `${CONFIGURATIONS}/${policy}/assign`, { assignments })),
  fc.tuple(anyPolicy, anyAssignment).map(([policy, body]) => write('POST', `${CONFIGURATIONS}/${policy}/assignments`, body)),
  fc.tuple(anyAssignmentUrl, anyAssignment).map(([url, body]) => write('PATCH', url, body)),
  fc.tuple(anyAssignmentUrl, anyIntent).map(([url, intent]) => write('PATCH', url, { intent })),
  anyAssignmentUrl.map((url) => write('DELETE', url)),
);
const filtering: fc.Arbitrary<Write> = fc.oneof(
  fc
    .tuple(anyFilter, fc.constantFrom('(device.model -eq "Latitude")', '(device.model -ne "Latitude")', '(device.deviceName -eq "nobody")'))
    .map(([id, text]) => write('PATCH', `${FILTER_URL}/${id}`, { rule: text })),
  anyFilter.map((id) => write('DELETE', `${FILTER_URL}/${id}`)),
  fc.boolean().map((enable) => write('POST', `${FILTER_URL}/enable`, { enable })),
  fc.constant(write('POST', FILTER_URL, { displayName: 'New', platform: 'windows10AndLater', rule: '(device.model -eq "x")' })),
);
const reference = (set: string, id: string) => ({ '@odata.id': `https://graph.microsoft.com/beta/${set}/${id}` });
const grouping: fc.Arbitrary<Write> = fc.oneof(
  fc.constant(write('POST', '/groups', { displayName: 'New', mailNickname: 'new', mailEnabled: false, securityEnabled: true })),
  anyGroup.map((id) => write('DELETE', `/groups/${id}`)),
  rule('user').map((text) => write('PATCH', `/groups/${groupId(4)}`, { membershipRule: text })),
  rule('device').map((text) => write('PATCH', `/groups/${groupId(5)}`, { membershipRule: text })),
  fc
    .tuple(fc.constantFrom(groupId(4), groupId(5)), fc.constantFrom('On', 'Paused'))
    .map(([id, state]) => write('PATCH', `/groups/${id}`, { membershipRuleProcessingState: state })),
  fc
    .tuple(anyStaticGroup, fc.constantFrom('user', 'device'))
    .chain(([id, about]) =>
      rule(about as 'user').map((text) =>
        write('PATCH', `/groups/${id}`, { groupTypes: ['DynamicMembership'], membershipRule: text, membershipRuleProcessingState: 'On' }),
      ),
    ),
  fc.tuple(anyStaticGroup, anyUser).map(([id, user]) => write('POST', `/groups/${id}/members/$ref`, reference('users', user))),
  fc.tuple(anyStaticGroup, anyDirectoryDevice).map(([id, one]) => write('POST', `/groups/${id}/members/$ref`, reference('devices', one))),
  fc.tuple(anyStaticGroup, anyStaticGroup).map(([id, one]) => write('POST', `/groups/${id}/members/$ref`, reference('groups', one))),
  fc
    .tuple(anyStaticGroup, fc.oneof(anyUser, anyDirectoryDevice, anyStaticGroup))
    .map(([id, one]) => write('DELETE', `/groups/${id}/members/${one}/$ref`)),
);
const known = fc.oneof(
  fc.tuple(anyUser, fc.constantFrom('Sales', 'IT')).map(([id, department]) => write('PATCH', `/users/${id}`, { department })),
  anyUser.map((id) => write('DELETE', `/users/${id}`)),
  fc
    .tuple(anyDirectoryDevice, fc.constantFrom('Company', 'Personal'))
    .map(([id, deviceOwnership]) => write('PATCH', `/devices/${id}`, { deviceOwnership })),
  anyDirectoryDevice.map((id) => write('DELETE', `/devices/${id}`)),
  fc.tuple(anyDevice, fc.constantFrom('Surface', 'Latitude')).map(([id, model]) => write('PATCH', `${DM}/managedDevices/${id}`, { model })),
  fc.tuple(anyDevice, anyUser).map(([id, user]) => write('PATCH', `${DM}/managedDevices/${id}`, { userId: user })),
  fc
    .tuple(anyDevice, fc.constantFrom('iOS', 'Windows'))
    .map(([id, operatingSystem]) => write('PATCH', `${DM}/managedDevices/${id}`, { operatingSystem })),
  anyDevice.map((id) => write('DELETE', `${DM}/managedDevices/${id}`)),
  fc.tuple(fc.nat(99), fc.oneof(anyUser, fc.constant('')), fc.nat(DEVICES)).map(([n, user, directory]) =>
    write('POST', `${DM}/managedDevices`, {
      deviceName: `NEW-${n}`,
      userId: user,
      operatingSystem: 'Windows',
      model: 'Surface',
      azureADDeviceId: `88888888-0000-4000-8000-${String(directory).padStart(12, '0')}`,
    }),
  ),
);
const configuring: fc.Arbitrary<Write> = fc.oneof(
  anyPolicy.map((id) => write('DELETE', `${CONFIGURATIONS}/${id}`)),
  fc.constantFrom('include', 'exclude').map((ruleType) =>
    write('PATCH', `${CONFIGURATIONS}/${policyId(0)}`, {
      '@odata.type': `${GRAPH}windows10GeneralConfiguration`,
      deviceManagementApplicabilityRuleOsVersion: {
        '@odata.type': `${GRAPH}deviceManagementApplicabilityRuleOsVersion`,
        minOSVersion: '10.0.22000.0',
        maxOSVersion: '10.0.23999.0',
        name: 'range',
        ruleType,
      },
    }),
  ),
  fc
    .tuple(fc.uniqueArray(anyPolicy, { minLength: 1, maxLength: 3 }), fc.uniqueArray(anyGroup, { maxLength: 2 }))
    .map(([policies, groups]) =>
      write('POST', '/deviceAppManagement/policySets', {
        displayName: 'Set',
        items: policies.map((payloadId) => ({
          '@odata.type': `${GRAPH}deviceConfigurationPolicySetItem`,
          payloadId,
          guidedDeploymentTags: [],
        })),
        assignments: groups.map((group) => ({ target: { '@odata.type': `${GRAPH}groupAssignmentTarget`, groupId: group } })),
      }),
    ),
);
const anyWrite = fc.oneof(
  { weight: 6, arbitrary: assigning },
  { weight: 2, arbitrary: filtering },
  { weight: 4, arbitrary: grouping },
  { weight: 4, arbitrary: known },
  { weight: 2, arbitrary: configuring },
);

describe('a preview', () => {
  it('is the difference that the real writes make, one by one and together, and writes nothing', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(assigning, { maxLength: 3 }),
        fc.array(anyWrite, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (laid, writes, asked) => {
          const lab = await openFleet();
          // An engine that has followed what was done, or one that starts with the preview.
          if (asked) await lab.call('GET', `${DM}/muster.findings()`);
          for (const { method, url, body } of laid) await lab.call(method, url, body);

          const untouched = await wholeStore(lab.store);
          const before = await standing(lab.store);
          const requests = writes.map((one, index) => ({ id: String(index), ...one }));
          const { status, body: preview } = await lab.call('POST', '/muster/preview', { requests });
          expect(status).toBe(200);
          const inTotal = await lab.call('POST', '/muster/preview', { detail: 'total', requests });
          expect(toldBy(inTotal.body.total)).toEqual(toldBy(preview.total));
          expect(inTotal.body.responses).toEqual(
            preview.responses.map((one: object) => ({ ...one, impact: null, error: expect.toBeOneOf([null, expect.anything()]) })),
          );
          expect(await wholeStore(lab.store)).toEqual(untouched);

          let last = before;
          for (const [index, { method, url, body }] of writes.entries()) {
            const headers = index % 2 === 0 ? { prefer: 'odata.include-annotations="muster.*"' } : {};
            const answer = await lab.call(method, url, body, headers);
            const now = await standing(lab.store);
            const told = preview.responses[index];
            expect([told.id, told.status]).toEqual([String(index), answer.status]);
            if (answer.status >= 400) expect([told.impact, told.error.code]).toEqual([null, answer.body.error.code]);
            else {
              const made = difference(last, now);
              expect(toldBy(told.impact)).toEqual(made);
              if (answer.body?.['@muster.impact'] !== undefined) expect(toldBy(answer.body['@muster.impact'])).toEqual(made);
              if (answer.status === 204 && index % 2 === 0) {
                const counts = `gained=${made.gained.count},lost=${made.lost.count},removed=${made.removed.count}`;
                expect(answer.headers['muster-impact']).toBe(counts);
              }
            }
            last = now;
          }
          expect(toldBy(preview.total)).toEqual(difference(before, last));
        },
      ),
      { numRuns: 100 },
    );
  });
});
