import { describe, expect, it } from 'vitest';
import { openIdTrust } from './openid-trust.js';
import type { Fetch } from './trust.js';

const answering =
  (body: unknown, status = 200): Fetch =>
  async () =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });

describe('openIdTrust', () => {
  it('takes issuer and keys from the discovery document', async () => {
    const urls: string[] = [];
    const fetch: Fetch = async (url) => {
      urls.push(String(url));
      return Response.json({ issuer: 'https://id.example/{tenantid}', jwks_uri: 'https://id.example/keys' });
    };
    expect(await openIdTrust('https://id.example/common/', fetch)).toEqual({
      issuers: ['https://id.example/{tenantid}'],
      keys: { jwksUri: 'https://id.example/keys', fetch },
      clockSkewSeconds: 300,
    });
    expect(urls).toEqual(['https://id.example/common/.well-known/openid-configuration']);
  });

  it.each([
    ['https://login.microsoftonline.com/{tenantid}/v2.0', 'https://sts.windows.net/{tenantid}/'],
    [
      'https://login.microsoftonline.us/11111111-1111-4111-8111-111111111111/v2.0',
      'https://sts.windows.net/11111111-1111-4111-8111-111111111111/',
    ],
  ])('knows the v1.0 name of %s', async (issuer, v1) => {
    const trust = await openIdTrust('https://login.example/', answering({ issuer, jwks_uri: 'https://login.example/keys' }));
    expect(trust.issuers).toEqual([issuer, v1]);
  });

  it.each<[string, string, Fetch, RegExp]>([
    ['not a URL', 'nonsense', answering({}), /'nonsense' is not a URL/],
    ['plain http', 'http://id.example', answering({}), /must use https/],
    [
      'unreachable',
      'https://id.example',
      async () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ENOTFOUND') })),
      /cannot be reached \(ENOTFOUND\)/,
    ],
    ['not found', 'https://id.example', answering('no', 404), /answered with status 404/],
    ['no JSON', 'https://id.example', answering('<html>'), /is not a JSON object/],
    ['no object', 'https://id.example', answering('[]'), /is not a JSON object/],
    ['endless', 'https://id.example', answering(`"${'x'.repeat(300_000)}"`), /is longer than/],
    ['no issuer', 'https://id.example', answering({ jwks_uri: 'https://id.example/keys' }), /names no 'issuer'/],
    ['no keys', 'https://id.example', answering({ issuer: 'https://id.example' }), /names no 'jwks_uri'/],
    [
      'keys over http',
      'https://id.example',
      answering({ issuer: 'https://id.example', jwks_uri: 'http://id.example/keys' }),
      /must use https/,
    ],
  ])('says what is wrong: %s', async (_name, url, fetch, message) => {
    await expect(openIdTrust(url, fetch)).rejects.toThrow(message);
    await expect(openIdTrust(url, fetch)).rejects.toMatchObject({ name: 'OpenIdTrustError' });
  });
});
