/** v1.0 is beta without what v1.0 lacks: types, properties, navigation, operations; in what is read and in what is written. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Lab, openLab, schemas, surface } from '../../tests/support/in-process.js';
import type { StructuredType } from '../model/schema.js';

const { beta, 'v1.0': v1 } = schemas;
const DC = '/deviceManagement/deviceConfigurations';
const AF = '/deviceManagement/assignmentFilters';
const MD = '/deviceManagement/managedDevices';
const C = '11111111-0000-4000-8000-000000000001';
const G = '22222222-0000-4000-8000-00000000000a';
const F = '44444444-0000-4000-8000-000000000001';

const base = beta.types.get('deviceConfiguration') as StructuredType;
const concrete = base.derived.filter(({ abstract }) => !abstract);

function nearest(type: StructuredType): StructuredType {
  let at: StructuredType | undefined = type;
  while (at !== undefined && !v1.types.has(at.name)) at = at.base;
  return v1.types.get(at?.name ?? '') as StructuredType;
}

/** Members of an answer that v1.0 has no word for, with their paths. */
function foreign(value: unknown, type: StructuredType, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => foreign(one, type, path));
  if (typeof value !== 'object' || value === null) return [];
  const named = (value as Readonly<Record<string, string>>)['@odata.type']?.replace('#microsoft.graph.', '');
  const runtime = named === undefined ? type : v1.types.get(named);
  if (runtime === undefined) return [`${path}: type ${named}`];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name.includes('@')) return [];
    const property = runtime.properties.get(name);
    if (property === undefined) return [`${path}/${name}`];
    return property.type.kind === 'complex' ? foreign(inner, property.type as StructuredType, `${path}/${name}`) : [];
  });
}

const target = (type: string, more: object = {}) => ({ target: { '@odata.type': `#microsoft.graph.${type}`, ...more } });
const filtered = { deviceAndAppManagementAssignmentFilterId: F, deviceAndAppManagementAssignmentFilterType: 'include' };
const idOf = (at: number) => `c0000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  for (const [at, { name }] of concrete.entries()) {
    await lab.put('deviceManagement/deviceConfigurations', name, idOf(at), { displayName: name, version: 1 });
  }
  await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', C, {
    displayName: 'P',
    version: 1,
    roleScopeTagIds: ['0', '7'],
    description: 'x',
  });
  await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', F, {
    displayName: 'F',
    platform: 'windows10AndLater',
    rule: '(device.model -eq "x")',
  });
  await lab.put('groups', 'group', G, { displayName: 'G' });
  await lab.put('users', 'user', G, { displayName: 'U', userPrincipalName: 'u@example.com' });
  await lab.put('deviceManagement/managedDevices', 'managedDevice', 'd', { deviceName: 'd', operatingSystem: 'Windows' });
  const assigned = [
    target('groupAssignmentTarget', { groupId: G, ...filtered }),
    target('scopeTagGroupAssignmentTarget', { entraObjectId: G }),
  ];
  expect((await lab.call('POST', `${DC}/${C}/assign`, { assignments: assigned })).status).toBe(200);
});

const codeOf = ({ status, body }: Answer) => [status, body?.error?.code];

describe('what is read', () => {
  it.each(concrete.map((type, at) => [type.name, nearest(type).name, at] as const))('%s shows as %s', async (name, shown, at) => {
    const { status, body } = await lab.call('GET', `/v1.0${DC}/${idOf(at)}`);
    expect([status, body['@odata.type'], body.displayName]).toEqual([200, `#microsoft.graph.${shown}`, name]);
    expect(foreign(body, nearest(base))).toEqual([]);
  });

  it.each([
    ['a list', DC, 'deviceConfiguration'],
    ['an expanded list', `${DC}?$expand=assignments`, 'deviceConfiguration'],
    ['a cast list', `${DC}/microsoft.graph.windows10GeneralConfiguration`, 'deviceConfiguration'],
    ['assignments', `${DC}/${C}/assignments`, 'deviceConfigurationAssignment'],
    ['managed devices', MD, 'managedDevice'],
    ['a device overview', `${DC}/${C}/deviceStatusOverview`, 'deviceConfigurationDeviceOverview'],
    ['a user overview', `${DC}/${C}/userStatusOverview`, 'deviceConfigurationUserOverview'],
    ['groups', '/groups', 'group'],
    ['users', '/users', 'user'],
    ['the service itself', '/deviceManagement', 'deviceManagement'],
  ])('%s has nothing of beta', async (_what, path, type) => {
    const { status, body } = await lab.call('GET', `/v1.0${path}`);
    expect(status).toBe(200);
    const items = body.value ?? [body];
    expect(items).not.toEqual([]);
    for (const { assignments, ...item } of items) {
      expect(foreign(item, v1.types.get(type) as StructuredType)).toEqual([]);
      expect(foreign(assignments, v1.types.get('deviceConfigurationAssignment') as StructuredType)).toEqual([]);
    }
  });

  it('an assignment has its target alone, without filter', async () => {
    const { body } = await lab.call('GET', `/v1.0${DC}/${C}/assignments/${C}_${G}`);
    expect(Object.keys(body)).toEqual(['@odata.context', 'id', 'target']);
    expect(body.target).toEqual({ '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: G });
  });

  it('beta shows all of it', async () => {
    const { body } = await lab.call('GET', `${DC}/${C}/assignments/${C}_${G}`);
    expect(body.target).toMatchObject(filtered);
  });
});

