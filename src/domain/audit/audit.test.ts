import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../../tests/support/in-process.js';
import { eventId, placeOf } from './event.js';

const AE = '/deviceManagement/auditEvents';
const DC = '/deviceManagement/deviceConfigurations';
const AUDIT = { authorization: 'Bearer app DeviceManagementApps.Read.All' };

let lab: Lab;
let now: number;
beforeEach(async () => {
  now = Date.parse('2026-03-01T08:00:00Z');
  lab = await openLab({ clock: { now: () => (now += 1000) } });
});

const events = async (query = '') => await lab.call('GET', `${AE}${query}`, undefined, AUDIT);
const create = async (displayName: string) =>
  (await lab.call('POST', DC, { '@odata.type': '#microsoft.graph.iosCustomConfiguration', displayName })).body.id as string;
const types = (body: { value: { activityType: string }[] }) => body.value.map(({ activityType }) => activityType);

describe('audit events', () => {
  it('say who did what to which object, and what it said before and after', async () => {
    const id = await create('old');
    const as = { authorization: 'Bearer user DeviceManagementConfiguration.ReadWrite.All' };
    await lab.call('PATCH', `${DC}/${id}`, { displayName: 'new', roleScopeTagIds: ['0', '1'] }, as);
    const { status, body } = await events();
    expect(status).toBe(200);
    expect(types(body)).toEqual(['Patch DeviceConfiguration', 'Create DeviceConfiguration']);
    const [patched, created] = body.value;
    expect(patched).toMatchObject({
      displayName: 'Patch DeviceConfiguration',
      componentName: 'DeviceConfiguration',
      activityOperationType: 'Patch',
      activityResult: 'Success',
      category: 'DeviceConfiguration',
      actor: {
        auditActorType: 'ItPro',
        applicationId: 'a0000000-0000-4000-8000-000000000001',
        userId: 'b0000000-0000-4000-8000-000000000001',
        userPrincipalName: 'someone@example.com',
      },
      resources: [{ displayName: 'new', auditResourceType: 'IosCustomConfiguration', resourceId: id }],
    });
    expect(patched.resources[0].modifiedProperties).toEqual(
      expect.arrayContaining([
        { displayName: 'DisplayName', oldValue: 'old', newValue: 'new' },
        { displayName: 'RoleScopeTagIds', oldValue: '["0"]', newValue: '["0","1"]' },
        { displayName: 'Version', oldValue: '1', newValue: '2' },
      ]),
    );
    expect(created.actor).toMatchObject({ auditActorType: 'Application', userId: null });
    expect(created.resources[0].modifiedProperties).toContainEqual({ displayName: 'DisplayName', oldValue: null, newValue: 'old' });
    expect((await lab.call('GET', `${AE}/${patched.id}`, undefined, AUDIT)).body).toMatchObject(patched);
    expect((await lab.call('GET', `/v1.0${AE}/${patched.id}`, undefined, AUDIT)).body.activityType).toBe('Patch DeviceConfiguration');
  });

  it('tell of an assignment part by part, and of everything one request did together', async () => {
    const id = await create('x');
    await lab.call('POST', `${DC}/${id}/assign`, {
      assignments: [{ target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } }],
    });
    await lab.call('DELETE', `${DC}/${id}`);
    const { body } = await events();
    expect(types(body)).toEqual([
      'Delete DeviceConfiguration',
      'Delete DeviceConfigurationAssignment',
      'Create DeviceConfigurationAssignment',
      'Create DeviceConfiguration',
    ]);
    expect(body.value[2].resources[0].modifiedProperties).toContainEqual({
      displayName: 'Target.@odata.type',
      oldValue: null,
      newValue: '#microsoft.graph.allDevicesAssignmentTarget',
    });
    expect(body.value[0].correlationId).toBe(body.value[1].correlationId);
    expect(body.value[1].correlationId).not.toBe(body.value[2].correlationId);
  });

  it.each([
    ['?$top=2', ['P4', 'P3'], true],
    ['?$top=2&$skip=2', ['P2', 'P1'], true],
    ['?$top=2&$skip=4', ['P0'], false],
    ['?$orderby=activityDateTime&$top=1', ['P0'], true],
    ['?$orderby=activityDateTime desc&$top=1', ['P4'], true],
    ["?$filter=resources/any(r:r/displayName eq 'P3')", ['P3'], false],
    ['?$filter=activityDateTime gt 2026-03-01T08:00:04Z', ['P4'], false],
    ["?$filter=category eq 'Role'", [], false],
  ])('are cut, ordered and filtered: %s', async (query, expected, more) => {
    for (let n = 0; n < 5; n++) await create(`P${n}`);
    const { body } = await events(query);
    expect(body.value.map((event: { resources: { displayName: string }[] }) => event.resources[0]?.displayName)).toEqual(expected);
    expect('@odata.nextLink' in body).toBe(more);
  });

  it('are paged to the end and counted', async () => {
    for (let n = 0; n < 5; n++) await create(`P${n}`);
    expect((await events('?$count=true&$top=1')).body['@odata.count']).toBe(5);
    expect((await events('/$count')).text).toBe('5');
    const seen: string[] = [];
    for (let path: string | undefined = `${AE}?$top=2`; path !== undefined; ) {
      const { body } = await lab.call('GET', path, undefined, AUDIT);
      seen.push(...body.value.map(({ id }: { id: string }) => id));
      path = body['@odata.nextLink']?.replace('https://graph.example', '');
    }
    expect(new Set(seen).size).toBe(5);
  });

  it('leave out the directory and Muster’s own bookkeeping', async () => {
    await lab.put('groups', 'group', 'g', { displayName: 'G' });
    await lab.call('POST', '/deviceManagement/roleScopeTags', { displayName: 'T' });
    await lab.call('POST', '/deviceManagement/assignmentFilters/enable', { enable: false });
    expect(types((await events()).body)).toEqual(['Create RoleScopeTag']);
  });

  it.each([
    ['GET', `${AE}/nope`, 404],
    ['GET', `${AE}/${eventId({ sequence: 999, ordinal: 0 })}`, 404],
    ['GET', `${AE}?$orderby=category`, 400],
    ['DELETE', `${AE}/x`, 404],
    ['POST', AE, 400],
  ])('%s %s: %i', async (method, path, status) => {
    const headers = { authorization: 'Bearer app DeviceManagementApps.ReadWrite.All' };
    expect((await lab.call(method, path, method === 'POST' ? {} : undefined, headers)).status).toBe(status);
  });

  it('need their own permission', async () => {
    expect((await lab.call('GET', AE)).status).toBe(403);
  });

  it('have categories and types of activity', async () => {
    const categories = (await events('/getAuditCategories()')).body.value;
    expect(categories).toEqual(['AssignmentFilter', 'Device', 'DeviceConfiguration', 'PolicySet', 'Role']);
    const of = async (category: string) => (await events(`/getAuditActivityTypes(category='${category}')`)).body.value;
    expect(await of('PolicySet')).toContain('Patch PolicySet');
    expect(await of('nothing')).toEqual([]);
  });
});

it('find the place of an event in its id', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 0, max: 2 ** 30 }), (sequence, ordinal) => {
      expect(placeOf(eventId({ sequence, ordinal }))).toEqual({ sequence, ordinal });
    }),
  );
});
