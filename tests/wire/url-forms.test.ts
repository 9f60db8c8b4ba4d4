/** The many ways in which clients write one URL: each leads to the same assignment. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRequest } from './raw.js';
import { startMuster, type WireServer } from './server.js';

const C = 'd0c50000-0001-4000-8000-000000000001';
const A = 'd59b6342-6342-d59b-4263-9bd542639bd5';
const ROOT = 'deviceManagement/deviceConfigurations';

let server: WireServer;
let authorization: string;
beforeAll(async () => {
  server = await startMuster('sqlite', 'docs');
  authorization = `Bearer ${await server.token()}`;
});
afterAll(() => server?.close());

describe('the same assignment', () => {
  let intent = 'apply';
  it.each([
    `/beta/${ROOT}/${C}/assignments/${A}`,
    `/beta/${ROOT}('${C}')/assignments('${A}')`,
    `/beta/${ROOT}(%27${C}%27)/assignments(%27${A}%27)`,
    `/beta/${ROOT}%28%27${C}%27%29/assignments%28%27${A}%27%29`,
    `/beta/${ROOT}('${C}')/assignments/${A}`,
    `/beta/${ROOT}/${C}/assignments/${A}/`,
    `//beta//deviceManagement//deviceConfigurations//${C}//assignments//${A}`,
    `/Beta/devicemanagement/DEVICECONFIGURATIONS/${C}/Assignments/${A}`,
    `/beta/${ROOT}/${C}/microsoft.graph.windowsHealthMonitoringConfiguration/assignments/${A}`,
    `/beta/${ROOT}/${C}/microsoft.graph.deviceConfiguration/assignments/${A}`,
    `/beta/deviceM%61nagement/deviceConfigurations/${C}/assignments/${A}`,
    `/beta/${ROOT}/${C}/assignments/${A}?`,
    `/beta/${ROOT}/${C}/assignments/${A}?&`,
  ])('%s', async (target) => {
    intent = intent === 'apply' ? 'remove' : 'apply';
    const headers = { authorization, 'content-type': 'application/json' };
    const changed = await sendRequest(server.http, 'PATCH', target, headers, JSON.stringify({ intent }));
    expect([changed.status, JSON.parse(changed.text)]).toMatchObject([200, { id: A, intent }]);
    const read = await sendRequest(server.http, 'GET', target, { authorization });
    expect(JSON.parse(read.text)).toMatchObject({ id: A, intent });
  });

  it('by an absolute request target, as proxies write it; links are of that host then', async () => {
    const { text } = await sendRequest(server.http, 'GET', `http://graph.example:81/beta/${ROOT}?$top=1`, { authorization });
    expect(JSON.parse(text)['@odata.nextLink']).toMatch(/^http:\/\/graph\.example:81\/beta\//);
  });

  it.each([
    ['?$select=id,displayName&$top=2'],
    ['?%24select=id,displayName&%24top=2'],
    ['??$select=id,displayName&$top=2'],
    ['?$select=id%2CdisplayName&$top=2'],
    ['?$select=id,+displayName&$top=2'],
    ['?select=id,displayName&top=2'],
    ['?$SELECT=id,displayName&$Top=2'],
  ])('options as %s', async (query) => {
    const { status, text } = await sendRequest(server.http, 'GET', `/beta/${ROOT}${query}`, { authorization });
    expect([status, text.slice(0, 120)]).toEqual([200, expect.any(String)]);
    const { value } = JSON.parse(text) as { value: object[] };
    expect(value).toHaveLength(2);
    expect(Object.keys(value[0] ?? {}).sort()).toEqual(['@odata.type', 'displayName', 'id']);
  });

  it.each([
    ['application/json;odata.metadata=none', false],
    ['application/json;odata.metadata=minimal', true],
    ['application/json;odata.metadata=full', true],
    ['*/*', true],
    ['text/html, application/json;q=0.5', true],
  ])('written for Accept: %s', async (accept, annotated) => {
    const { status, text } = await sendRequest(server.http, 'GET', `/beta/${ROOT}/${C}`, { authorization, accept });
    expect(status).toBe(200);
    expect('@odata.context' in JSON.parse(text)).toBe(annotated);
  });
});
