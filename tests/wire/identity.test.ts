/** From credential to change: @azure/identity gets its tokens from the running server, the Graph client spends them there. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docsTenantPaths } from '../../src/app/tenants/docs.js';
import { startMuster, type WireServer } from './server.js';

/** A first-party public client that Muster knows: the Azure command line's. */
const PUBLIC_CLIENT_ID = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
const PATH = docsTenantPaths[0]?.path ?? '';

interface Outcome {
  readonly intent?: string;
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
}

let server: WireServer;
let outcomes: Readonly<Record<'application' | 'administrator' | 'withoutRole' | 'wrongSecret', Outcome>>;

beforeAll(async () => {
  server = await startMuster('sqlite', 'docs');
  const settings = {
    origin: server.localhost,
    tenant: server.tenant('docs'),
    client: server.client,
    publicClientId: PUBLIC_CLIENT_ID,
    users: { administrator: 'admin@contoso-docs.example', withoutRole: 'reader@contoso-docs.example' },
    path: PATH.replace('/beta', ''),
  };
  const program = fileURLToPath(new URL('identity-client.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(settings)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: server.ca },
    timeout: 50_000,
  });
  outcomes = JSON.parse(stdout);
});
afterAll(() => server?.close());

describe('@azure/identity and the Graph client, unmodified, over https', () => {
  it('an application changes an assignment by its client secret', () => {
    expect(outcomes.application).toEqual({ intent: 'remove' });
  });

  it('an administrator who signed in by device code changes it back', async () => {
    expect(outcomes.administrator).toEqual({ intent: 'apply' });
    expect((await server.call('GET', PATH)).body.intent).toBe('apply');
  });

  it('a user without an Intune role is refused as the service refuses', () => {
    expect(outcomes.withoutRole).toMatchObject({ statusCode: 401, code: 'UnknownError' });
    const envelope = JSON.parse(outcomes.withoutRole.message ?? '');
    expect(envelope).toMatchObject({ ErrorCode: 'Forbidden' });
    expect(JSON.parse(envelope.Message)).toMatchObject({ _version: 3, Message: expect.stringMatching(/^Forbidden - Operation ID/) });
  });

  it('a wrong secret gets no token', () => {
    expect(outcomes.wrongSecret.message).toContain('AADSTS7000215');
  });
});
