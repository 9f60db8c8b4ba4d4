import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { type Config, ConfigError } from '../config.js';
import type { Composition, Running, Terminal, TokenRequest } from './composition.js';
import { runCli } from './main.js';

const directory = mkdtempSync(join(tmpdir(), 'muster-cli-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const running: Running = {
  http: 'http://127.0.0.1:1234',
  https: 'https://127.0.0.1:1235',
  tenants: [
    { name: 'demo', id: 'd-1' },
    { name: 'docs', id: 'd-2' },
  ],
  client: { id: 'client', secret: 'secret' },
  caCertificate: '/data/ca.pem',
  example: { tenantId: 'd-1', path: '/beta/deviceManagement/deviceConfigurations/c/assignments/a', intent: 'remove' },
  notes: [],
  close: async () => undefined,
};

interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  readonly configs: readonly Config[];
  readonly requests: readonly TokenRequest[];
  readonly closed: number;
  readonly exits: readonly number[];
}

interface Setting {
  readonly server?: Partial<Running>;
  /** Times in milliseconds at which signals arrive, in turn, once the server runs. */
  readonly signals?: readonly number[];
  /** Whether closing takes until the process is made to exit. */
  readonly waits?: boolean;
  readonly platform?: NodeJS.Platform;
  readonly fails?: Error;
  readonly environment?: Record<string, string>;
}

/** Runs a command line against a composition that only notes what it is asked. */
async function run(
  args: readonly string[],
  { server = {}, signals = [0], waits = false, platform = 'linux', fails, environment = {} }: Setting = {},
): Promise<Run> {
  const seen = { out: '', error: '', configs: [] as Config[], requests: [] as TokenRequest[], closed: 0, exits: [] as number[] };
  let signal: (name: string) => void = () => undefined;
  let now = 0;
  let exited: () => void = () => undefined;
  const exit = new Promise<void>((done) => {
    exited = done;
  });
  const composition: Composition = {
    async serve(config) {
      if (fails !== undefined) throw fails;
      seen.configs.push(config);
      setImmediate(() => {
        for (now of signals) signal('SIGINT');
      });
      return {
        ...running,
        async close() {
          seen.closed += 1;
          if (waits) await exit;
        },
        ...server,
      };
    },
    async mintToken(config, request) {
      seen.configs.push(config);
      seen.requests.push(request);
      return { token: 'a.b.c', notes: ['a note'] };
    },
    demoClient: async () => undefined,
    openImport: () => Promise.reject(new ConfigError('no import here')),
    listTenants: async () => [],
    openTenants: () => Promise.reject(new ConfigError('no tenants here')),
    runningServer: async () => undefined,
    async ensureCa(config) {
      seen.configs.push(config);
      return '/data/ca.pem';
    },
  };
  const terminal: Terminal = {
    environment,
    workingDirectory: directory,
    platform,
    version: '1.2.3',
    out: (text) => {
      seen.out += text;
    },
    error: (text) => {
      seen.error += text;
    },
    send: async (text) => {
      seen.out += text;
    },
    interactive: false,
    outInteractive: false,
    columns: undefined,
    confirm: async () => undefined,
    input: () => Readable.from([]),
    now: () => now,
    onSignal: (listener) => {
      signal = listener;
    },
    exit: (code) => {
      seen.exits.push(code);
      exited();
    },
  };
  const code = await runCli(args, composition, terminal);
  return { code, ...seen };
}

