import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { GLOBAL_CLOUD } from '../kernel/cloud.js';
import { describeError, type ErrorCode, GraphError } from '../kernel/errors.js';
import { createSigningKeys, importSigningKeys, type SigningKeys } from './keys.js';
import { mintAccessToken } from './mint.js';
import { ADA, CLIENT, CONTOSO, movableClock } from './testing/fixture.js';
import type { Fetch, TrustedIssuer } from './trust.js';
import { createVerifier, type VerifierOptions } from './verify.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const SECONDS = NOW / 1000;
const IDX14100 =
  "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization Format. (JWS): 'EncodedHeader.EncodedPayload.EncodedSignature'. (JWE): 'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.";
const UNPARSABLE = 'CompactToken parsing failed with error code: 80049217';
const INVALID = 'Access token validation failure.';

let keys: SigningKeys;
let strangers: SigningKeys;
let trust: TrustedIssuer;

beforeAll(async () => {
  keys = await importSigningKeys(await createSigningKeys());
  strangers = await importSigningKeys(await createSigningKeys());
  trust = { issuers: [GLOBAL_CLOUD.tokenIssuer], keys: { jwks: keys.jwks } };
});

const goodClaims = (): JWTPayload => ({
  aud: 'https://graph.microsoft.com',
  iss: `https://sts.windows.net/${CONTOSO.id}/`,
  iat: SECONDS,
  nbf: SECONDS,
  exp: SECONDS + 3600,
  tid: CONTOSO.id,
  appid: CLIENT.id,
  roles: ['DeviceManagementConfiguration.Read.All'],
});

function signed(claims: JWTPayload, by: SigningKeys = keys, header: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: by.kid, ...header }).sign(by.privateKey);
}

const changed = (claims: Readonly<Record<string, unknown>>) => signed({ ...goodClaims(), ...claims } as JWTPayload);
const base64url = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

function verifier(options: Partial<VerifierOptions> = {}) {
  return createVerifier({ trust: [trust], tenants: (tid) => tid === CONTOSO.id, clock: { now: () => NOW }, ...options });
}

async function refusal(authorization: string | undefined, options: Partial<VerifierOptions> = {}): Promise<GraphError> {
  try {
    await verifier(options).verify(authorization);
  } catch (failure) {
    if (failure instanceof GraphError) return failure;
    throw failure;
  }
  throw new Error('the token was accepted');
}

