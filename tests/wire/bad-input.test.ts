/** What must be refused, over real sockets: in Graph's words, and without changing anything. */
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { docsTenantPaths } from '../../src/app/tenants/docs.js';
import { CLIENT_REQUEST_ID, expectGraphError, type Refusal } from './graph-errors.js';
import { type RawAnswer, sendBytes, sendRequest } from './raw.js';
import { startMuster, type WireServer } from './server.js';

const CONFIGURATIONS = '/beta/deviceManagement/deviceConfigurations';
const PATCH_PATH = docsTenantPaths[0]?.path ?? '';
const HEALTH = `${CONFIGURATIONS}/d0c50000-0001-4000-8000-000000000001`;
const ASSIGNMENTS = `${HEALTH}/assignments`;
const ALL_STAFF = 'd0c50001-0000-4000-8000-000000000001';
const IOS_FILTER = 'd0c50006-0000-4000-8000-000000000001';
const UNKNOWN = '99999999-0000-4000-8000-000000000000';

const group = (groupId: unknown, more: object = {}) => ({ '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId, ...more });
const filtered = (id: string | null, type: string) =>
  group(ALL_STAFF, { deviceAndAppManagementAssignmentFilterId: id, deviceAndAppManagementAssignmentFilterType: type });

const badRequest = (message: string): Refusal => ({ status: 400, code: 'BadRequest', message });
const service = (message: string): Refusal => ({ status: 400, code: 'BadRequest', message, nested: true });
const model = (message: string): Refusal => ({ status: 400, code: 'ModelValidationFailure', message });
const notFound: Refusal = { status: 404, code: 'ResourceNotFound', message: 'An error has occurred', nested: true };
const unreadable = badRequest('Unable to read JSON request payload.');

let server: WireServer;
let state: string;
let authorization: string;

/** All that the requests below could change. */
const snapshot = async () => (await server.call('GET', `${CONFIGURATIONS}?$expand=assignments&$top=999`)).text;

beforeAll(async () => {
  server = await startMuster('sqlite', 'docs');
  authorization = `Bearer ${await server.token()}`;
  state = await snapshot();
  expect(JSON.parse(state).value).toHaveLength(20);
});
afterAll(() => server?.close());
/** Nothing changed, and the server still answers. */
afterEach(async () => expect(await snapshot()).toBe(state));

function send(method: string, target: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  const content = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const given: Record<string, string> = { authorization, 'client-request-id': CLIENT_REQUEST_ID };
  if (content !== undefined) given['content-type'] = 'application/json';
  return sendRequest(server.http, method, target, { ...given, ...headers }, content);
}

describe('a body that is', () => {
  const nest = (depth: number) => `{"target":${'['.repeat(depth)}${']'.repeat(depth)}}`;

  it.each<[string, string | Uint8Array, Refusal]>([
    ['cut off', '{"intent":"rem', unreadable],
    ['no JSON', 'intent=remove', unreadable],
    ['followed by more', '{"intent":"remove"} {}', unreadable],
    ['with a trailing comma', '{"intent":"remove",}', unreadable],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), unreadable],
    ['empty', '', badRequest('Empty Payload. JSON content expected.')],
    ['blank', ' \r\n ', badRequest('Empty Payload. JSON content expected.')],
    ['an array', '[]', model("An unexpected 'StartArray' node was found")],
    ['a string', '"remove"', model("An unexpected 'PrimitiveValue' node was found")],
    ['null', 'null', model("An unexpected 'PrimitiveValue' node was found")],
    ['with a member twice', '{"intent":"remove","intent":"apply"}', model("The property 'intent' stands more than once")],
    ['nested 1,000 levels deep', nest(1000), badRequest('nested deeper than')],
    ['nested a million levels deep', nest(1_000_000), badRequest('nested deeper than')],
    ['5 MiB long', `{"intent":"${'x'.repeat(5 * 1024 * 1024)}"}`, { status: 413, code: 'RequestEntityTooLarge' }],
  ])('%s', async (_what, body, refusal) => {
    expectGraphError(await send('PATCH', PATCH_PATH, body), refusal);
  });

  it.each<[string, string, unknown, Refusal]>([
    ['gzip in name alone', 'gzip', '{}', badRequest('Unable to read JSON')],
    ['5 MiB once inflated', 'gzip', gzipSync(Buffer.alloc(5 * 1024 * 1024, ' ')), { status: 413, code: 'RequestEntityTooLarge' }],
    ['of an unknown encoding', 'zip', '{}', { status: 415, code: 'UnsupportedMediaType' }],
  ])('%s', async (_what, encoding, body, refusal) => {
    expectGraphError(await send('PATCH', PATCH_PATH, body, { 'content-encoding': encoding }), refusal);
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ';;'])(
    'of the media type %s',
    async (type) => {
      expectGraphError(await send('PATCH', PATCH_PATH, '{"intent":"remove"}', { 'content-type': type }), {
        status: 415,
        code: 'UnsupportedMediaType',
      });
    },
  );
});

