import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSigningKeys, importSigningKeys, type SigningKeys } from '../keys.js';
import { ADA, answer, CLIENT, GRAPH_SCOPE, movableClock, PUBLIC_CLIENT_ID, post, testIssuer } from '../testing/fixture.js';
import { createRefreshTokens } from './refresh-tokens.js';

let keys: SigningKeys;
beforeAll(async () => {
  keys = await importSigningKeys(await createSigningKeys());
});

describe('refresh token', () => {
  async function signedIn(options: Parameters<typeof testIssuer>[2] = {}) {
    const clock = movableClock();
    const asked = testIssuer(keys, clock, options);
    const scope = `${GRAPH_SCOPE} offline_access`;
    const { json: code } = await answer(asked, post('/demo/oauth2/v2.0/devicecode', { client_id: PUBLIC_CLIENT_ID, scope }));
    await answer(asked, post('/demo/oauth2/deviceauth', { code: String(code.user_code), user: ADA.userPrincipalName, action: 'approve' }));
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: String(code.device_code) };
    const { json } = await answer(asked, post('/demo/oauth2/v2.0/token', { client_id: PUBLIC_CLIENT_ID, ...grant }));
    const refresh = (token: unknown, form: Readonly<Record<string, string>> = {}, path = '/demo/oauth2/v2.0/token') =>
      answer(asked, post(path, { grant_type: 'refresh_token', client_id: PUBLIC_CLIENT_ID, refresh_token: String(token), ...form }));
    return { clock, refresh, token: json.refresh_token };
  }

  it('is replaced at every use', async () => {
    const { refresh, token } = await signedIn();
    const { response, json } = await refresh(token);
    expect(response.status).toBe(200);
    expect(json.refresh_token).not.toBe(token);
    expect((await refresh(token)).json).toMatchObject({ error: 'invalid_grant', error_codes: [70000] });
    expect((await refresh(json.refresh_token, {}, '/common/oauth2/v2.0/token')).response.status).toBe(200);
  });

  it('can ask for less', async () => {
    const { refresh, token } = await signedIn();
    const { json } = await refresh(token, { scope: 'User.Read offline_access' });
    expect(decodeJwt(String(json.access_token)).scp).toBe('User.Read');
  });

  it('works on the v1.0 endpoint', async () => {
    const { refresh, token } = await signedIn();
    const { json } = await refresh(token, { resource: 'https://graph.microsoft.com' }, '/demo/oauth2/token');
    expect(json).toMatchObject({ expires_in: '3600', refresh_token: expect.any(String), id_token: expect.any(String) });
  });

  it.each<[string, Record<string, string>, string]>([
    ['another client', { client_id: CLIENT.id }, '/demo/oauth2/v2.0/token'],
    ['another tenant', {}, '/docs/oauth2/v2.0/token'],
    ['a scope nobody knows', { scope: 'Nonsense' }, '/demo/oauth2/v2.0/token'],
  ])('survives a try with %s', async (_name, form, path) => {
    const { refresh, token } = await signedIn();
    expect((await refresh(token, form, path)).response.status).toBe(400);
    expect((await refresh(token)).response.status).toBe(200);
  });

  it('expires when unused, and 90 days after the sign-in however often it is used', async () => {
    const day = 24 * 3_600_000;
    const unused = await signedIn();
    unused.clock.advance(day);
    expect((await unused.refresh(unused.token)).json.error_codes).toEqual([700082]);

    const used = await signedIn();
    let token = used.token;
    let days = 0;
    for (; days < 100; days += 0.5) {
      used.clock.advance(day / 2);
      const { response, json } = await used.refresh(token);
      if (response.status !== 200) break;
      token = json.refresh_token;
    }
    expect(days).toBe(89.5);
  });

  it('gives way when there are too many', () => {
    const tokens = createRefreshTokens({ now: () => 0, lifetimeSeconds: 60, max: 2 });
    const grant = { clientId: 'c', tenantId: 't', userPrincipalName: 'u', scope: 's', signedInAt: 0 };
    const issued = [tokens.issue(grant), tokens.issue(grant), tokens.issue(grant)];
    expect(issued.map((token) => tokens.redeem(token, () => true))).toEqual(['unknown', grant, grant]);
  });

  it('ends with its user', async () => {
    let gone = false;
    const { refresh, token } = await signedIn({
      directory: { findUser: async () => (gone ? undefined : ADA), listUsers: async () => [] },
    });
    gone = true;
    expect((await refresh(token)).json.error_codes).toEqual([50034]);
  });

  it('is worth nothing while the account is disabled', async () => {
    let user: typeof ADA & { readonly disabled?: true } = ADA;
    const { refresh, token } = await signedIn({ directory: { findUser: async () => user, listUsers: async () => [] } });
    user = { ...ADA, disabled: true };
    expect((await refresh(token)).json.error_codes).toEqual([50057]);
  });

  it.each<[string, string, unknown]>([
    ['the one that is understood', '{"access_token":{"xms_cc":{"values":["CP1"]}}}', ['CP1']],
    ['others', '{"access_token":{"xms_cc":{"values":["llt",1]}}}', undefined],
    ['none', '{"access_token":{"nbf":{"essential":true,"value":"1"}}}', undefined],
    ['of another shape', '{"access_token":{"xms_cc":"CP1"}}', undefined],
    ['no JSON', '{', undefined],
  ])('carries capabilities of the client into the token: %s', async (_what, claims, capabilities) => {
    const { refresh, token } = await signedIn();
    const { json } = await refresh(token, { claims });
    expect(decodeJwt(String(json.access_token)).xms_cc).toEqual(capabilities);
  });
});
