/** The story that docs/guide/impact.md tells, on the demo tenant. */
import { beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING, type Lab, openLab, schemas } from '../../../tests/support/in-process.js';
import { prepareTenants } from '../prepare-tenants.js';

const DC = '/deviceManagement/deviceConfigurations';

let lab: Lab;
let printers: string;
let team: string;
let tenant: string;

const call = (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
  lab.call(method, path, body, { authorization: `Bearer app @${tenant} ${EVERYTHING.join(' ')}`, ...headers });

beforeAll(async () => {
  lab = await openLab();
  const [demo] = await prepareTenants([{ name: 'demo', id: undefined }], lab.store, schemas.beta);
  tenant = demo?.id ?? '';
  printers = (await call('GET', `${DC}?$filter=displayName eq 'Windows printers'`)).body.value[0].id;
  team = (await call('GET', "/groups?$filter=displayName eq 'Pilot users'")).body.value[0].id;
}, 60_000);

describe('an assign that should have added one team', () => {
  const body = () => ({ assignments: [{ target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: team } }] });
  const assign = () => `${DC}/${printers}/assign`;
  const count = async () => (await call('GET', `${DC}/${printers}/assignments?$count=true&$top=1`)).body['@odata.count'];

  it('would take the printers from nearly everybody, says the preview', async () => {
    expect(await count()).toBe(100);
    const requests = [{ id: '1', method: 'POST', url: assign(), body: body() }];
    const { responses, total } = (await call('POST', '/muster/preview', { requests })).body;
    expect(responses[0]).toMatchObject({ id: '1', status: 200, error: null });
    expect(total).toMatchObject({
      gained: { count: 1 },
      lost: { count: 968, deviceCount: 968, '@odata.nextLink': expect.any(String) },
      affectedDevices: 969,
      affectedUsers: 451,
      policies: [{ displayName: 'Windows printers' }],
      assignments: { created: 1, changed: 0, deleted: 100 },
      risks: [{ code: 'largePartOfFleet', message: '969 devices will change: more than 25 % of all that are enrolled.' }],
    });
    expect(total.assignments.deletedAssignments).toContainEqual(
      expect.objectContaining({ displayName: 'Windows printers', groupDisplayName: 'Team Munich Sales' }),
    );
    expect(await count()).toBe(100);
  });

  it('is refused where it may change fifty devices', async () => {
    const { status, body: answer } = await call('POST', assign(), body(), { 'muster-max-affected': '50' });
    expect([status, answer.error.message]).toEqual([
      412,
      'The write would change what 969 devices get; muster-max-affected allows 50. Nothing was written.',
    ]);
    expect(answer.error.innerError['@muster.impact'].assignments.deleted).toBe(100);
    expect(await count()).toBe(100);
  });

  it('passes as what it should have been, and tells what it did', async () => {
    const headers = { 'muster-max-affected': '50', prefer: 'odata.include-annotations="muster.*"' };
    const { status, body: answer } = await call('POST', `${DC}/${printers}/assignments`, body().assignments[0], headers);
    expect([status, answer['@muster.impact'].gained.devices.map((one: { deviceName: string }) => one.deviceName)]).toEqual([
      201,
      ['SG-SIN-LT0887'],
    ]);
    expect(await count()).toBe(101);
  });
});