describe('a change that has', () => {
  it.each<[string, unknown, Refusal]>([
    ['an unknown property', { colour: 'red' }, model("The property 'colour' does not exist on type")],
    ['a prototype as property', '{"__proto__":{"intent":"remove"}}', model("The property '__proto__' does not exist on type")],
    ['an unknown intent', { intent: 'maybe' }, model('Possible values are: apply, remove')],
    ['a number for a text', { target: group(7) }, model("property 'groupId'")],
    ['an object for a text', { intent: {} }, model("An unexpected 'StartObject' node was found")],
    ['an array for an object', { target: [] }, model("An unexpected 'StartArray' node was found")],
    ['an unknown type', { target: { '@odata.type': '#microsoft.graph.nope' } }, model('could not be resolved by the model')],
    ['a type of another kind', { target: { '@odata.type': '#microsoft.graph.group' } }, model('is not compatible with the expected type')],
    ['another type of entity', { '@odata.type': '#microsoft.graph.user', intent: 'remove' }, model('is not compatible')],
    ['no target', { target: null }, service('An assignment needs a target')],
    ['an unknown group', { target: group(UNKNOWN) }, service(`Invalid GroupId : ${UNKNOWN} provided`)],
    ['a group id that is none', { target: group("'; DROP TABLE groups; --") }, service('Invalid GroupId : ')],
    ['no group', { target: group(undefined) }, service('Invalid GroupId :  provided')],
    ['an unknown filter', { target: filtered(UNKNOWN, 'include') }, service(`Scope Tags validation failed : Filters ${UNKNOWN}`)],
    ['a filter of another platform', { target: filtered(IOS_FILTER, 'include') }, service('is for the platform iOS')],
    ['a filter mode without filter', { target: filtered(null, 'exclude') }, service('names no filter')],
  ])('%s', async (_what, body, refusal) => {
    expectGraphError(await send('PATCH', PATCH_PATH, body), refusal);
  });

  it('the target of another assignment', async () => {
    const target = { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' };
    const first = JSON.parse((await send('POST', ASSIGNMENTS, { target })).text);
    expectGraphError(await send('POST', ASSIGNMENTS, { target }), service('is targeted more than once'));
    const asGroup = { target: group('acacacac-9df4-4c7d-9d50-4ef0226f57a9') };
    expectGraphError(await send('POST', ASSIGNMENTS, asGroup), service('is targeted more than once'));
    expect((await send('DELETE', `${ASSIGNMENTS}/${first.id}`)).status).toBe(204);
    const inOne = { assignments: [{ target: group(ALL_STAFF) }, { target: group(ALL_STAFF.toUpperCase()) }] };
    expectGraphError(await send('POST', `${HEALTH}/assign`, inOne), service('is targeted more than once'));
  });

  it.each(['W/"999"', '"999"', 'W/"0", W/"999"'])('the stale If-Match %s', async (tag) => {
    const answer = await send('PATCH', PATCH_PATH, { intent: 'remove' }, { 'if-match': tag });
    expectGraphError(answer, { status: 412, code: 'PreconditionFailed', nested: true });
    expectGraphError(await send('DELETE', PATCH_PATH, undefined, { 'if-match': tag }), {
      status: 412,
      code: 'PreconditionFailed',
      nested: true,
    });
  });

  it.each<[string, object, Refusal]>([
    ['no name', { '@odata.type': '#microsoft.graph.androidCustomConfiguration' }, service("The property 'displayName'")],
    ['no type', { displayName: 'x' }, model('is abstract')],
    ['an abstract type', { '@odata.type': '#microsoft.graph.deviceConfiguration', displayName: 'x' }, model('is abstract')],
    [
      'a bound reference to nothing',
      {
        '@odata.type': '#microsoft.graph.iosScepCertificateProfile',
        displayName: 'x',
        'rootCertificate@odata.bind': `${CONFIGURATIONS}/${UNKNOWN}`,
      },
      { status: 400, code: 'BadRequest' },
    ],
  ])('a configuration with %s', async (_what, body, refusal) => {
    expectGraphError(await send('POST', CONFIGURATIONS, body), refusal);
  });
});

describe('a URL with', () => {
  const noSegment = (segment: string) => badRequest(`Resource not found for the segment '${segment}'`);
  const route = { status: 400, code: 'No method match route template' };

  it.each<[string, string, Refusal]>([
    ['an unknown version', PATCH_PATH.replace('beta', 'v2.0'), { status: 404, code: 'ResourceNotFound', message: 'Invalid version: v2.0' }],
    [
      'no version',
      PATCH_PATH.replace('/beta', ''),
      { status: 404, code: 'ResourceNotFound', message: 'Invalid version: devicemanagement' },
    ],
    ['an unknown root', '/beta/nope', noSegment('nope')],
    ['an unknown segment', '/beta/deviceManagement/nope/1', noSegment('nope')],
    ['an unknown segment below an entity', `${HEALTH}/nope`, noSegment('nope')],
    ['an unknown segment below an assignment', `${PATCH_PATH}/nope`, noSegment('nope')],
    ['an unknown cast', `${HEALTH}/microsoft.graph.nope/rootCertificate/assignments/x`, { status: 400, code: 'BadRequest' }],
    ['a cast to another branch', `${HEALTH}/microsoft.graph.user/displayName`, { status: 400, code: 'BadRequest' }],
    ['an unknown configuration', `${CONFIGURATIONS}/${UNKNOWN}/assignments/x`, notFound],
    ['an unknown assignment', `${ASSIGNMENTS}/${UNKNOWN}`, notFound],
    ['a quote in the key', `${ASSIGNMENTS}/it's`, notFound],
    ['a doubled quote in a parenthesised key', `${HEALTH}/assignments('it''s')`, notFound],
    ['an escaped slash in the key', `${ASSIGNMENTS}/a%2Fb`, notFound],
    ['an escaped quote in the key', `${ASSIGNMENTS}/%27%27`, notFound],
    ['a space in the key', `${ASSIGNMENTS}/Source%20Id%20value`, notFound],
    ['Unicode in the key', `${ASSIGNMENTS}/%C3%BCn%C3%AFc%C3%B6d%C3%A9%F0%9F%A6%86`, notFound],
    ['a key that is a program', `${ASSIGNMENTS}/%27%20OR%201%3D1%20--`, notFound],
    ['a null byte in the key', `${ASSIGNMENTS}/%00`, badRequest('control character')],
    ['dots in place of a key', `${ASSIGNMENTS}/..`, notFound],
    ['an unclosed key', `${HEALTH}/assignments('x`, { status: 400, code: 'BadRequest' }],
    ['a broken escape', `${ASSIGNMENTS}/%zz`, { status: 400, code: 'BadRequest' }],
    ['an escape that is no UTF-8', `${ASSIGNMENTS}/%ff%fe`, { status: 400, code: 'BadRequest' }],
    ['a collection where one is needed', ASSIGNMENTS, { status: 405, code: 'MethodNotAllowed' }],
    ['20,000 bytes', `${ASSIGNMENTS}/${'x'.repeat(20_000)}`, { status: 414, code: 'RequestUriTooLong' }],
    ['2,000 segments', `/beta${'/a'.repeat(2000)}`, { status: 400, code: 'BadRequest' }],
  ])('%s', async (_what, target, refusal) => {
    expectGraphError(await send('PATCH', target, { intent: 'remove' }), refusal);
  });

  const spaces = encodeURIComponent('Device And App Management Assignment Filter Id value');
  it('spaces in a key that exists is understood', async () => {
    for (const key of [`/${spaces}`, `('${spaces}')`]) {
      expect((await send('GET', `/beta/deviceManagement/assignmentFilters${key}`)).status).toBe(200);
    }
  });

  it.each<[string, string, Refusal]>([
    [
      'a navigation that its runtime type lacks',
      `${HEALTH}/rootCertificate/assignments/x`,
      { status: 400, code: 'No method match route template' },
    ],
    [
      'one behind a navigation that lacks it',
      `${docsTenantPaths[1]?.path.split('/assignments')[0]}/identityCertificate/assignments/x`,
      route,
    ],
    ['a cast that its runtime type is not', `${HEALTH}/microsoft.graph.iosScepCertificateProfile/rootCertificate/assignments/x`, route],
  ])('%s', async (_what, target, refusal) => {
    expectGraphError(await send('PATCH', target, { intent: 'remove' }), refusal);
  });

  it.each<[string, string]>([
    ['an unknown option', '?$nope=1'],
    ['a negative top', '?$top=-1'],
    ['a top that is no number', '?$top=x'],
    ['a property that is none', '?$select=nope'],
    ['an expansion of nothing', '?$expand=nope'],
    ['a filter that is none', "?$filter=displayName%20eq%20'"],
    ['a filter on a property that is none', '?$filter=nope%20eq%201'],
    ['a filter of many brackets', `?$filter=${'('.repeat(5000)}`],
    ['an order by nothing', '?$orderby=nope'],
    ['a skip token of our own making', '?$skiptoken=abc'],
  ])('%s', async (_what, query) => {
    expectGraphError(await send('GET', CONFIGURATIONS + query), { status: 400, code: 'BadRequest' });
  });

  it.each([
    ['PUT', PATCH_PATH],
    ['PROPFIND', PATCH_PATH],
    ['POST', PATCH_PATH],
    ['PATCH', `${HEALTH}/assign`],
    ['DELETE', CONFIGURATIONS],
  ])('the method %s where it means nothing: %s', async (method, target) => {
    const answer = await send(method, target, { intent: 'remove' });
    expect([400, 405]).toContain(answer.status);
    expectGraphError(answer, {
      status: answer.status,
      code: answer.status === 405 ? 'MethodNotAllowed' : 'No method match route template',
    });
  });
});

describe('bytes that are', () => {
  const request = (head: string) => `${head}\r\nHost: a\r\nConnection: close\r\n\r\n`;
  it.each<[string, string, number, string]>([
    ['no HTTP', 'hello\r\n\r\n', 400, 'BadRequest'],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400, 'BadRequest'],
    ['an unknown method', request('FETCH /beta HTTP/1.1'), 400, 'BadRequest'],
    [
      'two lengths',
      'POST /beta HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'BadRequest',
    ],
    ['a header of 40 KB', request(`GET ${PATCH_PATH} HTTP/1.1\r\nX-Long: ${'x'.repeat(40_000)}`), 431, 'RequestHeaderFieldsTooLarge'],
    [
      'a token of 40 KB',
      request(`GET ${PATCH_PATH} HTTP/1.1\r\nAuthorization: Bearer ${'x'.repeat(40_000)}`),
      431,
      'RequestHeaderFieldsTooLarge',
    ],
  ])('%s', async (_what, bytes, status, code) => {
    expectGraphError(await sendBytes(server.http, bytes), { status, code, echoed: false });
  });
});
