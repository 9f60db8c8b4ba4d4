/**
 * The example of the documentation page "Update deviceConfigurationAssignment", as printed there, against the tenant that is made for it;
 * and each of the page's ten paths.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docsTenantPaths } from '../../src/app/tenants/docs.js';
import { startMuster, storeKinds, type WireServer } from './server.js';

const PAGE_REQUEST = `{
  "@odata.type": "#microsoft.graph.deviceConfigurationAssignment",
  "target": {
    "@odata.type": "microsoft.graph.scopeTagGroupAssignmentTarget",
    "deviceAndAppManagementAssignmentFilterId": "Device And App Management Assignment Filter Id value",
    "deviceAndAppManagementAssignmentFilterType": "include",
    "targetType": "user",
    "entraObjectId": "Entra Object Id value"
  },
  "source": "policySets",
  "sourceId": "Source Id value",
  "intent": "remove"
}`;

const PAGE_RESPONSE = `{
  "@odata.type": "#microsoft.graph.deviceConfigurationAssignment",
  "id": "d59b6342-6342-d59b-4263-9bd542639bd5",
  "target": {
    "@odata.type": "microsoft.graph.scopeTagGroupAssignmentTarget",
    "deviceAndAppManagementAssignmentFilterId": "Device And App Management Assignment Filter Id value",
    "deviceAndAppManagementAssignmentFilterType": "include",
    "targetType": "user",
    "entraObjectId": "Entra Object Id value"
  },
  "source": "policySets",
  "sourceId": "Source Id value",
  "intent": "remove"
}`;

/** The page leaves the `#` out of one type name; on the wire both forms mean the same. */
const typesWithHash = (text: string) => JSON.parse(text.replaceAll('": "microsoft.graph.', '": "#microsoft.graph.'));

describe.each(storeKinds)('on the %s store', (kind) => {
  let server: WireServer;
  beforeAll(async () => {
    server = await startMuster(kind, 'docs');
  });
  afterAll(() => server?.close());

  const [first, ...others] = docsTenantPaths;

  it('the example runs verbatim and answers every property that the page shows', async () => {
    const path = first?.path ?? '';
    const { status, headers, body } = await server.call('PATCH', path, PAGE_REQUEST, {
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/json');
    const { '@odata.context': context, ...answered } = body;
    expect(context).toMatch(/\/beta\/\$metadata#deviceManagement\/deviceConfigurations\('[-0-9a-f]+'\)\/assignments\/\$entity$/);
    expect(answered).toEqual(typesWithHash(PAGE_RESPONSE));

    const { '@odata.type': _onTheAssignment, ...expected } = typesWithHash(PAGE_RESPONSE);
    expect((await server.call('GET', path)).body).toEqual({ '@odata.context': context, ...expected });
  });

  it.each(others.map(({ path, body }) => [path, body ?? JSON.parse(PAGE_REQUEST)] as const))('%s', async (path, body) => {
    const { status, body: answered } = await server.call('PATCH', path, body);
    expect(status).toBe(200);
    expect(answered).toMatchObject({ ...typesWithHash(JSON.stringify(body, null, 1)), id: 'd59b6342-6342-d59b-4263-9bd542639bd5' });
    expect((await server.call('GET', path)).body).toMatchObject({ intent: 'remove', target: answered.target });
  });

  it('a token of a reader changes nothing on any of them', async () => {
    const token = await server.token({ roles: ['DeviceManagementConfiguration.Read.All'] });
    for (const { path } of docsTenantPaths) {
      const { status, body } = await server.call('PATCH', path, { intent: 'apply' }, {}, token);
      expect([status, body.error.code]).toEqual([403, 'Forbidden']);
      expect((await server.call('GET', path, undefined, {}, token)).body.intent).toBe('remove');
    }
  });
});