describe('muster serve', () => {
  it('turns flags into a configuration', async () => {
    const { configs, code } = await run(
      'serve --http 127.0.0.1:0 --https off --data state --memory --tenants empty --issuer https://i.example --audience a,b --loose --throttle service --wire observed --cors https://a.example --cloud china --host-true --log info --shutdown 1s'.split(
        ' ',
      ),
    );
    expect(code).toBe(0);
    expect(configs[0]).toEqual({
      http: { host: '127.0.0.1', port: 0 },
      https: undefined,
      data: join(directory, 'state'),
      memory: true,
      tenants: [{ name: 'empty', id: undefined }],
      issuer: 'https://i.example',
      audience: ['a', 'b'],
      tls: undefined,
      json: false,
      log: 'info',
      loose: true,
      throttle: 'service',
      wire: 'observed',
      cors: ['https://a.example'],
      cloud: 'china',
      hostTrue: true,
      shutdownMillis: 1000,
    } satisfies Config);
  });

  it('takes the certificate of --tls-cert and --tls-key', async () => {
    const { configs } = await run(['serve', '--tls-cert', 'c.pem', '--tls-key', 'k.pem']);
    expect(configs[0]?.tls).toEqual({ cert: join(directory, 'c.pem'), key: join(directory, 'k.pem') });
  });

  it('with --json prints exactly one line, from which a program can go on', async () => {
    const { out, error } = await run(['serve', '--json']);
    expect(out.endsWith('}\n')).toBe(true);
    expect(out.trimEnd()).not.toContain('\n');
    expect(JSON.parse(out)).toMatchObject({
      ready: true,
      http: 'http://127.0.0.1:1234',
      https: 'https://127.0.0.1:1235',
      tenants: [
        { name: 'demo', id: 'd-1' },
        { name: 'docs', id: 'd-2' },
      ],
      client: { id: 'client', secret: 'secret' },
      ca: '/data/ca.pem',
    });
    expect(error).toBe('');
  });

  it('with --json says null for what is off', async () => {
    const { out } = await run(['serve', '--json'], { server: { https: undefined, client: undefined, caCertificate: undefined } });
    expect(JSON.parse(out)).toMatchObject({ https: null, client: null, ca: null });
  });

  it('prints addresses, tenants, the client and three lines to paste', async () => {
    const { out } = await run(['serve']);
    expect(out).toMatch(/^Muster is ready: http:\/\/127\.0\.0\.1:1234 and https:\/\/127\.0\.0\.1:1235\n/);
    for (const text of ['demo  d-1', 'docs  d-2', 'client', 'secret', '/data/ca.pem', join(directory, '.muster')])
      expect(out).toContain(text);
    const lines = out.split('\n').filter((line) => /^(TOKEN=|curl )/.test(line));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("'http://127.0.0.1:1234/d-1/oauth2/v2.0/token'");
    expect(lines[1]).toContain(`-X PATCH`);
    expect(lines[1]).toContain(
      `-d '{"intent":"remove"}' 'http://127.0.0.1:1234/beta/deviceManagement/deviceConfigurations/c/assignments/a'`,
    );
    expect(lines[2]).toContain('-H "Authorization: Bearer $TOKEN" \'http://127.0.0.1:1234/beta/');
  });

  it('prints lines for https when http is off, for PowerShell on Windows, none without a client', async () => {
    const secure = await run(['serve'], { server: { http: undefined } });
    expect(secure.out).toContain("--cacert '/data/ca.pem'");
    expect(secure.out).toContain("'https://127.0.0.1:1235/d-1/oauth2/v2.0/token'");
    const windows = await run(['serve'], { platform: 'win32' });
    expect(windows.out.match(/Invoke-RestMethod/g)).toHaveLength(3);
    const external = await run(['serve', '--issuer', 'https://i.example'], { server: { client: undefined } });
    expect(external.out).not.toContain('curl');
    expect(external.out).toContain('from https://i.example');
  });

  it('closes at the first signal, and takes its echo within a moment for the same', async () => {
    const { code, closed, exits } = await run(['serve', '--json'], { signals: [0, 100] });
    expect({ code, closed, exits }).toEqual({ code: 0, closed: 1, exits: [] });
  });

  it('ends at once at a second signal', async () => {
    const { exits } = await run(['serve', '--json'], { signals: [0, 600], waits: true });
    expect(exits).toEqual([1]);
  });

  it('prints the notes of the start on standard error', async () => {
    const { error } = await run(['serve', '--json'], { server: { notes: ['first', 'second'] } });
    expect(error).toBe('muster: first\nmuster: second\n');
  });

  it('reads the environment and warns of slips', async () => {
    const { configs, error } = await run(['serve', '--json'], { environment: { MUSTER_LOG: 'debug', MUSTER_HTTPX: 'x' } });
    expect(configs[0]?.log).toBe('debug');
    expect(error).toContain('MUSTER_HTTPX is ignored');
  });
});

