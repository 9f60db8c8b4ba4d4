/** Pages that are kept: whoever asks is answered as a server that keeps nothing would answer, whatever was changed meanwhile and whoever asked before. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EVERYTHING, type Lab, openLab, schemas } from '../../tests/support/in-process.js';
import { wireProfile } from '../kernel/wire.js';
import { openSqliteStore } from '../storage/sqlite/sqlite-store.js';
import type { Store } from '../storage/store.js';
import { storeTypes } from './store-types.js';

const DC = '/deviceManagement/deviceConfigurations';
const AF = '/deviceManagement/assignmentFilters';
const GUEST = 'b0000000-0000-4000-8000-000000000001';
/** Stands for the role assignment in paths. */
const HELD = 'HELD';
const id = (kind: number, number: number) => `${String(kind).repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`;
const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
const TYPES = ['windows10GeneralConfiguration', 'windowsDeliveryOptimizationConfiguration', 'windowsWifiConfiguration'] as const;
const OTHER_TENANT = '99999999-9999-4999-8999-999999999999';

let folder: string;
let store: Store;
let lab: Lab;
let roleAssignment: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kept-pages-'));
  store = await openSqliteStore({ path: join(folder, 'store.db'), types: storeTypes(schemas.beta, () => 0) });
  await store.createTenant({ id: OTHER_TENANT, name: 'other', createdAt: '2026-01-01T00:00:00Z' });
  lab = await openLab({ store, keptBytes: 0 });
  await lab.put('users', 'user', GUEST, { displayName: 'Guest' });
  for (const number of numbers(3)) await lab.put('groups', 'group', id(2, number), { displayName: `G${number}` });
  for (const number of numbers(2))
    await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', id(5, number), {
      displayName: `F${number}`,
      platform: 'windows10AndLater',
    });
  for (const tag of ['0', '1']) await lab.put('deviceManagement/roleScopeTags', 'roleScopeTag', tag, { displayName: `T${tag}` });
  for (const number of numbers(40))
    await lab.put('deviceManagement/deviceConfigurations', TYPES[number % 3] as string, id(1, number), {
      displayName: `C${number % 7}é`,
      // A member that older clients do not know.
      ...(number % 3 === 2 && { wifiSecurityType: 'wpa3Personal' }),
      roleScopeTagIds: [number % 2 === 0 ? '0' : '1'],
    });
  const action = 'Microsoft.Intune_DeviceConfigurations_Read';
  const rolePermissions = [{ resourceActions: [{ allowedResourceActions: [action], notAllowedResourceActions: [] }] }];
  const role = await lab.call('POST', '/deviceManagement/roleDefinitions', { displayName: 'R', rolePermissions });
  const held = await lab.call('POST', '/deviceManagement/roleAssignments', {
    '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleAssignment',
    displayName: 'A',
    members: [GUEST],
    'roleDefinition@odata.bind': `https://graph.microsoft.com/beta/deviceManagement/roleDefinitions('${role.body.id}')`,
    'roleScopeTags@odata.bind': ["https://graph.microsoft.com/beta/deviceManagement/roleScopeTags('1')"],
  });
  expect([role.status, held.status]).toEqual([201, 201]);
  roleAssignment = held.body.id;
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

type Call = readonly [method: string, path: string, body?: unknown];