/** Of every set of both versions, the properties of beta that v1.0 lacks. */
const betaOnly = [...surface.sets.values()].flatMap(({ name, type, versions, methods }) => {
  const [known, whole] = [v1.types.get(type), beta.types.get(type)];
  if (!versions.includes('v1.0') || !methods.includes('list') || name.split('/').length > 2 || known === undefined || known.open) return [];
  return [...(whole?.properties.keys() ?? [])]
    .filter((property) => !known.properties.has(property))
    .map((property) => [name, property] as const);
});

describe('what is asked', () => {
  it('there are properties of beta alone', () => expect(betaOnly.length).toBeGreaterThan(20));

  it.each(betaOnly)('%s does not know %s', async (set, property) => {
    for (const query of [`$select=${property}`, `$filter=${property} eq null`, `$orderby=${property}`]) {
      const { status, body } = await lab.call('GET', `/v1.0/${set}?${query}`);
      expect([status, body.error?.message], query).toEqual([400, expect.stringContaining(property)]);
    }
  });

  it.each([
    ['a beta-only navigation', `${DC}/${C}/groupAssignments`],
    ['a beta-only set', AF],
    ['one of a beta-only set', `${AF}/${F}`],
    ['policy sets', '/deviceAppManagement/policySets'],
    ['scope tags', '/deviceManagement/roleScopeTags'],
    ['a property', `${DC}/${C}/roleScopeTagIds`],
    ['a cast to a beta-only type', `${DC}/${C}/microsoft.graph.windowsHealthMonitoringConfiguration`],
    ['a list of a beta-only type', `${DC}/microsoft.graph.windowsHealthMonitoringConfiguration`],
    ['a certificate', `${DC}/${C}/microsoft.graph.iosScepCertificateProfile/rootCertificate`],
    ['a certificate without cast', `${DC}/${C}/rootCertificate`],
    ['a function', '/deviceManagement/assignmentFilters/getState()'],
    ['an expanded beta-only navigation', `${DC}?$expand=groupAssignments`],
    ['a filter through one', `${DC}?$filter=groupAssignments/any()`],
    ['a filter by a beta-only type', `${DC}?$filter=isof('microsoft.graph.windowsHealthMonitoringConfiguration')`],
    [
      'a selected property of a beta-only type',
      `${DC}?$select=microsoft.graph.windowsHealthMonitoringConfiguration/configDeviceHealthMonitoringScope`,
    ],
    ['a filter by a member of a target', `${DC}/${C}/assignments?$filter=intent eq 'apply'`],
    ['evaluations of a device', `${MD}/d/assignmentFilterEvaluationStatusDetails`],
  ])('%s is refused', async (_what, path) => {
    expect(codeOf(await lab.call('GET', `/v1.0${path}`))).toEqual([400, 'BadRequest']);
    // What is refused here is nothing that beta would refuse, too.
    const { status, body } = await lab.call('GET', path);
    if (status !== 200) expect([400, 404], body.error?.message).toContain(status);
  });

  it('a missing segment is named as the service names it', async () => {
    const { body } = await lab.call('GET', `/v1.0${DC}/${C}/groupAssignments`);
    expect(body.error.message).toBe("Resource not found for the segment 'groupAssignments'.");
  });
});