describe('muster token', () => {
  it.each<[string, Partial<TokenRequest>]>([
    ['', { tenant: 'demo', roles: undefined, scopes: undefined, user: undefined, app: undefined, lifetimeMillis: 3_600_000 }],
    ['--roles A,B', { roles: ['A', 'B'], scopes: undefined }],
    ['--scopes A --user ada@demo.example', { scopes: ['A'], user: 'ada@demo.example' }],
    ['--app 1 --expires 30s', { app: '1', lifetimeMillis: 30_000 }],
    ['--expires -1h', { lifetimeMillis: -3_600_000 }],
    ['--expires=-2d', { lifetimeMillis: -172_800_000 }],
  ])('%s', async (args, request) => {
    const { code, out, error, requests } = await run(['token', '--tenant', 'demo', ...args.split(' ').filter((arg) => arg !== '')]);
    expect({ code, out, error }).toEqual({ code: 0, out: 'a.b.c\n', error: 'muster: a note\n' });
    expect(requests[0]).toMatchObject(request);
  });
});

it('muster ca prints the path alone', async () => {
  const { code, out, configs } = await run(['ca', '--data', 'state']);
  expect({ code, out }).toEqual({ code: 0, out: '/data/ca.pem\n' });
  expect(configs[0]?.data).toBe(join(directory, 'state'));
});

describe('help and version go to standard output', () => {
  it.each([
    [['--help'], 'muster token --tenant demo'],
    [['help', 'token'], '--expires <duration>'],
    [['serve', '--help'], '--issuer <url>'],
    [['--version'], '1.2.3'],
  ])('%j', async (args, text) => {
    const { code, out, error } = await run(args);
    expect(code).toBe(0);
    expect(out).toContain(text);
    expect(error).toBe('');
  });
});

describe('a wrong command line ends with code 2 and a message', () => {
  it.each([
    [[], 'Usage: muster'],
    [['sevre'], "muster: unknown command 'sevre'\n(Did you mean serve?)"],
    [['serve', '--htpp', 'x'], "muster: unknown option '--htpp'\n(Did you mean --http?)"],
    [['serve', '--http'], "muster: option '--http <host:port>' argument missing"],
    [['serve', 'now'], 'muster: too many arguments'],
    [['serve', '--http', '80'], "muster: --http '80' is not HOST:PORT or off"],
    [['serve', '--http', '0.0.0.0:0'], 'muster: --http 0.0.0.0: the embedded issuer listens on loopback alone'],
    [['token'], "muster: required option '--tenant <name-or-id>' not specified"],
    [['token', '--tenant', 'demo', '--roles', 'A', '--scopes', 'B'], 'give one of them'],
    [['token', '--tenant', 'demo', '--user', 'ada'], '--user needs --scopes'],
    [['token', '--tenant', 'demo', '--expires', 'soon'], "--expires 'soon' is not a duration such as 30s"],
    [['ca', '--config', 'absent.yaml'], "--config 'absent.yaml': there is no such file."],
  ])('%j', async (args, message) => {
    const { code, out, error } = await run(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(error).toContain(message);
  });
});

describe('a start that fails', () => {
  const named = (name: string) => Object.assign(new Error('what to do'), { name });
  it.each([
    ['ConfigError', new ConfigError('what to do'), 2],
    ['ListenError', named('ListenError'), 1],
    ['StorageError', named('StorageError'), 1],
    ['OpenIdTrustError', named('OpenIdTrustError'), 1],
  ])('%s: one line', async (_name, fails, expected) => {
    const { code, error, out } = await run(['serve'], { fails });
    expect({ code, error, out }).toEqual({ code: expected, error: 'muster: what to do\n', out: '' });
  });

  it('of a defect: code 1 with the stack', async () => {
    const { code, error } = await run(['serve'], { fails: new TypeError('broken') });
    expect(code).toBe(1);
    expect(error).toMatch(/^muster: TypeError: broken\n +at /);
  });
});
