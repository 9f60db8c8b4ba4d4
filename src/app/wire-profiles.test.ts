/** Every difference that `--wire` switches (api/quirks.yaml), in both profiles. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type Lab, openLab, surface } from '../../tests/support/in-process.js';
import { type SwitchedQuirk, switchedQuirks, wireNames, wireProfile } from '../kernel/wire.js';
import { createServiceThrottle } from './throttle.js';

const DC = '/deviceManagement/deviceConfigurations';
const MD = '/deviceManagement/managedDevices';
const C = '11111111-0000-4000-8000-000000000001';
const G = '22222222-0000-4000-8000-00000000000a';
const group = (type = 'groupAssignmentTarget') => ({ '@odata.type': `#microsoft.graph.${type}`, groupId: G });
const twice = (second: object) => ({ assignments: [{ target: group() }, { target: second, intent: 'remove' }] });
const role = { displayName: 'R', rolePermissions: [] };
const prefer = (value: string) => ({ prefer: `return=${value}` });
const shape = ({ status, text }: Answer) => [status, text === undefined ? 'empty' : 'object'];
const typed = ({ body }: Answer) => '@odata.type' in body;

type Row = readonly [
  what: string,
  quirk: SwitchedQuirk,
  request: readonly [method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>],
  see: (answer: Answer) => unknown,
  documented: unknown,
  observed: unknown,
];

const rows: readonly Row[] = [
  ['PATCH', 'configurationUpdateReturn', ['PATCH', `${DC}/${C}`, { description: 'x' }], shape, [200, 'object'], [204, 'empty']],
  ['PATCH that changes nothing', 'configurationUpdateReturn', ['PATCH', `${DC}/${C}`, {}], shape, [200, 'object'], [204, 'empty']],
  ['PATCH in v1.0', 'configurationUpdateReturn', ['PATCH', `/v1.0${DC}/${C}`, {}], shape, [200, 'object'], [204, 'empty']],
  [
    'PATCH, the object preferred',
    'configurationUpdateReturn',
    ['PATCH', `${DC}/${C}`, { description: 'x' }, prefer('representation')],
    shape,
    [200, 'object'],
    [200, 'object'],
  ],
  [
    'PATCH, nothing preferred',
    'configurationUpdateReturn',
    ['PATCH', `${DC}/${C}`, { description: 'x' }, prefer('minimal')],
    shape,
    [204, 'empty'],
    [204, 'empty'],
  ],
  [
    'PATCH of an assignment',
    'configurationUpdateReturn',
    ['PATCH', `${DC}/${C}/assignments/${C}_${G}`, { intent: 'remove' }],
    shape,
    [200, 'object'],
    [200, 'object'],
  ],
  ['DELETE', 'configurationDeleteStatus', ['DELETE', `${DC}/${C}`], shape, [204, 'empty'], [200, 'empty']],
  [
    'DELETE of an assignment',
    'configurationDeleteStatus',
    ['DELETE', `${DC}/${C}/assignments/${C}_${G}`],
    shape,
    [204, 'empty'],
    [204, 'empty'],
  ],
  [
    'a new scope tag',
    'roleCreateStatus',
    ['POST', '/deviceManagement/roleScopeTags', { displayName: 'T' }],
    shape,
    [201, 'object'],
    [200, 'object'],
  ],
  ['a new role', 'roleCreateStatus', ['POST', '/deviceManagement/roleDefinitions', role], shape, [201, 'object'], [200, 'object']],
  [
    'a new role, nothing preferred',
    'roleCreateStatus',
    ['POST', '/deviceManagement/roleDefinitions', role, prefer('minimal')],
    shape,
    [204, 'empty'],
    [204, 'empty'],
  ],
  ['a changed assignment', 'typeInWriteAnswers', ['PATCH', `${DC}/${C}/assignments/${C}_${G}`, {}], typed, true, false],
  ['an assignment that is read', 'typeInWriteAnswers', ['GET', `${DC}/${C}/assignments/${C}_${G}`], typed, false, false],
  [
    'a configuration, whose set holds many types',
    'typeInWriteAnswers',
    ['PATCH', `${DC}/${C}`, {}, prefer('representation')],
    typed,
    true,
    true,
  ],
  ['a page', 'pageCountUnasked', ['GET', `${MD}?$top=1`], ({ body }) => body['@odata.count'], undefined, 1],
  ['a page with a count', 'pageCountUnasked', ['GET', `${MD}?$top=1&$count=true`], ({ body }) => body['@odata.count'], 2, 2],
  ['a page of another set', 'pageCountUnasked', ['GET', DC], ({ body }) => body['@odata.count'], undefined, undefined],
  [
    'a platform added later',
    'laterEnumMembersShown',
    ['GET', `/deviceManagement/assignmentFilters/${C}`],
    ({ body, headers }) => [body.platform, headers['preference-applied']],
    ['unknownFutureValue', undefined],
    ['windowsMobileApplicationManagement', undefined],
  ],
  [
    'a platform added later, in a list, asked for',
    'laterEnumMembersShown',
    ['GET', '/deviceManagement/assignmentFilters', undefined, { prefer: 'include-unknown-enum-members' }],
    ({ body, headers }) => [body.value[0].platform, headers['preference-applied']],
    ['windowsMobileApplicationManagement', 'include-unknown-enum-members'],
    ['windowsMobileApplicationManagement', 'include-unknown-enum-members'],
  ],
  [
    'one group twice',
    'repeatedTargetRefused',
    ['POST', `${DC}/${C}/assign`, twice(group())],
    ({ status, body }) => [status, body.value?.map((one: { intent: string }) => one.intent)],
    [400, undefined],
    [200, ['apply']],
  ],
  [
    'one group in and out',
    'repeatedTargetRefused',
    ['POST', `${DC}/${C}/assign`, twice(group('exclusionGroupAssignmentTarget'))],
    ({ status }) => status,
    400,
    400,
  ],
];

async function fill(lab: Lab): Promise<void> {
  await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', C, { displayName: 'P', version: 1 });
  await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', C, {
    displayName: 'F',
    platform: 'windowsMobileApplicationManagement',
    rule: '(app.osVersion -eq "1")',
  });
  await lab.put('groups', 'group', G, { displayName: 'G' });
  for (const id of ['a', 'b']) await lab.put('deviceManagement/managedDevices', 'managedDevice', id, { deviceName: id });
  await lab.call('POST', `${DC}/${C}/assignments`, { target: group() });
}

describe.each(wireNames)('--wire %s', (name) => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await openLab({ wire: wireProfile(name) });
    await fill(lab);
  });

  it.each(rows)('%s (%s)', async (_what, _quirk, request, see, documented, observed) => {
    expect(see(await lab.call(...request))).toEqual(name === 'documented' ? documented : observed);
  });

  it.each([
    ['Intune', `${DC}/nowhere`],
    ['roles', '/deviceManagement/roleDefinitions/nowhere'],
  ])('a refusal of too many requests to %s (retryAfterTold)', async (_what, path) => {
    lab = await openLab({ wire: wireProfile(name), throttle: createServiceThrottle(surface, wireProfile(name)) });
    let answer = await lab.call('DELETE', path);
    while (answer.status !== 429) answer = await lab.call('DELETE', path);
    expect(answer.headers['retry-after']).toBe(name === 'documented' ? '20' : undefined);
    expect(answer.body.error.innerError['@muster.detail']).toMatch(/^The limit of 100 requests in 20 seconds is used up\. Wait /);
  });
});

it('tests every quirk that is switched', () => {
  expect(new Set([...rows.map(([, quirk]) => quirk), 'retryAfterTold'])).toEqual(new Set(switchedQuirks));
});
