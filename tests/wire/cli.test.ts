/** The program as a stranger runs it: what it prints, the tokens it makes, and the lines it offers to paste. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docsTenantPaths } from '../../src/app/tenants/docs.js';
import { type MusterProgram, musterProgram, type Ready, type RunningProgram, readyLine, run } from './program.js';

const PATH = docsTenantPaths[0]?.path ?? '';
const WRITE = 'DeviceManagementConfiguration.ReadWrite.All';
const READ = 'DeviceManagementConfiguration.Read.All';

let muster: MusterProgram;
let directory: string;
let server: RunningProgram;
let ready: Ready;

beforeAll(async () => {
  muster = musterProgram();
  directory = mkdtempSync(join(tmpdir(), 'muster-cli-'));
  const listeners = ['--http', '127.0.0.1:0', '--https', '127.0.0.1:0'];
  server = run(muster, directory, ['serve', '--json', '--memory', ...listeners, '--tenants', 'demo,docs,empty']);
  ready = await readyLine(server);
});

afterAll(async () => {
  server?.signal('SIGKILL');
  await server?.finished;
  muster?.dispose();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

const command = (...args: string[]) => run(muster, directory, args).finished;

describe('muster serve --json', () => {
  it('tells what other programs need, in one line', () => {
    expect(ready).toEqual({
      ready: true,
      http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/),
      https: expect.stringMatching(/^https:\/\/127\.0\.0\.1:[1-9]\d*$/),
      tenants: ['demo', 'docs', 'empty'].map((name) => ({ name, id: expect.stringMatching(/^[-0-9a-f]{36}$/) })),
      client: { id: expect.stringMatching(/^[-0-9a-f]{36}$/), secret: expect.stringMatching(/^\S{20,}$/) },
      data: expect.any(String),
      ca: expect.any(String),
    });
  });

  it('the client holds every permission in every tenant', async () => {
    for (const { id, name } of ready.tenants) {
      const form = {
        grant_type: 'client_credentials',
        client_id: ready.client.id,
        client_secret: ready.client.secret,
        scope: 'https://graph.microsoft.com/.default',
      };
      const answer = await fetch(`${ready.http}/${id}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) });
      expect([name, answer.status]).toEqual([name, 200]);
      const { access_token: token } = (await answer.json()) as { access_token: string };
      for (const path of ['deviceManagement/deviceConfigurations', 'deviceManagement/managedDevices', 'users', 'groups']) {
        const list = await fetch(`${ready.http}/beta/${path}?$top=1`, { headers: { authorization: `Bearer ${token}` } });
        expect([name, path, list.status]).toEqual([name, path, 200]);
      }
    }
  });
});

describe('muster token', () => {
  const call = async (token: string, method: string) => {
    const answer = await fetch(`${ready.http}${PATH}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: method === 'GET' ? null : '{}',
    });
    return [answer.status, ((await answer.json()) as { error?: { code: string } }).error?.code];
  };

  it.each<[string, string[], unknown[], unknown[]]>([
    ['every application permission', [], [200, undefined], [200, undefined]],
    ['a permission to read', ['--roles', READ], [200, undefined], [403, 'Forbidden']],
    ['two permissions', ['--roles', `${READ},${WRITE}`], [200, undefined], [200, undefined]],
    ['a scope of the administrator', ['--scopes', WRITE], [200, undefined], [200, undefined]],
    ['a scope of a named administrator', ['--scopes', WRITE, '--user', 'admin@contoso-docs.example'], [200, undefined], [200, undefined]],
    [
      'a scope of somebody without role',
      ['--scopes', WRITE, '--user', 'reader@contoso-docs.example'],
      [401, 'UnknownError'],
      [401, 'UnknownError'],
    ],
    ['another client', ['--app', '00000000-aaaa-4000-8000-000000000000'], [200, undefined], [200, undefined]],
    ['an hour that has passed', ['--expires', '-1h'], [401, 'InvalidAuthenticationToken'], [401, 'InvalidAuthenticationToken']],
  ])('with %s', async (_what, args, reads, writes) => {
    const { code, stdout, stderr } = await command('token', '--tenant', 'docs', ...args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^[-\w]+\.[-\w]+\.[-\w]+\n$/);
    expect(await call(stdout.trim(), 'GET')).toEqual(reads);
    expect(await call(stdout.trim(), 'PATCH')).toEqual(writes);
  });

  it.each([
    ['an unknown tenant', ['--tenant', 'nope'], /--tenant 'nope' is unknown\. Known are demo, docs, empty/],
    ['no tenant', [], /--tenant/],
    ['both kinds of permission', ['--tenant', 'docs', '--roles', READ, '--scopes', READ], /give one of them/],
    ['a duration that is none', ['--tenant', 'docs', '--expires', 'soon'], /'soon' is not a duration/],
    ['an unknown flag', ['--tenant', 'docs', '--role', READ], /--role/],
  ])('refuses %s with one clear line', async (_what, args, message) => {
    const { code, stdout, stderr } = await command('token', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('muster ca', () => {
  it('prints the certificate that makes the https listener trusted', async () => {
    const { code, stdout } = await command('ca');
    expect([code, stdout]).toEqual([0, `${ready.ca}\n`]);
    expect(isAbsolute(stdout.trim())).toBe(true);
    const ca = readFileSync(stdout.trim());
    for (const host of ['localhost', '127.0.0.1']) {
      const status = await new Promise((done, fail) => {
        get(`https://${host}:${new URL(ready.https ?? '').port}/healthz`, { ca, agent: false }, (answer) =>
          done(answer.resume().statusCode),
        ).on('error', fail);
      });
      expect(status).toBe(200);
    }
  });
});

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('the first minute', () => {
  it.skipIf(!has('bash') || !has('curl')).each([
    ['http', ['--http', '127.0.0.1:0', '--https', 'off']],
    ['https', ['--http', 'off', '--https', '127.0.0.1:0']],
  ])('the three lines to paste work over %s', async (scheme, listeners) => {
    const started = run(muster, directory, ['serve', '--memory', ...listeners]);
    try {
      const message = await started.printed(/TOKEN=(?:.*\n){3}/);
      expect(message).toContain(`Muster is ready: ${scheme}://127.0.0.1:`);
      const lines = message.slice(message.indexOf('TOKEN=')).split('\n').slice(0, 3);
      const { stdout } = await promisify(execFile)('bash', ['-c', lines.join('\n')], { cwd: directory });
      const answers = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(answers).toHaveLength(2);
      expect(answers[0]).toMatchObject({ intent: 'remove', id: expect.any(String), target: expect.any(Object) });
      expect(answers[1]).toMatchObject({ id: answers[0].id, intent: 'remove' });
    } finally {
      started.signal(process.platform === 'win32' ? 'SIGKILL' : 'SIGTERM');
    }
    if (process.platform !== 'win32') expect((await started.finished).code).toBe(0);
  });

  it.each([
    ['a port that is none', ['--http', '127.0.0.1:99999'], 2, /--http '127\.0\.0\.1:99999' has a port over 65535/],
    ['nothing to listen on', ['--http', 'off', '--https', 'off'], 2, /nothing to listen on/],
    ['another machine', ['--http', '0.0.0.0:0'], 2, /loopback/],
    ['an unknown tenant', ['--tenants', 'dmeo'], 2, /Did you mean demo\?/],
    ['an unknown flag', ['--jason'], 2, /--jason/],
  ])('refuses %s with one clear line', async (_what, args, expected, message) => {
    const { code, stdout, stderr } = await command('serve', '--memory', ...args);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

it.skipIf(process.platform === 'win32')('serve --json prints nothing after its line, and ends well when asked', async () => {
  const again = run(muster, directory, ['serve', '--json', '--memory', '--http', '127.0.0.1:0', '--https', 'off', '--tenants', 'empty']);
  await readyLine(again);
  again.signal('SIGTERM');
  const { code, stdout, stderr } = await again.finished;
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.split('\n')).toEqual([expect.stringMatching(/^\{"ready":true/), '']);
});
