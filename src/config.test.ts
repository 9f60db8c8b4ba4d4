import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { parseDuration } from './config/words.js';
import { type Config, ConfigError, isLoopback, loadConfig } from './config.js';

const root = mkdtempSync(join(tmpdir(), 'muster-config-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let directory = root;
beforeEach(() => {
  directory = mkdtempSync(join(root, 'case-'));
});

interface Given {
  readonly flags?: Record<string, unknown>;
  readonly environment?: Record<string, string>;
  /** Files of the working directory by name. */
  readonly files?: Record<string, string>;
}

function load({ flags = {}, environment = {}, files = {} }: Given = {}) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return loadConfig({ flags, environment, workingDirectory: directory });
}

const GUID = '6f9a2c10-7d35-4a5e-9b1c-2f8e4d6a7b90';

describe('a configuration', () => {
  it('without any setting', async () => {
    const { config, warnings } = await load();
    expect(config).toEqual({
      http: { host: '127.0.0.1', port: 8080 },
      https: { host: '127.0.0.1', port: 8443 },
      data: resolve(directory, '.muster'),
      memory: false,
      tenants: [
        { name: 'demo', id: undefined },
        { name: 'docs', id: undefined },
      ],
      issuer: 'embedded',
      audience: [],
      tls: undefined,
      json: false,
      log: 'warn',
      loose: false,
      throttle: 'off',
      wire: 'documented',
      cors: [],
      cloud: 'global',
      hostTrue: false,
      shutdownMillis: 10_000,
    } satisfies Config);
    expect(warnings).toEqual([]);
  });

  it.each<[string, Given, Partial<Config>]>([
    ['a free port', { flags: { http: '127.0.0.1:0' } }, { http: { host: '127.0.0.1', port: 0 } }],
    ['localhost', { flags: { http: 'LocalHost:0' } }, { http: { host: 'localhost', port: 0 } }],
    ['IPv6', { flags: { https: '[::1]:0' } }, { https: { host: '::1', port: 0 } }],
    ['a listener off', { flags: { https: 'off' } }, { https: undefined }],
    ['off in YAML', { files: { 'muster.yaml': 'https: off' } }, { https: undefined }],
    ['false in JSON', { files: { 'muster.json': '{"https": false}' } }, { https: undefined }],
    ['a flag without a value', { flags: { memory: true, json: true, loose: true } }, { memory: true, json: true, loose: true }],
    ['a switch in the environment', { environment: { MUSTER_MEMORY: '1', MUSTER_LOOSE: 'no' } }, { memory: true, loose: false }],
    ['tenants', { flags: { tenants: 'empty, demo' } }, { tenants: [tenant('empty'), tenant('demo')] }],
    ['bound tenants', { flags: { tenants: `demo=${GUID.toUpperCase()}` } }, { tenants: [tenant('demo', GUID)] }],
    ['a list of tenants', { files: { 'muster.yaml': 'tenants: [docs]' } }, { tenants: [tenant('docs')] }],
    ['an issuer', { flags: { issuer: 'https://login.example.com/t/v2.0' } }, { issuer: 'https://login.example.com/t/v2.0' }],
    [
      'an issuer, and other machines',
      { flags: { issuer: 'https://login.example.com', http: '0.0.0.0:80' } },
      { http: { host: '0.0.0.0', port: 80 } },
    ],
    ['audiences', { flags: { audience: 'api://a,api://b' } }, { audience: ['api://a', 'api://b'] }],
    ['limits', { environment: { MUSTER_THROTTLE: 'service' } }, { throttle: 'service' }],
    [
      'origins',
      { flags: { cors: 'https://Portal.example, http://localhost:5173/' } },
      { cors: ['https://portal.example', 'http://localhost:5173'] },
    ],
    ['every origin', { environment: { MUSTER_CORS: '*' } }, { cors: '*' }],
    ['a cloud', { files: { 'muster.yaml': 'cloud: USGov-L4\nhostTrue: true' } }, { cloud: 'usgov-l4', hostTrue: true }],
    ['limits without a word', { flags: { throttle: 'service-no-retry-after' } }, { throttle: 'service-no-retry-after' }],
    ['a wire profile', { files: { 'muster.yaml': 'wire: Observed' } }, { wire: 'observed' }],
    ['a log level', { environment: { MUSTER_LOG: 'DEBUG' } }, { log: 'debug' }],
    ['a deadline', { flags: { shutdown: '1m' } }, { shutdownMillis: 60_000 }],
    ['an empty variable', { environment: { MUSTER_HTTP: '' } }, { http: { host: '127.0.0.1', port: 8080 } }],
    ['an empty file', { files: { 'muster.yaml': '# nothing\n' } }, { issuer: 'embedded' }],
    ['flags over environment', { flags: { log: 'error' }, environment: { MUSTER_LOG: 'info' } }, { log: 'error' }],
    ['environment over file', { environment: { MUSTER_LOG: 'info' }, files: { 'muster.json': '{"log": "debug"}' } }, { log: 'info' }],
    ['file over default', { files: { 'muster.json': '{"log": "debug"}' } }, { log: 'debug' }],
    ['a named file', { flags: { config: 'other.yml' }, files: { 'other.yml': 'log: info', 'muster.json': 'broken' } }, { log: 'info' }],
    [
      'a file named by the environment',
      { environment: { MUSTER_CONFIG: 'other.json' }, files: { 'other.json': '{"log":"info"}' } },
      { log: 'info' },
    ],
  ])('%s', async (_what, given, expected) => {
    expect((await load(given)).config).toMatchObject(expected);
  });

  it('counts relative paths from the working directory, and from the file that says them', async () => {
    const nested = mkdtempSync(join(directory, 'nested-'));
    writeFileSync(join(nested, 'settings.yaml'), 'data: state\ntlsCert: a.pem\ntlsKey: /keys/b.pem\n');
    const { config } = await load({ flags: { config: join(nested, 'settings.yaml') } });
    expect(config.data).toBe(join(nested, 'state'));
    expect(config.tls).toEqual({ cert: join(nested, 'a.pem'), key: resolve('/keys/b.pem') });
    expect((await load({ flags: { data: 'state' } })).config.data).toBe(join(directory, 'state'));
  });

  it.each([
    [{ MUSTER_HTTPP: 'x' }, ['The variable MUSTER_HTTPP is ignored. Did you mean MUSTER_HTTP?']],
    [{ MUSTER_TENANT: 'x' }, ['The variable MUSTER_TENANT is ignored. Did you mean MUSTER_TENANTS?']],
    [{ MUSTER_URL: 'x', MUSTER_SECURE_URL: 'x', MUSTER_TENANT_ID: 'x', MUSTER_CLIENT_ID: 'x', MUSTER_CLIENT_SECRET: 'x' }, []],
    [{ MUSTER_SERVICE_HOST: '10.0.0.1', MUSTER_PORT_8080_TCP_ADDR: '10.0.0.1' }, []],
  ])('warns of variables that look like slips: %j', async (environment, warnings) => {
    expect((await load({ environment: environment as Record<string, string> })).warnings).toEqual(warnings);
  });
});

describe('a mistake is one line that says what to do', () => {
  it.each<[Given, string]>([
    [{ flags: { http: '8080' } }, "--http '8080' is not HOST:PORT or off, for example 127.0.0.1:8080, localhost:0 or [::1]:0."],
    [{ flags: { http: '' } }, "--http '' is not HOST:PORT"],
    [{ flags: { http: '::1:8080' } }, "--http '::1:8080' is not HOST:PORT"],
    [{ flags: { http: '[localhost]:1' } }, "--http '[localhost]:1' is not HOST:PORT"],
    [{ flags: { https: '127.0.0.1:70000' } }, "--https '127.0.0.1:70000' has a port over 65535."],
    [{ flags: { https: 'a b:1' } }, 'has a host that is no name or address.'],
    [{ files: { 'muster.yaml': 'http: 8080' } }, "muster.yaml: http '8080' is not HOST:PORT"],
    [{ files: { 'muster.yaml': 'http: [1]' } }, "muster.yaml: http '[1]' is not HOST:PORT"],
    [{ flags: { http: 'off', https: 'off' } }, 'Both --http and --https are off: there is nothing to listen on.'],
    [{ flags: { http: '0.0.0.0:8080' } }, '--http 0.0.0.0: the embedded issuer listens on loopback alone.'],
    [{ flags: { https: '[::]:8443' } }, '--issuer https://login.microsoftonline.com/TENANT/v2.0'],
    [{ flags: { http: 'muster.example.com:80' } }, '--http muster.example.com: the embedded issuer'],
    [{ flags: { issuer: 'login.example.com' } }, "--issuer 'login.example.com' is not embedded or the https URL of an OpenID issuer"],
    [{ flags: { issuer: 'ftp://x' } }, "--issuer 'ftp://x' is not embedded"],
    [
      { environment: { MUSTER_TENANTS: 'demos' } },
      "MUSTER_TENANTS 'demos' names the unknown tenant 'demos'. Did you mean demo? Built in are",
    ],
    [{ flags: { tenants: 'contoso' } }, "names the unknown tenant 'contoso'. Built in are demo, docs, empty, unlicensed."],
    [
      { flags: { cors: 'portal.example' } },
      "--cors 'portal.example' names 'portal.example', which is no origin such as https://portal.example",
    ],
    [{ flags: { cors: 'https://portal.example/app' } }, 'which is no origin'],
    [{ flags: { cors: '*,https://portal.example' } }, "names '*', which is no origin"],
    [{ flags: { cors: 'null' } }, 'which is no origin'],
    [{ flags: { cloud: 'usgov' } }, "--cloud 'usgov' is not one of global, usgov-l4, usgov-l5, china"],
    [{ flags: { tenants: 'demo=1' } }, "binds demo to '1', which is no GUID."],
    [{ flags: { tenants: 'demo,demo' } }, 'names demo twice.'],
    [{ flags: { tenants: `demo=${GUID},docs=${GUID}` } }, `binds two tenants to ${GUID}.`],
    [{ flags: { tenants: ',' } }, 'names no tenant. Built in are demo, docs, empty, unlicensed.'],
    [{ flags: { throttle: 'on' } }, "--throttle 'on' is not one of off, service, service-no-retry-after."],
    [{ environment: { MUSTER_WIRE: 'observe' } }, "MUSTER_WIRE 'observe' is not one of documented, observed. Did you mean observed?"],
    [{ environment: { MUSTER_LOG: 'verbose' } }, "MUSTER_LOG 'verbose' is not one of silent, error, warn, info, debug."],
    [{ flags: { log: 'wran' } }, 'Did you mean warn?'],
    [{ environment: { MUSTER_MEMORY: 'maybe' } }, "MUSTER_MEMORY 'maybe' is not true or false."],
    [{ files: { 'muster.json': '{"memory": 3}' } }, "muster.json: memory '3' is not true or false."],
    [{ flags: { shutdown: '10' } }, "--shutdown '10' is not a duration such as 500ms, 10s or 1m."],
    [{ flags: { shutdown: '-1s' } }, "--shutdown '-1s' is not a duration"],
    [{ files: { 'muster.yaml': 'data: 3' } }, "muster.yaml: data '3' is not a text."],
    [{ flags: { data: ' ' } }, 'is empty; give a path.'],
    [{ flags: { tlsCert: 'a.pem' } }, '--tls-cert and --tls-key belong together: give --tls-key too.'],
    [{ flags: { tlsKey: 'a.pem' } }, 'give --tls-cert too.'],
    [{ files: { 'muster.yaml': 'tennants: demo' } }, "muster.yaml: the setting 'tennants' is unknown. Did you mean tenants?"],
    [{ files: { 'muster.yaml': 'colour: red' } }, "muster.yaml: the setting 'colour' is unknown."],
    [{ files: { 'muster.yaml': '- demo' } }, 'muster.yaml is not a mapping of settings'],
    [{ files: { 'muster.json': '{"http":' } }, 'muster.json is not valid JSON:'],
    [{ files: { 'muster.yaml': 'a: [' } }, 'muster.yaml is not valid YAML:'],
    [{ files: { 'muster.yaml': '', 'muster.json': '{}' } }, 'muster.json and muster.yaml are both here'],
    [{ flags: { config: 'absent.yaml' } }, "--config 'absent.yaml': there is no such file."],
    [{ environment: { MUSTER_CONFIG: 'absent.yaml' } }, "MUSTER_CONFIG 'absent.yaml': there is no such file."],
    [{ flags: { config: '.' } }, 'cannot be read:'],
  ])('%j', async (given, message) => {
    const error = await load(given).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('\n');
  });
});

it.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['15m', 900_000],
  ['1h', 3_600_000],
  ['2D', 172_800_000],
  ['1.5h', 5_400_000],
  ['-1h', -3_600_000],
  ['1', undefined],
  ['h', undefined],
  ['1w', undefined],
  ['', undefined],
])('the duration %j', (text, millis) => {
  expect(parseDuration(text)).toBe(millis);
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.2', false],
  ['127.example.com', false],
])('whether %s is a loopback: %s', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});

function tenant(name: string, id?: string) {
  return { name, id };
}
