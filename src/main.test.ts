import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtInTenant } from './app/tenants/index.js';
import { createSigningKeys, importSigningKeys } from './auth/keys.js';
import type { TokenRequest } from './cli/composition.js';
import { type Config, ConfigError } from './config.js';
import { ensureCa, mintToken, type Running, start } from './main.js';

const empty = builtInTenant('empty');
const docs = builtInTenant('docs');
const CONFIGURATIONS = '/beta/deviceManagement/deviceConfigurations';

let directory: string;
let running: Running[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'muster-main-'));
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.close()));
  running = [];
  rmSync(directory, { recursive: true, force: true });
});

function config(given: Partial<Config> = {}): Config {
  return {
    http: { host: '127.0.0.1', port: 0 },
    https: undefined,
    data: join(directory, 'data'),
    memory: true,
    tenants: [{ name: 'empty', id: undefined }],
    issuer: 'embedded',
    audience: [],
    tls: undefined,
    json: false,
    log: 'silent',
    loose: false,
    throttle: 'off',
    wire: 'documented',
    cors: [],
    cloud: 'global',
    hostTrue: false,
    shutdownMillis: 1000,
    ...given,
  };
}

async function serve(given: Partial<Config> = {}): Promise<Running & { readonly http: string }> {
  const server = await start(config(given));
  running.push(server);
  return server as Running & { readonly http: string };
}

const wanted = (given: Partial<TokenRequest> = {}): TokenRequest => ({
  tenant: 'empty',
  roles: undefined,
  scopes: undefined,
  user: undefined,
  app: undefined,
  lifetimeMillis: 3_600_000,
  ...given,
});