describe('a token that is refused', () => {
  const cases: readonly (readonly [
    name: string,
    authorization: () => Promise<string | undefined> | string | undefined,
    code: ErrorCode,
    status: number,
    message: string | RegExp,
  ])[] = [
    ['no header', () => undefined, 'tokenMissing', 401, 'Access token is empty.'],
    ['an empty header', () => '', 'tokenMissing', 401, 'Access token is empty.'],
    ['Bearer and nothing', () => 'Bearer ', 'tokenMissing', 401, 'Access token is empty.'],
    ['another scheme', () => 'Basic dXNlcjpwYXNz', 'tokenScheme', 401, 'Access token is empty.'],
    ['a token without a scheme', async () => signed(goodClaims()), 'tokenScheme', 401, 'Access token is empty.'],
    ['no dots', () => 'Bearer abcdef', 'tokenMalformed', 401, IDX14100],
    ['one dot', () => 'Bearer abc.def', 'tokenUnparsable', 401, UNPARSABLE],
    ['five parts (JWE)', () => 'Bearer a.b.c.d.e', 'tokenUnparsable', 401, UNPARSABLE],
    ['garbage between dots', () => 'Bearer @@@.###.!!!', 'tokenUnparsable', 401, UNPARSABLE],
    ['a header that is no JSON', () => `Bearer ${base64url('{alg')}.${base64url({})}.x`, 'tokenUnparsable', 401, UNPARSABLE],
    ['a payload that is no object', () => `Bearer ${base64url({ alg: 'RS256' })}.${base64url([1])}.x`, 'tokenUnparsable', 401, UNPARSABLE],
    ['a payload that is not UTF-8', () => `Bearer ${base64url({ alg: 'RS256' })}._w.x`, 'tokenUnparsable', 401, UNPARSABLE],
    ['32 KiB and more', () => `Bearer ${'a'.repeat(32 * 1024)}.b.c`, 'tokenInvalid', 401, INVALID],
    ['alg none', () => `Bearer ${base64url({ alg: 'none' })}.${base64url(goodClaims())}.`, 'tokenInvalid', 401, INVALID],
    ['no alg', () => `Bearer ${base64url({ typ: 'JWT' })}.${base64url(goodClaims())}.x`, 'tokenInvalid', 401, INVALID],
    ['HS256 with the public key as secret', hs256, 'tokenInvalid', 401, INVALID],
    [
      'RS512',
      async () => `Bearer ${(await signed(goodClaims())).replace(/^[^.]+/, base64url({ alg: 'RS512', kid: keys.kid }))}`,
      'tokenInvalid',
      401,
      INVALID,
    ],
    [
      'crit',
      async () => `Bearer ${(await signed(goodClaims())).replace(/^[^.]+/, base64url({ alg: 'RS256', crit: ['b64'], b64: false }))}`,
      'tokenInvalid',
      401,
      INVALID,
    ],
    [
      'a changed payload',
      async () =>
        `Bearer ${(await signed(goodClaims())).replace(/\.[^.]+\./, `.${base64url({ ...goodClaims(), roles: ['Everything'] })}.`)}`,
      'tokenInvalid',
      401,
      INVALID,
    ],
    ['no signature', async () => `Bearer ${(await signed(goodClaims())).replace(/[^.]+$/, '')}`, 'tokenInvalid', 401, INVALID],
    ['an unknown key', async () => `Bearer ${await signed(goodClaims(), strangers)}`, 'tokenInvalid', 401, INVALID],
    [
      "another's key under our kid",
      async () => `Bearer ${await signed(goodClaims(), strangers, { kid: keys.kid })}`,
      'tokenInvalid',
      401,
      INVALID,
    ],
    [
      'expired',
      async () => `Bearer ${await changed({ exp: SECONDS })}`,
      'tokenExpired',
      401,
      'Lifetime validation failed, the token is expired.',
    ],
    ['no exp', async () => `Bearer ${await changed({ exp: undefined })}`, 'tokenInvalid', 401, INVALID],
    ['exp as text', async () => `Bearer ${await changed({ exp: String(SECONDS + 60) })}`, 'tokenInvalid', 401, INVALID],
    [
      'not yet valid',
      async () => `Bearer ${await changed({ nbf: SECONDS + 1 })}`,
      'tokenNotYetValid',
      401,
      'Access token has expired or is not yet valid.',
    ],
    ['nbf as text', async () => `Bearer ${await changed({ nbf: 'now' })}`, 'tokenInvalid', 401, INVALID],
    [
      'another audience',
      async () => `Bearer ${await changed({ aud: 'https://management.azure.com' })}`,
      'tokenAudience',
      401,
      `${INVALID} Invalid audience.`,
    ],
    ['no audience', async () => `Bearer ${await changed({ aud: undefined })}`, 'tokenAudience', 401, `${INVALID} Invalid audience.`],
    ['another issuer', async () => `Bearer ${await changed({ iss: 'https://evil.example/' })}`, 'tokenInvalid', 401, INVALID],
    ['no issuer', async () => `Bearer ${await changed({ iss: undefined })}`, 'tokenInvalid', 401, INVALID],
    [
      'the issuer of another tenant',
      async () => `Bearer ${await changed({ tid: '99999999-9999-4999-8999-999999999999' })}`,
      'tokenInvalid',
      401,
      INVALID,
    ],
    ['no tenant', async () => `Bearer ${await changed({ tid: undefined })}`, 'tokenInvalid', 401, INVALID],
    [
      'a tenant that is no GUID',
      async () => `Bearer ${await changed({ tid: 'demo', iss: 'https://sts.windows.net/demo/' })}`,
      'tokenInvalid',
      401,
      INVALID,
    ],
    ['a tenant not served', () => ofTenant('99999999-9999-4999-8999-999999999999'), 'tenantUnknown', 401, INVALID],
    ['a personal account', () => ofTenant('9188040d-6c67-4c5b-b112-36a304b66dad'), 'personalAccount', 403, /^Personal Microsoft accounts/],
    ['scp as an array', async () => `Bearer ${await changed({ scp: ['User.Read'] })}`, 'tokenInvalid', 401, INVALID],
    ['roles as text', async () => `Bearer ${await changed({ roles: 'User.Read.All' })}`, 'tokenInvalid', 401, INVALID],
  ];

  async function hs256(): Promise<string> {
    const secret = new TextEncoder().encode(JSON.stringify(keys.jwks.keys[0]));
    return `Bearer ${await new SignJWT(goodClaims()).setProtectedHeader({ alg: 'HS256', kid: keys.kid }).sign(secret)}`;
  }

  async function ofTenant(tid: string): Promise<string> {
    return `Bearer ${await changed({ tid, iss: `https://sts.windows.net/${tid}/` })}`;
  }

  it.each(cases)('%s', async (_name, authorization, code, status, message) => {
    const error = await refusal(await authorization());
    const described = describeError(error);
    expect(error.kind).toBe(code);
    expect(described.status).toBe(status);
    if (typeof message === 'string') expect(described.message).toBe(message);
    else expect(described.message).toMatch(message);
  });

  it.each([
    ['none', /algorithm 'none' is not accepted/],
    ['HS256', /algorithm 'HS256' is not accepted/],
    ['RS512', /algorithm 'RS512' is not accepted/],
  ])('by its algorithm %s, before any key is looked at', async (alg, detail) => {
    const authorization = `Bearer ${base64url({ alg, kid: keys.kid })}.${base64url(goodClaims())}.x`;
    expect(describeError(await refusal(authorization)).detail).toMatch(detail);
  });

  it('by crit, since RFC 7797 lets it change what the signature covers', async () => {
    const authorization = `Bearer ${base64url({ alg: 'RS256', kid: keys.kid, crit: ['b64'], b64: false })}.${base64url(goodClaims())}.x`;
    expect(describeError(await refusal(authorization)).detail).toMatch(/'crit' is not supported/);
  });

  it('is not repeated in the error', async () => {
    const token = await changed({ aud: 'https://elsewhere.example' });
    const { message, detail } = describeError(await refusal(`Bearer ${token}`));
    expect(`${message} ${detail}`).not.toContain(token.slice(0, 40));
  });

  it('cannot make an error long', async () => {
    const { detail } = describeError(await refusal(`Bearer ${await changed({ aud: 'x'.repeat(5000) })}`));
    expect(detail?.length).toBeLessThan(400);
  });
});

