import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIssuer, type Issuer } from '../../src/auth/issuer.js';
import { createSigningKeys, importSigningKeys } from '../../src/auth/keys.js';
import { createVerifier, type Verifier } from '../../src/auth/verify.js';
import { type CertificateFiles, ensureDevelopmentCa, ensureServerIdentity, type ServerIdentity } from '../../src/http/dev-ca.js';
import { toGraphRequest } from '../../src/http/to-graph-request.js';
import { systemClock } from '../../src/kernel/clock.js';

const TENANT = { id: '6f3b6d6e-2f5b-4a53-9c39-4a6d4a3f8a11', name: 'demo', domain: 'contoso.example' };
const CLIENT = {
  id: '0b1f7a52-50b4-4d1c-8d4b-1f1b7f3f7c22',
  secret: 'a secret + of % every & kind',
  name: 'Wire test',
  roles: ['DeviceManagementConfiguration.ReadWrite.All'],
  scopes: ['DeviceManagementConfiguration.ReadWrite.All', 'DeviceManagementConfiguration.Read.All'],
};
const PUBLIC_CLIENT_ID = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
const USER = {
  id: 'a9d0c9ff-3f33-4f8e-9d0c-2d4c1ad0be33',
  userPrincipalName: 'ada@contoso.example',
  displayName: 'Ada',
  directoryRoles: ['3a2c62db-5318-420d-8d74-23affee5d9d5'],
};

interface Result {
  readonly token?: string;
  readonly cached?: boolean;
  readonly replaced?: boolean;
  readonly username?: string;
  readonly failure?: string;
  readonly error?: string;
}

let server: Server;
let folder: string;
let verifier: Verifier;
let results: Readonly<Record<string, Result>>;

function certificatesInMemory(): CertificateFiles {
  const files = new Map<string, string>();
  return {
    read: (name) => files.get(name),
    createOnce(name, text) {
      files.set(name, files.get(name) ?? text);
      return files.get(name) ?? text;
    },
    replace: (name, text) => void files.set(name, text),
  };
}

function serve(issuer: Issuer, tls: ServerIdentity): Server {
  return createServer(tls, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length === 0 ? undefined : Buffer.concat(chunks);
    const { method = 'GET', url = '/', headers } = request;
    const answer = await issuer.handle(toGraphRequest('https', method, url, headers, body, () => 'https://localhost'));
    response.writeHead(answer?.status ?? 404, answer?.headers ?? {});
    response.end(answer?.body);
  });
}

beforeAll(async () => {
  const keys = await importSigningKeys(await createSigningKeys());
  const issuer = createIssuer({
    keys,
    tenants: [TENANT],
    clients: [CLIENT],
    directory: {
      findUser: async (tenantId, upn) => (tenantId === TENANT.id && upn === USER.userPrincipalName ? USER : undefined),
      listUsers: async () => [USER],
    },
    clock: systemClock,
  });
  verifier = createVerifier({ trust: [issuer.trust], tenants: (id) => id === TENANT.id, clock: systemClock });
  const certificates = certificatesInMemory();
  const ca = await ensureDevelopmentCa(certificates, systemClock);
  folder = await mkdtemp(join(tmpdir(), 'muster-identity-'));
  const certificateFile = join(folder, 'ca.pem');
  await writeFile(certificateFile, ca.certificate);
  server = serve(issuer, await ensureServerIdentity(ca, certificates, [], systemClock));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const authority = `https://localhost:${(server.address() as AddressInfo).port}`;
  const settings = {
    authority,
    tenant: TENANT.id,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    publicClientId: PUBLIC_CLIENT_ID,
    user: USER.userPrincipalName,
  };
  const script = fileURLToPath(new URL('azure-identity-client.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(settings)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile },
    timeout: 60_000,
  });
  results = JSON.parse(stdout) as Record<string, Result>;
}, 90_000);

afterAll(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

describe('the Azure clients, unmodified, over https', () => {
  const callerOf = async (flow: string) => {
    expect(results[flow]?.error).toBeUndefined();
    return verifier.verify(`Bearer ${results[flow]?.token}`);
  };

  it.each(['identityClientSecret', 'msalClientSecret'])('get an application token: %s', async (flow) => {
    expect(await callerOf(flow)).toMatchObject({
      tenantId: TENANT.id,
      kind: 'application',
      appId: CLIENT.id,
      permissions: new Set(CLIENT.roles),
    });
  });

  it.each(['identityDeviceCode', 'identityDeviceCodeUnderCommon', 'msalDeviceCodeAndRefresh'])(
    'sign a user in by device code: %s',
    async (flow) => {
      expect(await callerOf(flow)).toMatchObject({
        tenantId: TENANT.id,
        kind: 'delegated',
        appId: PUBLIC_CLIENT_ID,
        userId: USER.id,
        userPrincipalName: USER.userPrincipalName,
        directoryRoles: USER.directoryRoles,
      });
    },
  );

  it('grant what was asked for', async () => {
    expect((await callerOf('identityDeviceCode')).permissions).toEqual(new Set([...CLIENT.scopes, 'openid', 'profile']));
    expect((await callerOf('msalDeviceCodeAndRefresh')).permissions).toEqual(
      new Set(['DeviceManagementConfiguration.Read.All', 'openid', 'profile']),
    );
  });

  it('find a token again in their cache, and replace it by the refresh token', () => {
    expect(results.identityDeviceCode?.cached).toBe(true);
    expect(results.msalDeviceCodeAndRefresh).toMatchObject({ replaced: true, username: USER.userPrincipalName });
  });

  it('say what was wrong', () => {
    expect(results.identityWrongSecret?.failure).toContain('AADSTS7000215');
    expect(results.msalDeclined?.failure).toContain('authorization_declined');
  });
});
