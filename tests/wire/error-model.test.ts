/** The error model over sockets (graph-api spec, section 5): status, code, layer, text, and what every refusal carries. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintAccessToken } from '../../src/auth/mint.js';
import { CLIENT_REQUEST_ID, expectGraphError } from './graph-errors.js';
import { type RawAnswer, sendRequest } from './raw.js';
import { startMuster, type WireServer } from './server.js';

const DC = '/beta/deviceManagement/deviceConfigurations';
const GONE = '99999999-9999-4999-8999-999999999999';
const IOS = { '@odata.type': '#microsoft.graph.iosGeneralDeviceConfiguration', displayName: 'Phones' };
const READ = 'DeviceManagementConfiguration.Read.All';

let server: WireServer;
let made: string;
beforeAll(async () => {
  server = await startMuster('memory', 'docs');
  made = `${DC}/${(await server.call('POST', DC, IOS)).body.id}`;
});
afterAll(() => server?.close());

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Undefined: every permission; empty: none at all. */
  readonly token?: string;
}

async function send({ method, path, body, headers = {}, token }: Sent): Promise<RawAnswer> {
  const bearer = token ?? (await server.token());
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  return await sendRequest(
    server.http,
    method,
    path.replace('{made}', made),
    {
      'client-request-id': CLIENT_REQUEST_ID,
      ...(bearer === '' ? {} : { authorization: `Bearer ${bearer}` }),
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    text,
  );
}

type Layer = 'gateway' | 'model' | 'service' | 'directory';

describe('each row of the table', () => {
  it.each<[number, string, Layer, string, Sent]>([
    [400, 'BadRequest', 'service', 'Invalid GroupId', { method: 'POST', path: '{made}/assignments', body: target(GONE) }],
    [
      400,
      'No method match route template',
      'gateway',
      'No OData route exists',
      { method: 'POST', path: '{made}/groupAssignments', body: {} },
    ],
    [
      400,
      'ModelValidationFailure',
      'model',
      "The property 'x' does not exist on type 'microsoft.management.services.api.iosGeneralDeviceConfiguration'.",
      { method: 'PATCH', path: '{made}', body: { x: 1 } },
    ],
    [
      400,
      'ModelValidationFailure',
      'model',
      "A type named 'microsoft.graph.X' could not be resolved by the model.",
      { method: 'POST', path: DC, body: { '@odata.type': '#microsoft.graph.X' } },
    ],
    [400, 'ModelValidationFailure', 'model', "An unexpected 'StartArray' node was found", { method: 'POST', path: DC, body: [] }],
    [400, 'BadRequest', 'gateway', "Resource not found for the segment 'X'.", { method: 'GET', path: '/beta/deviceManagement/X' }],
    [
      400,
      'BadRequest',
      'gateway',
      "Cannot apply PATCH to navigation property 'assignments'",
      { method: 'PATCH', path: '{made}', body: { assignments: [] } },
    ],
    [
      400,
      'BadRequest',
      'service',
      'Scope Tags validation failed : Filters',
      {
        method: 'POST',
        path: '{made}/assign',
        body: {
          assignments: [
            target(undefined, { deviceAndAppManagementAssignmentFilterId: GONE, deviceAndAppManagementAssignmentFilterType: 'include' }),
          ],
        },
      },
    ],
    [
      400,
      'BadRequest',
      'service',
      'An error has occurred',
      {
        method: 'POST',
        path: '{made}/assignments',
        body: { target: { '@odata.type': '#microsoft.graph.configurationManagerCollectionAssignmentTarget', collectionId: GONE } },
      },
    ],
    [400, 'BadRequest', 'gateway', 'Invalid filter clause', { method: 'GET', path: `${DC}?$filter=displayName%20is` }],
    [400, 'BadRequest', 'gateway', 'Empty Payload', { method: 'POST', path: DC, body: '' }],
    [400, 'BadRequest', 'gateway', 'Unable to read JSON request payload', { method: 'POST', path: DC, body: '{' }],
    [400, 'BadRequest', 'gateway', '/me request is only valid with delegated', { method: 'GET', path: '/beta/me' }],
    [400, 'Request_BadRequest', 'directory', 'A value is required for property', { method: 'POST', path: '/beta/groups', body: {} }],
    [401, 'InvalidAuthenticationToken', 'gateway', 'Access token is empty.', { method: 'GET', path: DC, token: '' }],
    [401, 'InvalidAuthenticationToken', 'gateway', 'IDX14100', { method: 'GET', path: DC, token: 'garbage' }],
    [401, 'InvalidAuthenticationToken', 'gateway', '80049217', { method: 'GET', path: DC, token: 'a.b.c' }],
    [404, 'ResourceNotFound', 'service', 'An error has occurred', { method: 'GET', path: `${DC}/${GONE}` }],
    [404, 'ResourceNotFound', 'service', 'An error has occurred', { method: 'GET', path: '{made}/assignments/x' }],
    [404, 'Request_ResourceNotFound', 'directory', `Resource '${GONE}' does not exist`, { method: 'GET', path: `/beta/groups/${GONE}` }],
    [404, 'ResourceNotFound', 'gateway', 'Invalid version: devicemanagement', { method: 'GET', path: '/deviceManagement' }],
    [405, 'MethodNotAllowed', 'gateway', 'The method PUT', { method: 'PUT', path: '{made}', body: {} }],
    [406, 'NotAcceptable', 'gateway', 'application/xml', { method: 'GET', path: DC, headers: { accept: 'application/xml' } }],
    [
      412,
      'PreconditionFailed',
      'service',
      'ETag',
      { method: 'PATCH', path: '{made}', body: { displayName: 'x' }, headers: { 'if-match': 'W/"77"' } },
    ],
    [412, 'PreconditionFailed', 'service', 'If-None-Match', { method: 'DELETE', path: '{made}', headers: { 'if-none-match': '*' } }],
    [
      415,
      'UnsupportedMediaType',
      'gateway',
      'text/plain',
      { method: 'POST', path: DC, body: '{}', headers: { 'content-type': 'text/plain' } },
    ],
    [400, 'BadRequest', 'gateway', 'Invalid batch payload format', { method: 'POST', path: '/beta/$batch', body: {} }],
  ])('%i %s (%s): %s', async (status, code, layer, message, sent) => {
    const answer = await send(sent);
    const error = expectGraphError(answer, { status, code, message, nested: layer === 'service' });
    expect(error.innerError.message).toBe(layer === 'model' ? error.message : undefined);
    const diagnostic = JSON.parse(answer.headers.get('x-ms-ags-diagnostic') ?? '{}');
    expect(Object.keys(diagnostic.ServerInfo)).toEqual(['DataCenter', 'Slice', 'Ring', 'ScaleUnit', 'RoleInstance']);
    expect(Date.parse(answer.headers.get('date') ?? '')).not.toBeNaN();
    expect(answer.headers.get('vary')).toContain('Accept-Encoding');
    const challenge = answer.headers.get('www-authenticate');
    expect(challenge).toBe(
      status === 401
        ? 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"'
        : undefined,
    );
  });

  it.each<
    [number, string, string, { readonly roles?: readonly string[]; readonly scopes?: readonly string[]; readonly user?: string }, Sent]
  >([
    [403, 'Forbidden', 'Application must have one of the following scopes', { roles: ['User.Read.All'] }, { method: 'GET', path: DC }],
    [403, 'Authorization_RequestDenied', 'Insufficient privileges', { roles: [READ] }, { method: 'GET', path: '/beta/groups' }],
    [401, 'UnknownError', 'Forbidden', { scopes: [READ], user: 'reader@contoso-docs.example' }, { method: 'GET', path: DC }],
  ])('%i %s: %s', async (status, code, message, wanted, sent) => {
    const answer = await send({ ...sent, token: await server.token(wanted) });
    expectGraphError(answer, { status, code, message, nested: code === 'Forbidden' });
    if (code !== 'UnknownError') return;
    const outer = JSON.parse(JSON.parse(answer.text).error.message);
    expect(outer).toMatchObject({
      ErrorCode: 'Forbidden',
      Target: null,
      Details: null,
      InnerError: null,
      InstanceAnnotations: [],
      TypeAnnotation: null,
    });
    expect(JSON.parse(JSON.parse(outer.Message).HttpHeaders)['WWW-Authenticate']).toMatch(/^Bearer realm="urn:intune:service,/);
  });

  it('makes an id of its own where the client sends none, the same in every place', async () => {
    const { headers, body } = await server.call('GET', `${DC}/${GONE}`);
    expect(body.error.innerError['client-request-id']).toBe(headers.get('request-id'));
  });
});

describe('a claims challenge', () => {
  const signedIn = async (capabilities: readonly string[], ageSeconds = 60) => {
    const claims = decodeJwt(await server.token({ scopes: [READ] }));
    return await mintAccessToken(await server.keys(), {
      tenantId: server.tenant('docs'),
      appId: server.client.id,
      appName: 'Test',
      appAuthentication: 'public',
      subject: {
        kind: 'delegated',
        scopes: [READ],
        user: {
          id: String(claims.oid),
          userPrincipalName: String(claims.upn),
          displayName: String(claims.name),
          directoryRoles: claims.wids as string[],
        },
      },
      issuedAt: Date.now() - ageSeconds * 1000,
      capabilities,
    });
  };

  it('ends the token of a client that can answer it with the account; other clients keep theirs', async () => {
    const able = await signedIn(['CP1']);
    const unable = await signedIn([]);
    const user = `/beta/users/${String(decodeJwt(able).oid)}`;
    const status = async (token: string) => (await send({ method: 'GET', path: DC, token })).status;
    expect([await status(able), await status(unable)]).toEqual([200, 200]);
    expect((await server.call('PATCH', user, { accountEnabled: false })).status).toBe(204);
    try {
      expect(await status(unable)).toBe(200);
      const refused = await send({ method: 'GET', path: DC, token: able });
      const message = 'Continuous access evaluation resulted in challenge';
      expectGraphError(refused, { status: 401, code: 'InvalidAuthenticationToken', message });
      const challenge = /^Bearer realm="", authorization_uri="[^"]+", client_id="[^"]+", error="insufficient_claims", claims="([^"]+)"$/;
      const [, claims = ''] = challenge.exec(refused.headers.get('www-authenticate') ?? '') ?? [];
      expect(JSON.parse(Buffer.from(claims, 'base64').toString())).toEqual({
        access_token: { nbf: { essential: true, value: expect.stringMatching(/^\d{10}$/) } },
      });
    } finally {
      await server.call('PATCH', user, { accountEnabled: true });
    }
    expect(await status(able)).toBe(200);
  });
});

function target(groupId: string | undefined, more: object = {}) {
  const type = groupId === undefined ? 'allDevicesAssignmentTarget' : 'groupAssignmentTarget';
  return { target: { '@odata.type': `#microsoft.graph.${type}`, ...(groupId === undefined ? {} : { groupId }), ...more } };
}