describe('a caller', () => {
  it('is an application when the token carries roles', async () => {
    expect(await verifier().verify(`Bearer ${await signed(goodClaims())}`)).toEqual({
      tenantId: CONTOSO.id,
      kind: 'application',
      appId: CLIENT.id,
      permissions: new Set(['DeviceManagementConfiguration.Read.All']),
      userId: undefined,
      userPrincipalName: undefined,
      directoryRoles: [],
      expiresAt: NOW + 3_600_000,
    });
  });

  it('is a user when the token carries scp, whatever roles it carries', async () => {
    const claims = {
      scp: 'openid User.Read',
      oid: ADA.id,
      upn: 'ada@contoso.example',
      wids: ADA.directoryRoles.map((role) => role.toUpperCase()),
    };
    expect(await verifier().verify(`bearer ${await changed(claims)}`)).toMatchObject({
      kind: 'delegated',
      permissions: new Set(['openid', 'User.Read']),
      userId: ADA.id,
      userPrincipalName: 'ada@contoso.example',
      directoryRoles: ADA.directoryRoles,
    });
  });

  it('may do nothing when the token carries neither', async () => {
    const caller = await verifier().verify(`Bearer ${await changed({ roles: undefined })}`);
    expect(caller).toMatchObject({ kind: 'application', permissions: new Set() });
  });

  it.each([
    ['unique_name', { unique_name: 'a@x' }],
    ['preferred_username', { preferred_username: 'a@x' }],
  ])('is named by %s', async (_name, claims) => {
    const caller = await verifier().verify(`Bearer ${await changed({ scp: 'User.Read', ...claims })}`);
    expect(caller.userPrincipalName).toBe('a@x');
  });

  it('is known by azp in v2.0 tokens', async () => {
    const caller = await verifier().verify(`Bearer ${await changed({ appid: undefined, azp: CLIENT.id })}`);
    expect(caller.appId).toBe(CLIENT.id);
  });

  it.each(['https://graph.microsoft.com', 'https://graph.microsoft.com/', '00000003-0000-0000-c000-000000000000'])(
    'may come for %s',
    async (aud) => {
      expect((await verifier().verify(`Bearer ${await changed({ aud })}`)).tenantId).toBe(CONTOSO.id);
    },
  );

  it('may come for a configured audience alone', async () => {
    const audiences = ['api://muster'];
    expect((await verifier({ audiences }).verify(`Bearer ${await changed({ aud: ['api://other', 'api://muster'] })}`)).tenantId).toBe(
      CONTOSO.id,
    );
    expect((await refusal(`Bearer ${await signed(goodClaims())}`, { audiences })).kind).toBe('tokenAudience');
  });

  it('is accepted from what mint makes, and not once that has expired', async () => {
    const claims = {
      tenantId: CONTOSO.id,
      appId: CLIENT.id,
      appName: CLIENT.name,
      appAuthentication: 'public',
      subject: { kind: 'delegated', scopes: ['User.Read'], user: ADA },
      issuedAt: NOW,
    } as const;
    const caller = await verifier().verify(`Bearer ${await mintAccessToken(keys, claims)}`);
    expect(caller).toMatchObject({ kind: 'delegated', userId: ADA.id, directoryRoles: ADA.directoryRoles, expiresAt: NOW + 3_600_000 });
    expect((await refusal(`Bearer ${await mintAccessToken(keys, { ...claims, expires: -1 })}`)).kind).toBe('tokenExpired');
  });
});

