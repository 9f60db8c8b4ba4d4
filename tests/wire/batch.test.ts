/** JSON batches over real sockets, written and read by both official clients, against both stores. */
import { HttpMethod } from '@microsoft/kiota-abstractions';
import { BatchRequestContent, BatchResponseContent } from '@microsoft/microsoft-graph-client';
import * as core from '@microsoft/msgraph-sdk-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphClient, kiotaAdapter, kiotaErrors, kiotaRequest } from './clients.js';
import { startMuster, storeKinds, type WireServer } from './server.js';

const DC = '/deviceManagement/deviceConfigurations';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const allDevices = { target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } };

describe.each(storeKinds)('on the %s store', (kind) => {
  let server: WireServer;
  let token: string;
  beforeAll(async () => {
    server = await startMuster(kind, 'docs');
    token = await server.token();
  });
  afterAll(() => server?.close());

  /** A configuration with one assignment: the paths of both. */
  const configured = async () => {
    const body = { '@odata.type': '#microsoft.graph.windows10CustomConfiguration', displayName: 'One' };
    const configuration = `${DC}/${(await server.call('POST', DC, body)).body.id}`;
    const { id } = (await server.call('POST', `${configuration}/assignments`, allDevices)).body;
    return { configuration, assignment: `${configuration}/assignments/${id}` };
  };
  const intentOf = async (assignment: string) => (await server.call('GET', assignment)).body.intent;

  it('microsoft-graph-client reads and updates assignments', async () => {
    const { configuration, assignment } = await configured();
    const client = graphClient(server.http, token);
    // The class takes the URLs of requests without the version: it sends what follows the host.
    const step = (id: string, path: string, init: RequestInit = {}, dependsOn: string[] = []) => ({
      id,
      request: new Request(`https://graph.microsoft.com${path}`, init) as never,
      dependsOn,
    });
    const patch = { method: 'PATCH', headers: JSON_TYPE, body: JSON.stringify({ intent: 'remove' }) };
    const content = new BatchRequestContent([
      step('read', `${configuration}/assignments`),
      step('write', assignment, patch, ['read']),
      step('again', assignment, {}, ['write']),
      step('gone', `${configuration}/assignments/nowhere`, {}, ['again']),
      step('never', assignment, { method: 'DELETE' }, ['gone']),
    ]);
    const answer = new BatchResponseContent(await client.api('/$batch').post(await content.getContent()));
    const statuses = [...answer.getResponses()].map(([id, { status }]) => [id, status]);
    expect(statuses).toEqual([
      ['read', 200],
      ['write', 200],
      ['again', 200],
      ['gone', 404],
      ['never', 424],
    ]);
    expect(await answer.getResponseById('read').json()).toMatchObject({ value: [{ intent: 'apply', ...allDevices }] });
    expect(await answer.getResponseById('again').json()).toMatchObject({ intent: 'remove' });
    expect(await answer.getResponseById('never').json()).toMatchObject({ error: { code: 'FailedDependency' } });
    expect(await intentOf(assignment)).toBe('remove');
  });

  it('msgraph-sdk-core reads and updates assignments', async () => {
    const { configuration, assignment } = await configured();
    const adapter = kiotaAdapter(server.http, token);
    const content = new core.BatchRequestContent(adapter, kiotaErrors);
    const read = content.addBatchRequest(kiotaRequest(adapter, HttpMethod.GET, `${configuration}/assignments`));
    const statuses = await (await content.postAsync())?.getResponsesStatusCodes();
    expect([...(statuses ?? [])]).toEqual([[read.id, 200]]);

    // A write loses its headers in this class, and the service refuses writes without a type.
    const update = kiotaRequest(adapter, HttpMethod.PATCH, assignment);
    const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer;
    update.setStreamContent(encode({ intent: 'remove' }), 'application/json');
    const write = content.addBatchRequest(update);
    await expect(content.postAsync()).rejects.toMatchObject({
      responseStatusCode: 400,
      errorEscaped: { message: `Write request id : ${write.id} does not contain Content-Type header or body.` },
    });
    expect(await intentOf(assignment)).toBe('apply');

    const whole = kiotaRequest(adapter, HttpMethod.POST, '/$batch');
    const requests = [read, { ...write, headers: JSON_TYPE, body: { intent: 'remove' }, dependsOn: [read.id] }];
    whole.setStreamContent(encode({ requests }), 'application/json');
    const bytes = await adapter.sendPrimitive<ArrayBuffer>(whole, 'ArrayBuffer', kiotaErrors);
    const { responses } = JSON.parse(new TextDecoder().decode(bytes));
    expect(responses).toMatchObject([
      { id: read.id, status: 200, body: { value: [{ intent: 'apply' }] } },
      { id: write.id, status: 200, body: { intent: 'remove' } },
    ]);
    expect(await intentOf(assignment)).toBe('remove');
  });

  it('microsoft-graph-client meets a refusal as one of the whole batch', async () => {
    const requests = Array.from({ length: 21 }, (_, n) => ({ id: String(n), method: 'GET', url: DC }));
    const sent = graphClient(server.http, token).api('/$batch').version('v1.0').post({ requests });
    await expect(sent).rejects.toMatchObject({ statusCode: 400, code: 'BadRequest', message: expect.stringContaining('20 is the most') });
  });
});
