import { describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../tests/support/in-process.js';

const CONFIGURATIONS = '/deviceManagement/deviceConfigurations';

async function labWithConfiguration(): Promise<{ readonly lab: Lab; readonly path: string; readonly etag: string }> {
  const lab = await openLab();
  const made = await lab.call('POST', CONFIGURATIONS, {
    '@odata.type': '#microsoft.graph.iosGeneralDeviceConfiguration',
    displayName: 'a',
  });
  expect(made.status).toBe(201);
  const path = `${CONFIGURATIONS}/${made.body.id}`;
  const { headers } = await lab.call('GET', path);
  return { lab, path, etag: headers.etag ?? '' };
}

describe('If-None-Match on GET', () => {
  it('is answered with 304 as long as the entity is the same', async () => {
    const { lab, path, etag } = await labWithConfiguration();
    const unchanged = await lab.call('GET', path, undefined, { 'if-none-match': etag });
    expect(unchanged).toMatchObject({ status: 304, headers: { etag, 'request-id': expect.any(String) }, text: undefined });
    expect((await lab.call('GET', path, undefined, { 'if-none-match': '"other"' })).status).toBe(200);
    await lab.call('PATCH', path, { displayName: 'b' });
    const changed = await lab.call('GET', path, undefined, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.etag).not.toBe(etag);
  });

  it('is answered in full where more shows than the entity itself', async () => {
    const { lab, path, etag } = await labWithConfiguration();
    const inside = { 'if-none-match': '*' };
    await lab.call('POST', `${path}/assign`, {
      assignments: [{ target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } }],
    });
    expect((await lab.call('GET', `${path}?$expand=assignments`, undefined, { 'if-none-match': etag })).status).toBe(200);
    expect((await lab.call('GET', `${path}/deviceStatusOverview`, undefined, inside)).status).toBe(200);
    expect((await lab.call('GET', '/deviceManagement', undefined, inside)).status).toBe(200);
    const filter = await lab.call('POST', '/deviceManagement/assignmentFilters', {
      displayName: 'f',
      platform: 'iOS',
      rule: '(device.model -eq "x")',
    });
    expect(filter.status).toBe(201);
    expect((await lab.call('GET', `/deviceManagement/assignmentFilters/${filter.body.id}`, undefined, inside)).status).toBe(200);
  });
});

describe('If-None-Match on a write', () => {
  it.each(['*', 'the tag'])('refuses to change what it names: %s', async (named) => {
    const { lab, path, etag } = await labWithConfiguration();
    const header = { 'if-none-match': named === '*' ? '*' : etag };
    const refused = await lab.call('PATCH', path, { displayName: 'b' }, header);
    expect(refused).toMatchObject({ status: 412, body: { error: { code: 'PreconditionFailed' } } });
    expect((await lab.call('DELETE', path, undefined, header)).status).toBe(412);
    expect((await lab.call('GET', path)).body.displayName).toBe('a');
  });

  it('lets change what it does not name', async () => {
    const { lab, path } = await labWithConfiguration();
    expect((await lab.call('PATCH', path, { displayName: 'b' }, { 'if-none-match': 'W/"77"' })).status).toBe(200);
  });
});

describe('the version of OData', () => {
  it('is said in answers', async () => {
    const { lab, path } = await labWithConfiguration();
    for (const url of [path, CONFIGURATIONS, `${CONFIGURATIONS}/$count`])
      expect((await lab.call('GET', url)).headers['odata-version']).toBe('4.0');
  });

  it.each([
    [{ 'odata-maxversion': '3.0' }, 400],
    [{ 'odata-version': '3.0' }, 400],
    [{ 'odata-maxversion': '4.0', 'odata-version': '4.0' }, 200],
    [{ 'odata-maxversion': '4.01' }, 200],
  ])('%j -> %i', async (headers, status) => {
    const lab = await openLab();
    expect((await lab.call('GET', CONFIGURATIONS, undefined, headers)).status).toBe(status);
  });
});

describe('media types', () => {
  it.each([
    ['application/json', 201],
    ['application/json;odata.metadata=minimal;charset=UTF-8', 201],
    ['application/json; charset="utf-8"', 201],
    ['text/json', 201],
    ['application/json;charset=utf-16', 415],
    ['application/json;charset=iso-8859-1', 415],
    ['application/jsonp', 415],
    ['application/vnd.api+json', 415],
    ['text/plain', 415],
    ['multipart/form-data; boundary=x', 415],
  ])('a body of %s -> %i', async (type, status) => {
    const lab = await openLab();
    const body = { '@odata.type': '#microsoft.graph.iosGeneralDeviceConfiguration', displayName: 'a' };
    expect((await lab.call('POST', CONFIGURATIONS, body, { 'content-type': type })).status).toBe(status);
  });

  it.each([
    ['application/json', 200],
    ['application/json;odata.metadata=none', 200],
    ['text/html, */*;q=0.1', 200],
    ['application/xml', 406],
    ['application/atom+xml', 406],
    ['application/json;odata=verbose', 406],
  ])('an answer as %s -> %i', async (accept, status) => {
    const lab = await openLab();
    expect((await lab.call('GET', CONFIGURATIONS, undefined, { accept })).status).toBe(status);
  });
});

describe('OPTIONS', () => {
  it.each([
    [CONFIGURATIONS, 'GET, HEAD, POST, OPTIONS'],
    [`${CONFIGURATIONS}/c`, 'GET, HEAD, PATCH, DELETE, OPTIONS'],
    [`${CONFIGURATIONS}/c/assignments/a`, 'GET, HEAD, PATCH, DELETE, OPTIONS'],
    [`${CONFIGURATIONS}/c/groupAssignments`, 'GET, HEAD, OPTIONS'],
    [`${CONFIGURATIONS}/c/deviceStatusOverview`, 'GET, HEAD, OPTIONS'],
    [`${CONFIGURATIONS}/c/assign`, 'POST, OPTIONS'],
    [`${CONFIGURATIONS}/$count`, 'GET, HEAD, OPTIONS'],
    ['/groups/g/members/$ref', 'GET, HEAD, POST, DELETE, OPTIONS'],
    ['/users/u/manager/$ref', 'GET, HEAD, PUT, DELETE, OPTIONS'],
    ['/organization', 'GET, HEAD, OPTIONS'],
    ['/deviceManagement', 'GET, HEAD, OPTIONS'],
  ])('says what may be done with %s', async (path, allow) => {
    const lab = await openLab();
    const answer = await lab.call('OPTIONS', path);
    expect(answer).toMatchObject({ status: 204, headers: { allow }, text: undefined });
  });

  it('tells browsers nothing, and nobody anything without a token', async () => {
    const lab = await openLab();
    const asked = { origin: 'https://example.com', 'access-control-request-method': 'GET' };
    const { headers } = await lab.call('OPTIONS', CONFIGURATIONS, undefined, asked);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect((await lab.call('OPTIONS', CONFIGURATIONS, undefined, { authorization: undefined as never })).status).toBe(401);
    expect((await lab.call('OPTIONS', '/nowhere')).status).toBe(400);
  });
});

describe('documents', () => {
  it.each(['/beta', '/v1.0', '/beta/$metadata', '/v1.0/$metadata', '!/muster/openapi.json'])('%s needs no token', async (url) => {
    const lab = await openLab();
    const answer = await lab.call('GET', url, undefined, { authorization: undefined as never });
    expect(answer.status).toBe(200);
    expect(answer.headers['request-id']).toEqual(expect.any(String));
  });
});