describe('ES256', () => {
  it('is accepted from an issuer that has such a key', async () => {
    const pair = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'ec', alg: 'ES256' };
    const token = await new SignJWT(goodClaims()).setProtectedHeader({ alg: 'ES256', kid: 'ec' }).sign(pair.privateKey);
    const caller = await verifier({ trust: [{ ...trust, keys: { jwks: { keys: [jwk] } } }] }).verify(`Bearer ${token}`);
    expect(caller.tenantId).toBe(CONTOSO.id);
  });
});

describe('clock skew', () => {
  it.each([
    ['exp within the skew', { exp: SECONDS - 299 }, 300, undefined],
    ['exp at the skew', { exp: SECONDS - 300 }, 300, 'tokenExpired'],
    ['nbf within the skew', { nbf: SECONDS + 300 }, 300, undefined],
    ['nbf beyond the skew', { nbf: SECONDS + 301 }, 300, 'tokenNotYetValid'],
    ['a skew of a day counts as five minutes', { exp: SECONDS - 301 }, 86_400, 'tokenExpired'],
  ])('%s', async (_name, claims, clockSkewSeconds, code) => {
    const authorization = `Bearer ${await changed(claims)}`;
    const options = { trust: [{ ...trust, clockSkewSeconds }] };
    if (code === undefined) expect((await verifier(options).verify(authorization)).tenantId).toBe(CONTOSO.id);
    else expect((await refusal(authorization, options)).kind).toBe(code);
  });
});

describe('several issuers', () => {
  it('are told apart by their keys when they sign under one name', async () => {
    const other: TrustedIssuer = { ...trust, keys: { jwks: strangers.jwks } };
    const both = verifier({ trust: [trust, other] });
    for (const by of [keys, strangers]) expect((await both.verify(`Bearer ${await signed(goodClaims(), by)}`)).tenantId).toBe(CONTOSO.id);
  });

  it('cannot sign under the name of another', async () => {
    const other: TrustedIssuer = { issuers: ['https://other.example/{tenantid}'], keys: { jwks: strangers.jwks } };
    expect((await refusal(`Bearer ${await signed(goodClaims(), strangers)}`, { trust: [trust, other] })).kind).toBe('tokenInvalid');
  });
});

describe('a verified token', () => {
  it('is remembered, and refused all the same once it has expired', async () => {
    const clock = movableClock(NOW);
    let fetched = 0;
    const fetch: Fetch = async () => {
      fetched += 1;
      return Response.json(keys.jwks);
    };
    const remembering = verifier({ clock, trust: [{ ...trust, keys: { jwksUri: 'https://issuer.example/keys', fetch } }] });
    const authorization = `Bearer ${await signed(goodClaims())}`;
    const first = await remembering.verify(authorization);
    expect(await remembering.verify(authorization)).toBe(first);
    expect(fetched).toBe(1);
    clock.advance(3_599_999);
    expect(await remembering.verify(authorization)).toBe(first);
    clock.advance(1);
    await expect(remembering.verify(authorization)).rejects.toMatchObject({ kind: 'tokenExpired' });
  });

  it('is refused once its tenant is no longer served', async () => {
    let served = true;
    const closing = verifier({ tenants: () => served });
    const authorization = `Bearer ${await signed(goodClaims())}`;
    await closing.verify(authorization);
    served = false;
    await expect(closing.verify(authorization)).rejects.toMatchObject({ kind: 'tenantUnknown' });
  });
});

describe('keys that cannot be fetched', () => {
  it.each<[string, Fetch]>([
    ['network down', async () => Promise.reject(new TypeError('fetch failed'))],
    ['an error answer', async () => new Response('no', { status: 500 })],
    ['no key set', async () => Response.json({ hello: 'world' })],
  ])('%s: the service is unavailable, the token not judged', async (_name, fetch) => {
    const options = { trust: [{ ...trust, keys: { jwksUri: 'https://issuer.example/keys', fetch } }] };
    expect((await refusal(`Bearer ${await signed(goodClaims())}`, options)).kind).toBe('unavailable');
  });
});
