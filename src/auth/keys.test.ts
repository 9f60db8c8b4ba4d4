import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSigningKeys, importSigningKeys, type SerializedKeys } from './keys.js';
import { mintAccessToken } from './mint.js';
import { ADA, CLIENT, CONTOSO, FABRIKAM } from './testing/fixture.js';

let stored: SerializedKeys;
beforeAll(async () => {
  stored = await createSigningKeys();
});

const throughFile = (keys: SerializedKeys): unknown => JSON.parse(JSON.stringify(keys));

describe('signing keys', () => {
  it('survive the way through a file', async () => {
    const keys = await importSigningKeys(throughFile(stored));
    expect(keys.kid).toBe(stored.keys[0]?.kid);
  });

  it('publish nothing private', async () => {
    const { jwks } = await importSigningKeys(stored);
    expect(jwks.keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
    expect(Buffer.from(String(jwks.keys[0]?.n), 'base64url')).toHaveLength(256);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no object', []],
    ['no keys', { keys: [] }],
    ['a public key alone', { keys: [{ kty: 'RSA', kid: 'a', n: 'AQ', e: 'AQAB' }] }],
    ['an elliptic key', { keys: [{ kty: 'EC', kid: 'a', n: 'AQ', e: 'AQAB', d: 'AQ' }] }],
    ['a damaged key', { keys: [{ kty: 'RSA', kid: 'a', n: 'AQ', e: 'AQAB', d: 'AQ' }] }],
  ])('refuse %s', async (_name, serialized) => {
    await expect(importSigningKeys(serialized)).rejects.toMatchObject({ name: 'SigningKeysError' });
  });
});

describe('an access token', () => {
  const issuedAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const common = { tenantId: CONTOSO.id, appId: CLIENT.id, appName: CLIENT.name, issuedAt } as const;

  it('of an application has the claims of a v1.0 Graph token', async () => {
    const keys = await importSigningKeys(stored);
    const token = await mintAccessToken(keys, { ...common, appAuthentication: 'secret', subject: { kind: 'application', roles: ['A'] } });
    expect(decodeProtectedHeader(token)).toEqual({ typ: 'JWT', alg: 'RS256', kid: keys.kid });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({
      aud: 'https://graph.microsoft.com',
      iss: `https://sts.windows.net/${CONTOSO.id}/`,
      iat: Math.floor(issuedAt / 1000),
      nbf: Math.floor(issuedAt / 1000),
      exp: Math.floor(issuedAt / 1000) + 3600,
      app_displayname: CLIENT.name,
      appid: CLIENT.id,
      appidacr: '1',
      idtyp: 'app',
      roles: ['A'],
      tid: CONTOSO.id,
      ver: '1.0',
    });
    expect(claims.oid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(claims.scp).toBeUndefined();
  });

  it('of an application has one oid in a tenant, another in the next', async () => {
    const keys = await importSigningKeys(stored);
    const oid = async (tenantId: string) =>
      decodeJwt(
        await mintAccessToken(keys, { ...common, tenantId, appAuthentication: 'secret', subject: { kind: 'application', roles: [] } }),
      ).oid;
    expect(await oid(CONTOSO.id)).toBe(await oid(CONTOSO.id));
    expect(await oid(CONTOSO.id)).not.toBe(await oid(FABRIKAM.id));
  });

  it('of a user has the claims of a v1.0 Graph token', async () => {
    const keys = await importSigningKeys(stored);
    const subject = { kind: 'delegated', scopes: ['A', 'B'], user: ADA } as const;
    const claims = decodeJwt(
      await mintAccessToken(keys, { ...common, appAuthentication: 'public', subject, audience: '00000003-0000-0000-c000-000000000000' }),
    );
    expect(claims).toMatchObject({
      aud: '00000003-0000-0000-c000-000000000000',
      appidacr: '0',
      idtyp: 'user',
      scp: 'A B',
      oid: ADA.id,
      upn: ADA.userPrincipalName,
      unique_name: ADA.userPrincipalName,
      name: ADA.displayName,
      wids: ADA.directoryRoles,
    });
    expect(claims.roles).toBeUndefined();
  });
});