describe('what is written', () => {
  const W = { '@odata.type': '#microsoft.graph.windows10GeneralConfiguration' };

  it.each<[string, 'POST' | 'PATCH', string, object]>([
    ['a beta-only type', 'POST', DC, { '@odata.type': '#microsoft.graph.windowsHealthMonitoringConfiguration', displayName: 'x' }],
    ['a beta-only property of the base', 'POST', DC, { ...W, displayName: 'x', roleScopeTagIds: ['0'] }],
    ['a beta-only property of the type', 'POST', DC, { ...W, displayName: 'x', windows10AppsForceUpdateSchedule: null }],
    ['a changed beta-only property', 'PATCH', `${DC}/${C}`, { roleScopeTagIds: ['0'] }],
    ['intent', 'POST', `${DC}/${C}/assignments`, { ...target('allDevicesAssignmentTarget'), intent: 'remove' }],
    ['a changed intent', 'PATCH', `${DC}/${C}/assignments/${C}_${G}`, { intent: 'remove' }],
    ['a filter', 'POST', `${DC}/${C}/assignments`, target('allDevicesAssignmentTarget', filtered)],
    ['a filter in assign', 'POST', `${DC}/${C}/assign`, { assignments: [target('allDevicesAssignmentTarget', filtered)] }],
    ['a beta-only target', 'POST', `${DC}/${C}/assignments`, target('scopeTagGroupAssignmentTarget', { entraObjectId: G })],
  ])('%s is refused', async (_what, method, path, body) => {
    const before = await lab.sequence();
    expect(codeOf(await lab.call(method, `/v1.0${path}`, body))).toEqual([400, 'ModelValidationFailure']);
    expect(await lab.sequence()).toBe(before);
  });

  it.each<[string, string, string, object, number]>([
    ['a beta-only action', 'POST', `${DC}/hasPayloadLinks`, { payloadIds: [] }, 405],
    ['a beta-only parameter', 'POST', `${DC}/${C}/assign`, { deviceConfigurationGroupAssignments: [] }, 400],
    ['a beta-only set', 'POST', AF, { displayName: 'x', platform: 'iOS', rule: 'x' }, 400],
    ['a beta-only reference', 'PUT', `${DC}/${C}/microsoft.graph.iosScepCertificateProfile/rootCertificate/$ref`, {}, 400],
  ])('%s is refused', async (_what, method, path, body, status) => {
    expect((await lab.call(method, `/v1.0${path}`, body)).status).toBe(status);
  });

  it('a change in v1.0 leaves what only beta knows', async () => {
    expect((await lab.call('PATCH', `/v1.0${DC}/${C}`, { description: 'y' })).status).toBe(200);
    const { body } = await lab.call('GET', `${DC}/${C}`);
    expect(body).toMatchObject({ description: 'y', roleScopeTagIds: ['0', '7'] });
  });

  it('a beta-only configuration can be renamed and deleted', async () => {
    const id = '33333333-0000-4000-8000-000000000001';
    await lab.put('deviceManagement/deviceConfigurations', 'windowsHealthMonitoringConfiguration', id, { displayName: 'H', version: 1 });
    const renamed = await lab.call('PATCH', `/v1.0${DC}/${id}`, { displayName: 'I' });
    expect([renamed.status, renamed.body['@odata.type']]).toEqual([200, '#microsoft.graph.deviceConfiguration']);
    expect((await lab.call('GET', `${DC}/${id}`)).body['@odata.type']).toBe('#microsoft.graph.windowsHealthMonitoringConfiguration');
    expect((await lab.call('DELETE', `/v1.0${DC}/${id}`)).status).toBe(204);
  });

  it('a new one has beta’s defaults', async () => {
    const made = await lab.call('POST', `/v1.0${DC}`, { ...W, displayName: 'N' });
    expect(foreign(made.body, nearest(base))).toEqual([]);
    expect((await lab.call('GET', `${DC}/${made.body.id}`)).body).toMatchObject({ roleScopeTagIds: ['0'], supportsScopeTags: true });
  });
});