const number = fc.nat({ max: 39 });
const target = fc.record({ group: fc.nat({ max: 2 }), filter: fc.option(fc.nat({ max: 1 }), { nil: undefined }), excluded: fc.boolean() });
const assignment = target.map(({ group, filter, excluded }) => ({
  target: {
    '@odata.type': `#microsoft.graph.${excluded ? 'exclusionGroupAssignmentTarget' : 'groupAssignmentTarget'}`,
    groupId: id(2, group),
    ...(filter !== undefined &&
      !excluded && { deviceAndAppManagementAssignmentFilterId: id(5, filter), deviceAndAppManagementAssignmentFilterType: 'include' }),
  },
}));
const typed = (one: number, members: object) => ({ '@odata.type': `#microsoft.graph.${TYPES[one % 3]}`, ...members });
const change: fc.Arbitrary<Call> = fc.oneof(
  fc
    .tuple(number, fc.string({ unit: 'grapheme', maxLength: 9 }))
    .map(([one, description]): Call => ['PATCH', `${DC}/${id(1, one)}`, typed(one, { description })]),
  fc
    .tuple(number, fc.constantFrom('0', '1'))
    .map(([one, tag]): Call => ['PATCH', `${DC}/${id(1, one)}`, typed(one, { roleScopeTagIds: [tag] })]),
  fc
    .tuple(number, fc.constantFrom('A', 'Z'))
    .map(([one, displayName]): Call => ['PATCH', `${DC}/${id(1, one)}`, typed(one, { displayName })]),
  fc
    .tuple(number, fc.uniqueArray(assignment, { maxLength: 3, selector: ({ target: { groupId } }) => groupId }))
    .map(([one, assignments]): Call => ['POST', `${DC}/${id(1, one)}/assign`, { assignments }]),
  fc
    .tuple(fc.nat({ max: 1 }), fc.constantFrom('x', 'y'))
    .map(([one, displayName]): Call => ['PATCH', `${AF}/${id(5, one)}`, { displayName }]),
  fc.nat({ max: 2 }).map((one): Call => ['DELETE', `${DC}/${id(1, one)}`]),
  fc.constant<Call>(['POST', DC, typed(1, { displayName: 'new' })]),
  fc.constantFrom(['0'], ['1'], ['0', '1']).map(
    (tags): Call => [
      'PATCH',
      `/deviceManagement/roleAssignments/${HELD}`,
      {
        'roleScopeTags@odata.bind': tags.map((tag) => `https://graph.microsoft.com/beta/deviceManagement/roleScopeTags('${tag}')`),
      },
    ],
  ),
);

const question = fc.record({
  path: fc.constantFrom(
    `${DC}?$expand=assignments`,
    `${DC}?$expand=assignments&$count=true`,
    `${DC}?$expand=assignments&$top=17`,
    `${DC}?$expand=assignments&$top=17&$count=true`,
    `${DC}?$expand=assignments($select=target)&$orderby=displayName desc`,
    `${DC}?$expand=assignments($filter=intent eq 'apply')`,
    `${DC}?$expand=assignments($count=true)`,
    `${DC}?$expand=assignments($top=1)&$select=displayName`,
    `${DC}?$select=id,displayName,version&$count=true`,
    `${DC}?$filter=displayName ne 'A'`,
    `${DC}`,
    `${AF}?$orderby=displayName`,
  ),
  version: fc.constantFrom('beta', 'beta', 'v1.0'),
  accept: fc.constantFrom(
    'application/json',
    'application/json;odata.metadata=none',
    'application/json;odata.metadata=full',
    'application/json;IEEE754Compatible=true',
  ),
  prefer: fc.constantFrom('', '', 'include-unknown-enum-members', 'odata.maxpagesize=16'),
  caller: fc.constantFrom('app', 'app', 'user', 'guest', 'other'),
  server: fc.constantFrom('large', 'small', 'observed'),
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

it('show what a server that keeps nothing shows', async () => {
  const observed = wireProfile('observed');
  const servers = {
    large: [await openLab({ store }), lab],
    // So little that pages push each other out, and some are not kept at all.
    small: [await openLab({ store, keptBytes: 200_000 }), lab],
    observed: [await openLab({ store, wire: observed }), await openLab({ store, wire: observed, keptBytes: 0 })],
  } as const;
  const ask = async (one: Question) => {
    const caller = one.caller === 'other' ? `app ${EVERYTHING.join(' ')} @${OTHER_TENANT}` : `${one.caller} ${EVERYTHING.join(' ')}`;
    const headers = { authorization: `Bearer ${caller}`, accept: one.accept, ...(one.prefer !== '' && { prefer: one.prefer }) };
    const [kept, fresh] = servers[one.server];
    const path = `/${one.version}${one.path}`;
    const [found, expected] = await Promise.all([kept, fresh].map((server) => server.call('GET', path, undefined, headers)));
    expect(found?.status).toBe(expected?.status);
    if (found?.status === 200) expect(found.text).toBe(expected?.text);
  };
  const step = fc.oneof(
    fc.record({ change }),
    // The same is asked again, so that it is answered with what the first left behind.
    fc.record({ ask: question, again: fc.integer({ min: 1, max: 3 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      for (const one of steps) {
        if ('change' in one) {
          const [method, path, body] = one.change;
          expect((await lab.call(method, path.replace(HELD, roleAssignment), body)).status).not.toBe(400);
        } else for (let time = 0; time <= one.again; time += 1) await ask(one.ask);
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);