async function tokenOf({ http, client, tenants }: Running): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: client?.id ?? '',
    client_secret: client?.secret ?? '',
    scope: 'https://graph.microsoft.com/.default',
  };
  const response = await fetch(`${http}/${tenants[0]?.id}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function get(server: Running, path: string, token?: string) {
  const response = await fetch(`${server.http}${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

describe.each([
  ['memory', true],
  ['SQLite', false],
])('a server over %s', (_store, memory) => {
  it('answers health, refuses strangers, and serves the demo client', async () => {
    const server = await serve({ memory });
    expect(server).toMatchObject({ https: undefined, tenants: [{ name: 'empty', id: empty.id }] });
    expect((await get(server, '/readyz')).status).toBe(200);
    expect((await get(server, CONFIGURATIONS)).status).toBe(401);
    const answer = await get(server, CONFIGURATIONS, await tokenOf(server));
    expect(answer).toMatchObject({ status: 200, body: { value: [] } });
  });

  it('knows its own client and keys after a restart', async () => {
    const first = await serve({ memory });
    const token = await tokenOf(first);
    await first.close();
    const second = await serve({ memory });
    expect(second.client).toEqual(first.client);
    expect((await get(second, CONFIGURATIONS, token)).status).toBe(200);
  });

  it('updates the assignment of the first minute', async () => {
    const server = await serve({ memory, tenants: [{ name: 'docs', id: undefined }] });
    const { example } = server;
    expect(example?.tenantId).toBe(docs.id);
    const token = await tokenOf(server);
    const url = `${server.http}${example?.path}`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const patched = await fetch(url, { method: 'PATCH', headers, body: JSON.stringify({ intent: example?.intent }) });
    expect(patched.status).toBe(200);
    expect((await get(server, example?.path ?? '', token)).body).toMatchObject({ intent: example?.intent });
  });
});

describe('a token from the command line', () => {
  it.each<[string, Partial<TokenRequest>, number, string | undefined]>([
    ['of every role', {}, 200, undefined],
    ['of a reader', { roles: ['DeviceManagementConfiguration.Read.All'] }, 200, undefined],
    ['of a role that does not suffice', { roles: ['User.Read.All'] }, 403, undefined],
    ['of the administrator', { scopes: ['DeviceManagementConfiguration.Read.All'] }, 200, undefined],
    [
      'of an unknown user',
      { scopes: ['DeviceManagementConfiguration.Read.All'], user: 'nobody@nowhere.example' },
      401,
      'No user nobody@nowhere.example exists in the tenant; the token carries no directory role.',
    ],
    ['that has expired', { lifetimeMillis: -1000 }, 401, undefined],
    ['of another tenant', { tenant: 'docs' }, 401, undefined],
    ['by the id of the tenant', { tenant: empty.id }, 200, undefined],
  ])('%s', async (_what, given, status, note) => {
    const server = await serve();
    const { token, notes } = await mintToken(config(), wanted(given));
    expect(notes).toEqual(note === undefined ? [] : [note]);
    expect((await get(server, CONFIGURATIONS, token)).status).toBe(status);
  });

  it('is made beside a server that has the database open', async () => {
    const server = await serve({ memory: false });
    const { token } = await mintToken(config({ memory: false }), wanted({ scopes: ['DeviceManagementConfiguration.Read.All'] }));
    expect((await get(server, CONFIGURATIONS, token)).status).toBe(200);
  });

  it('needs a tenant that is known', async () => {
    const attempt = mintToken(config(), wanted({ tenant: 'contoso' }));
    await expect(attempt).rejects.toThrow("--tenant 'contoso' is unknown. Known are demo, docs, empty, unlicensed, or their ids.");
    await expect(attempt).rejects.toThrow(ConfigError);
  });

  it('is not made for an external issuer', async () => {
    await expect(mintToken(config({ issuer: 'https://i.example' }), wanted())).rejects.toThrow(ConfigError);
  });
});

describe('https', () => {
  it('has a certificate of the development CA, whose path `muster ca` prints', async () => {
    const path = await ensureCa(config());
    const server = await serve({ http: undefined, https: { host: 'localhost', port: 0 } });
    expect(server.caCertificate).toBe(path);
    const status = await new Promise((done, fail) => {
      request(`${server.https}/healthz`, { ca: readFileSync(path), agent: false }, (response) => done(response.resume().statusCode))
        .on('error', fail)
        .end();
    });
    expect(status).toBe(200);
  });

  it('refuses certificate files that cannot be used, before anything listens', async () => {
    const files = { cert: join(directory, 'absent.pem'), key: join(directory, 'absent.pem') };
    await expect(start(config({ https: { host: '127.0.0.1', port: 0 }, tls: files }))).rejects.toThrow(/--tls-cert .* cannot be read/);
  });
});

describe('an external issuer', () => {
  const tenant = '6f9a2c10-7d35-4a5e-9b1c-2f8e4d6a7b90';

  /** An OpenID issuer on loopback: discovery, keys, and tokens that it signs. */
  async function openIssuer() {
    const keys = await importSigningKeys(await createSigningKeys());
    const http = createServer((incoming, response) => {
      const document = incoming.url?.endsWith('/keys') ? keys.jwks : { issuer: url(), jwks_uri: `${url()}/keys` };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    });
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    const url = () => `http://127.0.0.1:${(http.address() as { port: number }).port}`;
    const token = (audience: string) =>
      new SignJWT({ tid: tenant, appid: 'app', roles: ['DeviceManagementConfiguration.Read.All'] })
        .setProtectedHeader({ alg: 'RS256', kid: keys.kid })
        .setIssuer(url())
        .setAudience(audience)
        .setIssuedAt()
        .setNotBefore('0s')
        .setExpirationTime('1h')
        .sign(keys.privateKey);
    return { url: url(), token, close: () => new Promise((done) => http.close(done).closeAllConnections()) };
  }

  it('signs the tokens of the tenants that are bound to it, for Graph and for the audiences given', async () => {
    const issuer = await openIssuer();
    const tenants = [{ name: 'empty', id: tenant }];
    const server = await serve({ issuer: issuer.url, tenants, audience: ['api://muster'] });
    expect(server).toMatchObject({ client: undefined, tenants });
    const status = async (audience: string) => (await get(server, CONFIGURATIONS, await issuer.token(audience))).status;
    expect(await status('https://graph.microsoft.com')).toBe(200);
    expect(await status('api://muster')).toBe(200);
    expect(await status('api://other')).toBe(401);
    const token = await fetch(`${server.http}/${tenant}/oauth2/v2.0/token`, { method: 'POST' });
    expect(token.status).toBe(401);
    await issuer.close();
  });

  it('that cannot be reached ends the start with a message', async () => {
    const gone = createServer();
    await new Promise<void>((done) => gone.listen(0, '127.0.0.1', done));
    const { port } = gone.address() as { port: number };
    await new Promise((done) => gone.close(done));
    await expect(start(config({ issuer: `http://127.0.0.1:${port}` }))).rejects.toThrow(/cannot be used: .*cannot be reached/);
  });
});

describe('the data directory', () => {
  it('that cannot be written: a message, or with --memory a note and keys for this run', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const data = join(file, 'data');
    await expect(start(config({ data, memory: false }))).rejects.toThrow(/cannot be written .* Choose another with --data, or/);
    const server = await serve({ data });
    expect(server.notes).toHaveLength(1);
    expect((await get(server, CONFIGURATIONS, await tokenOf(server))).status).toBe(200);
  });

  it.skipIf(process.platform === 'win32')('keeps keys and secret for the owner alone, also with --memory', async () => {
    await serve();
    expect(statSync(join(directory, 'data', 'issuer.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'data')).mode & 0o777).toBe(0o700);
  });

  it('belongs to one server at a time', async () => {
    await serve({ memory: false });
    await expect(start(config({ memory: false }))).rejects.toThrow(/is in use/);
  });
});

it('a port in use ends the start, and leaves the data directory free', async () => {
  const first = await serve();
  const port = Number(new URL(first.http).port);
  const data = join(directory, 'second');
  await expect(start(config({ http: { host: '127.0.0.1', port }, data, memory: false }))).rejects.toThrow(
    `Port ${port} of 127.0.0.1 is in use`,
  );
  await serve({ data, memory: false });
});
