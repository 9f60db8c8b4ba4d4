/** Every kind of caller that must be turned away, over real sockets: at the door, in Graph's words, before anything is read. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, type JWTPayload, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { docsTenantPaths } from '../../src/app/tenants/docs.js';
import type { SigningKeys } from '../../src/auth/keys.js';
import { CLIENT_REQUEST_ID, expectGraphError, type Refusal } from './graph-errors.js';
import { sendRequest } from './raw.js';
import { startMuster, type WireServer } from './server.js';

const PATH = docsTenantPaths[0]?.path ?? '';
const PERSONAL = '9188040d-6c67-4c5b-b112-36a304b66dad';
const ELSEWHERE = '44444444-4444-4444-8444-444444444444';
const WRITE = 'DeviceManagementConfiguration.ReadWrite.All';
const READ = 'DeviceManagementConfiguration.Read.All';

let server: WireServer;
let keys: SigningKeys;
let good: string;
let claims: JWTPayload;

beforeAll(async () => {
  server = await startMuster('memory', 'docs,empty');
  keys = await server.keys();
  good = await server.token();
  claims = decodeJwt(good);
});
afterAll(() => server?.close());
afterEach(async () => expect((await server.call('GET', PATH)).body.intent).toBe('apply'));

const refuse = (message: string): Refusal => ({ status: 401, code: 'InvalidAuthenticationToken', message });
const invalid = refuse('Access token validation failure.');
const now = () => Math.floor(Date.now() / 1000);
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const header = () => ({ alg: 'RS256', typ: 'JWT', kid: keys.kid });
const sign = (change: object, given: object = {}) =>
  new SignJWT({ ...claims, ...change }).setProtectedHeader({ ...header(), ...given }).sign(keys.privateKey);
const inTenant = (tid: string) => sign({ tid, iss: `https://sts.windows.net/${tid}/` });

async function patch(authorization: string | undefined) {
  const headers = { 'content-type': 'application/json', 'client-request-id': CLIENT_REQUEST_ID };
  return sendRequest(
    server.http,
    'PATCH',
    PATH,
    authorization === undefined ? headers : { ...headers, authorization },
    '{"intent":"remove"}',
  );
}

describe('a request whose token is', () => {
  const strange = generateKeyPairSync('rsa', { modulusLength: 2048 });

  it.each<[string, () => Promise<string | undefined> | string | undefined, Refusal]>([
    ['missing', () => undefined, refuse('Access token is empty.')],
    ['empty', () => 'Bearer', refuse('Access token is empty.')],
    ['Basic', () => `Basic ${Buffer.from('admin:admin').toString('base64')}`, refuse('Access token is empty.')],
    ['without its scheme', () => good, refuse('Access token is empty.')],
    ['garbage without dots', () => 'Bearer garbage', refuse('IDX14100: JWT is not well formed, there are no dots (.).')],
    ['garbage with dots', () => 'Bearer a.b.c', refuse('CompactToken parsing failed with error code: 80049217')],
    ['cut off', () => `Bearer ${good.slice(0, good.lastIndexOf('.'))}`, refuse('CompactToken parsing failed')],
    ['signed by another', () => signedBy(createPrivateKey(strange.privateKey.export({ format: 'pem', type: 'pkcs8' }))), invalid],
    ['changed after signing', () => changed(), invalid],
    ['without signature', () => `Bearer ${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`, invalid],
    ['signed HS256 with the public key', () => hs256(), invalid],
    ['of a key that nobody published', () => bearer(sign({}, { kid: 'nobody' })), invalid],
    [
      'expired',
      () => bearer(sign({ iat: now() - 7200, nbf: now() - 7200, exp: now() - 3600 })),
      refuse('Lifetime validation failed, the token is expired.'),
    ],
    [
      'not yet valid',
      () => bearer(sign({ nbf: now() + 3600, exp: now() + 7200 })),
      refuse('Access token has expired or is not yet valid.'),
    ],
    ['without expiry', () => bearer(sign({ exp: undefined })), invalid],
    [
      'for another resource',
      () => bearer(sign({ aud: 'https://vault.azure.net' })),
      refuse('Access token validation failure. Invalid audience.'),
    ],
    ['of another issuer', () => bearer(sign({ iss: 'https://issuer.example/' })), invalid],
    ['of a tenant that is not here', () => bearer(inTenant(ELSEWHERE)), invalid],
    ['of one tenant in the name of another', () => bearer(sign({ tid: server.tenant('empty') })), invalid],
    ['without tenant', () => bearer(sign({ tid: undefined })), invalid],
    [
      'of a personal account',
      () => bearer(inTenant(PERSONAL)),
      { status: 403, code: 'Forbidden', message: 'Personal Microsoft accounts are not supported', nested: true },
    ],
    ['60 KB long', () => `Bearer ${'x'.repeat(60_000)}`, { status: 431, code: 'RequestHeaderFieldsTooLarge', echoed: false }],
  ])('%s', async (_what, authorization, refusal) => {
    const answer = await patch(await authorization());
    const error = expectGraphError(answer, refusal);
    if (refusal.status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="", authorization_uri="https:/);
    expect(JSON.stringify(error)).not.toContain(keys.kid);
  });

  const bearer = async (token: Promise<string>) => `Bearer ${await token}`;
  const signedBy = async (key: ReturnType<typeof createPrivateKey>) =>
    `Bearer ${await new SignJWT(claims).setProtectedHeader(header()).sign(key)}`;
  function changed() {
    const [first, , last] = good.split('.');
    return `Bearer ${first}.${encode({ ...claims, tid: server.tenant('empty') })}.${last}`;
  }
  async function hs256() {
    const secret = new TextEncoder().encode(JSON.stringify(keys.jwks.keys[0]));
    return `Bearer ${await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: keys.kid }).sign(secret)}`;
  }
});

describe('a caller who is known but', () => {
  const forbidden = (message: string): Refusal => ({ status: 403, code: 'Forbidden', message, nested: true });

  it.each<[string, () => Promise<string>, Refusal]>([
    ['may only read', () => server.token({ roles: [READ] }), forbidden('Application is not authorized to perform this operation.')],
    ['may do nothing', () => server.token({ roles: [] }), forbidden(`must have one of the following scopes: ${WRITE}`)],
    ['may only read for a user', () => server.token({ scopes: [READ] }), forbidden('User is not authorized')],
    [
      'has no Intune role',
      () => server.token({ scopes: [WRITE], user: 'reader@contoso-docs.example' }),
      { status: 401, code: 'UnknownError', message: '"ErrorCode":"Forbidden"' },
    ],
    ['belongs to another tenant', () => server.token({ tenant: 'empty' }), { status: 404, code: 'ResourceNotFound', nested: true }],
  ])('%s', async (_what, token, refusal) => {
    expectGraphError(await patch(`Bearer ${await token()}`), refusal);
  });

  it('may ask for a scope written in any order, and is heard', async () => {
    const token = await server.token({ scopes: ['openid', WRITE, 'profile'] });
    expect((await sendRequest(server.http, 'GET', PATH, { authorization: `bearer ${token}` })).status).toBe(200);
  });
});
