import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab, TENANT } from '../../tests/support/in-process.js';

const DC = '/deviceManagement/deviceConfigurations';
const POLICY = 'c0000000-0000-4000-8000-000000000001';
const GROUP = 'd0000000-0000-4000-8000-000000000001';
const ASSIGNMENTS = `${DC}/${POLICY}/assignments`;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const allDevices = { target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } };
const oneGroup = { target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: GROUP } };

interface Response {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
  await lab.put('deviceManagement/deviceConfigurations', 'windows10CustomConfiguration', POLICY, { displayName: 'One' });
  await lab.put('groups', 'group', GROUP, { displayName: 'Some', mailNickname: 'some', mailEnabled: false, securityEnabled: true });
});

const batch = async (requests: unknown, headers = {}, path = '/beta/$batch') => {
  const answer = await lab.call('POST', path, { requests }, headers);
  return { ...answer, responses: (answer.body.responses ?? []) as readonly Response[] };
};
const get = (id: unknown, url: string, more = {}) => ({ id, method: 'GET', url, ...more });
const write = (id: unknown, method: string, url: string, body: unknown = {}, more = {}) => ({
  id,
  method,
  url,
  headers: JSON_TYPE,
  body,
  ...more,
});

describe('a batch', () => {
  it('answers each request as if it had come alone, in their order', async () => {
    const { status, headers, responses } = await batch([
      write('b', 'POST', ASSIGNMENTS, allDevices),
      get('a', ASSIGNMENTS),
      write('c', 'PATCH', `${ASSIGNMENTS}/nowhere`, { intent: 'remove' }),
      { id: 'd', method: 'DELETE', url: `${ASSIGNMENTS}/${POLICY}_adadadad-808e-44e2-905a-0b7873a8a531` },
      get('e', `${ASSIGNMENTS}/$count`),
    ]);
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(responses.map((one) => [one.id, one.status])).toEqual([
      ['b', 201],
      ['a', 200],
      ['c', 404],
      ['d', 204],
      ['e', 200],
    ]);
    const [created, listed, missing, removed, counted] = responses;
    expect(created?.body).toMatchObject(allDevices);
    expect(created?.headers).toMatchObject({
      'Content-Type': expect.stringMatching(/^application\/json/),
      Location: `https://graph.example/beta${DC}('${POLICY}')/assignments('${created?.body.id}')`,
      ETag: expect.any(String),
    });
    expect(listed?.body).toMatchObject({ '@odata.context': expect.stringContaining('https://graph.example/beta/$metadata#'), value: [{}] });
    expect(missing?.body.error.innerError['request-id']).toBe(missing?.headers['request-id']);
    expect(removed?.body).toBeNull();
    expect(counted?.body).toBe('0');
  });

  it('gives each answer ids of its own and the diagnostics of the service', async () => {
    const { headers, responses } = await batch([get('1', '/groups'), get('2', '/groups', { headers: { 'client-request-id': 'mine' } })], {
      'client-request-id': 'outer',
    });
    expect(headers['client-request-id']).toBe('outer');
    expect(responses.map((one) => one.headers['client-request-id'])).toEqual(['outer', 'mine']);
    expect(new Set([headers['request-id'], ...responses.map((one) => one.headers['request-id'])]).size).toBe(3);
    for (const one of responses) expect(one.headers['x-ms-ags-diagnostic']).toContain('ServerInfo');
  });

  it.each<[string, object, number]>([
    ['a leading slash', get('1', `${DC}/${POLICY}`), 200],
    ['none', get('1', `${DC}/${POLICY}`.slice(1)), 200],
    ['two', get('1', `/${DC}/${POLICY}/`), 200],
    ['unescaped blanks', get('1', `${DC}?$filter=displayName eq 'One'&$count=true`), 200],
    ['an id that is a number', get(7, '/groups'), 200],
    ['a method in lower case', { id: '1', method: 'get', url: '/groups' }, 200],
    ['members that mean nothing', get('1', '/groups', { atomicityGroup: 'g', depends_on: [], body: null, headers: null }), 200],
    [
      'header names in any casing',
      { id: '1', method: 'PATCH', url: `${DC}/${POLICY}`, headers: { 'content-TYPE': 'application/json' }, body: {} },
      200,
    ],
    ['If-Match that holds', write('1', 'PATCH', `${DC}/${POLICY}`, {}, { headers: { ...JSON_TYPE, 'If-Match': '*' } }), 200],
    ['If-Match that does not', write('1', 'PATCH', `${DC}/${POLICY}`, {}, { headers: { ...JSON_TYPE, 'If-Match': 'W/"99"' } }), 412],
    ['Prefer', write('1', 'PATCH', `${DC}/${POLICY}`, {}, { headers: { ...JSON_TYPE, Prefer: 'return=minimal' } }), 204],
    ['a query that needs ConsistencyLevel', get('1', '/groups/$count', { headers: { ConsistencyLevel: 'eventual' } }), 200],
    [
      'a body that is none of JSON',
      write('1', 'PATCH', `${DC}/${POLICY}`, 'e30=', { headers: { 'Content-Type': 'application/zip' } }),
      415,
    ],
    ['a text', write('1', 'PATCH', `${DC}/${POLICY}`, 'not base64!', { headers: { 'Content-Type': 'text/plain' } }), 415],
    ['a string for an object', write('1', 'PATCH', `${DC}/${POLICY}`, '{}'), 400],
    ['a version in the URL, which is a segment as any other', get('1', '/beta/groups'), 400],
    ['a batch in the batch', write('1', 'POST', '/$batch', { requests: [] }), 400],
    ['a batch in the batch, escaped', write('1', 'POST', '%24batch?x', { requests: [] }), 400],
    ['a malformed escape', get('1', '/groups/%zz'), 400],
    ['a token of its own, which does not count', get('1', '/groups', { headers: { Authorization: 'Bearer app' } }), 200],
  ])('takes %s', async (_name, request, status) => {
    const { status: outer, responses } = await batch([request]);
    expect([outer, responses.map((one) => one.status)]).toEqual([200, [status]]);
    expect(responses[0]?.id).toBe(String((request as { id: unknown }).id));
    if (status >= 400) expect(responses[0]?.body.error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  });

  it('names the version as a segment that is not there', async () => {
    const { responses } = await batch([get('1', '/v1.0/groups')], {}, '/v1.0/$batch');
    expect(responses[0]?.body.error.message).toBe("Resource not found for the segment 'v1.0'.");
  });

  it('goes to its own version', async () => {
    const requests = [get('1', `${DC}/${POLICY}/groupAssignments`), get('2', DC)];
    const beta = await batch(requests);
    const v1 = await batch(requests, {}, '/V1.0//%24batch/');
    expect([beta, v1].map(({ responses }) => responses.map((one) => one.status))).toEqual([
      [200, 200],
      [400, 200],
    ]);
    expect(v1.responses[1]?.body['@odata.context']).toContain('/v1.0/$metadata#');
  });

  it('carries bodies that are not JSON in base64', async () => {
    const line = JSON.stringify({ '@odata.type': '#microsoft.graph.managedDevice', deviceName: 'PC', operatingSystem: 'Windows' });
    const body = Buffer.from(`${line}\n`).toString('base64');
    const { responses } = await batch([
      write('1', 'POST', '/muster/import', body, { headers: { 'Content-Type': 'application/x-ndjson' } }),
    ]);
    expect(responses[0]).toMatchObject({ status: 200, body: { imported: 1 } });
  });

  it('takes twenty', async () => {
    const { responses } = await batch(Array.from({ length: 20 }, (_, n) => get(n, '/groups')));
    expect(responses.map(({ id, status }) => [id, status])).toEqual(Array.from({ length: 20 }, (_, n) => [String(n), 200]));
  });
});

describe('dependsOn', () => {
  it('orders requests and fails what depends on a failed one, and what depends on that', async () => {
    const { responses } = await batch([
      get('1', `${DC}/${GROUP}`),
      write('2', 'POST', ASSIGNMENTS, allDevices, { dependsOn: ['1'] }),
      get(3, ASSIGNMENTS, { dependsOn: ['2'] }),
      write('A', 'POST', ASSIGNMENTS, oneGroup),
      get('5', ASSIGNMENTS, { dependsOn: ['a'] }),
      get('6', ASSIGNMENTS, { dependsOn: ['5', 3] }),
    ]);
    expect(responses.map(({ status }) => status)).toEqual([404, 424, 424, 201, 200, 424]);
    expect(responses[1]?.body.error).toMatchObject({ code: 'FailedDependency', message: expect.stringContaining("'1'") });
    expect(responses[1]?.headers['request-id']).toBe(responses[1]?.body.error.innerError['request-id']);
    expect(responses[4]?.body.value).toMatchObject([oneGroup]);
  });
});

describe('a batch that is none is refused whole', () => {
  const good = write('first', 'POST', ASSIGNMENTS, allDevices);
  it.each<[string, unknown, string]>([
    ['no JSON', '{', 'Unable to read JSON'],
    ['nothing', undefined, 'Empty Payload'],
    ['no object', [], 'the body is an object'],
    ['no requests', {}, 'requests is an array'],
    ['an empty list', { requests: [] }, 'there are no requests'],
    ['too many', { requests: Array.from({ length: 21 }, (_, n) => get(n, '/groups')) }, 'there are 21 requests; 20 is the most'],
    ['no object as request', { requests: [good, 1] }, 'requests[1] is not an object'],
    ['no id', { requests: [good, get(undefined, '/groups')] }, 'requests[1] needs id'],
    ['no method', { requests: [good, { id: '1', url: '/groups' }] }, 'requests[1] needs method'],
    ['no URL', { requests: [good, { id: '1', method: 'GET' }] }, 'requests[1] needs url'],
    ['a method nobody knows', { requests: [good, { id: '1', method: 'FETCH', url: '/groups' }] }, "'FETCH', is none of GET, POST"],
    ['an absolute URL', { requests: [good, get('1', 'https://graph.microsoft.com/beta/groups')] }, 'leave out scheme, host and version'],
    ['a GET with a body', { requests: [good, get('1', '/groups', { body: {} })] }, 'is a GET with a body'],
    [
      'a write without a body',
      { requests: [good, { id: '1', method: 'POST', url: '/groups', headers: JSON_TYPE }] },
      'Write request id : 1 does not',
    ],
    [
      'a write without its type',
      { requests: [good, { id: 'x', method: 'PATCH', url: '/groups', body: {} }] },
      'Write request id : x does not',
    ],
    ['an id twice', { requests: [good, get('FIRST', '/groups')] }, "the id 'FIRST' stands more than once"],
    ['a number and its text', { requests: [good, get(1, '/groups'), get('1', '/groups')] }, "the id '1' stands more than once"],
    [
      'headers that are no object',
      { requests: [good, get('1', '/groups', { headers: [] })] },
      'the headers of requests[1] are not an object',
    ],
    ['a header that is no text', { requests: [good, get('1', '/groups', { headers: { accept: 1 } })] }, "the header 'accept'"],
    ['dependsOn that is no array', { requests: [good, get('1', '/groups', { dependsOn: 'first' })] }, 'is not an array'],
    ['a dependency that is not there', { requests: [good, get('1', '/groups', { dependsOn: ['2'] })] }, 'names no request before it'],
    ['one on itself', { requests: [good, get('1', '/groups', { dependsOn: ['1'] })] }, 'names no request before it'],
    [
      'a cycle',
      { requests: [good, get('1', '/x', { dependsOn: ['2'] }), get('2', '/x', { dependsOn: ['1'] })] },
      'names no request before it',
    ],
    [
      'neither text nor base64',
      { requests: [good, write('1', 'POST', '/x', '!', { headers: { 'Content-Type': 'image/png' } })] },
      'in base64',
    ],
  ])('%s', async (_name, body, message) => {
    const before = await lab.sequence();
    const { status, body: answer } = await lab.call('POST', '/$batch', body);
    expect([status, answer.error.code, answer.error.message]).toEqual([400, 'BadRequest', expect.stringContaining(message)]);
    expect(await lab.sequence()).toBe(before);
  });

  it('another method, media type or the guard of one write', async () => {
    const wrong = await lab.call('GET', '/$batch');
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'POST']);
    expect((await lab.call('POST', '/$batch', { requests: [good] }, { 'content-type': 'text/csv' })).status).toBe(415);
    const guarded = await lab.call('POST', '/$batch', { requests: [good] }, { 'muster-max-affected': '1' });
    expect([guarded.status, guarded.body.error.message]).toEqual([400, expect.stringContaining('a batch does not take it')]);
  });

  it('a caller who is not known', async () => {
    const { status, body } = await batch([get('1', '/groups')], { authorization: undefined as never });
    expect([status, body.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
  });
});

describe('the caller of a batch', () => {
  it('needs the permissions of each request', async () => {
    const requests = [get('1', ASSIGNMENTS), write('2', 'POST', ASSIGNMENTS, allDevices), get('3', '/groups')];
    const { responses } = await batch(requests, { authorization: 'Bearer app DeviceManagementConfiguration.Read.All' });
    expect(responses.map(({ status }) => status)).toEqual([200, 403, 403]);
  });

  it('reaches his own tenant alone', async () => {
    const other = '22222222-2222-4222-8222-222222222222';
    await lab.store.createTenant({ id: other, name: 'other', createdAt: '2026-01-01T00:00:00Z' });
    const url = `${DC}/${POLICY}`;
    const statuses = async (tenant: string) => {
      const headers = { authorization: `Bearer app DeviceManagementConfiguration.Read.All @${tenant}` };
      return (await batch([get('1', url)], headers)).responses.map(({ status }) => status);
    };
    expect([await statuses(TENANT), await statuses(other)]).toEqual([[200], [404]]);
  });
});

describe('whatever is sent', () => {
  const text = fc.oneof(
    fc.constantFrom('', '1', '2', '/', '/groups', DC, ASSIGNMENTS, '$batch', '/beta'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const url = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('/groups', DC, ASSIGNMENTS, `${DC}/${POLICY}`, '/$batch', '/muster/preview', 'users?$top=1') },
    fc.webUrl({ withQueryParameters: true }),
    text,
  );
  const json = fc.oneof(fc.constant(allDevices), fc.constant({}), fc.jsonValue({ maxDepth: 3 }));
  const near = fc.record(
    {
      id: fc.oneof({ weight: 6, arbitrary: fc.nat(30) }, text, fc.jsonValue({ maxDepth: 1 })),
      method: fc.oneof({ weight: 8, arbitrary: fc.constantFrom('GET', 'POST', 'PATCH', 'put', 'DELETE') }, text),
      url,
      headers: fc.oneof(
        { weight: 4, arbitrary: fc.constant(JSON_TYPE) },
        fc.dictionary(fc.constantFrom('Content-Type', 'If-Match', 'Prefer', 'Accept', '__proto__', 'client-request-id'), text),
        fc.jsonValue({ maxDepth: 1 }),
      ),
      body: json,
      dependsOn: fc.oneof(fc.constant([]), fc.array(fc.nat(30), { maxLength: 2 }), fc.jsonValue({ maxDepth: 1 })),
    },
    { requiredKeys: ['id', 'method', 'url'] },
  );
  // Mostly distinct ids and few members, so that many batches are carried out.
  const sound = fc
    .array(fc.tuple(fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE'), url, json, fc.boolean()), { minLength: 1, maxLength: 6 })
    .map((rows) =>
      rows.map(([method, target, body, depends], n) => ({
        id: String(n),
        method,
        url: target.replace(/^[a-z]+:\/\//i, ''),
        ...(method === 'GET' || method === 'DELETE' ? {} : { headers: JSON_TYPE, body: body ?? {} }),
        ...(depends && n > 0 ? { dependsOn: [n - 1] } : {}),
      })),
    );
  const envelope = fc.oneof(
    { weight: 4, arbitrary: sound.map((requests) => ({ requests })) },
    { weight: 3, arbitrary: fc.array(near, { maxLength: 5 }).map((requests) => ({ requests })) },
    fc.jsonValue({ maxDepth: 3 }),
  );

  it('nothing of it is a failure of the server', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(envelope, fc.constantFrom('/beta/$batch', '/v1.0/$batch'), async (body, path) => {
        const answer = await lab.call('POST', path, JSON.stringify(body));
        expect(answer.status).toBeLessThan(500);
        if (answer.status !== 200) {
          expect(answer.body.error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
          return;
        }
        const { requests } = body as { requests: readonly { id: unknown }[] };
        const responses = answer.body.responses as readonly Response[];
        expect(responses.map(({ id }) => id)).toEqual(requests.map(({ id }) => String(id)));
        for (const one of responses) {
          expect(one.status).toBeGreaterThanOrEqual(200);
          expect(one.status).toBeLessThan(500);
        }
      }),
      { numRuns: 300, seed: 20_260_119 },
    );
  });
});
