import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config.js';
import { mintToken, openImport, type Running, start } from '../../main.js';
import type { Composition, ImportTarget, Terminal } from '../composition.js';
import { runCli } from '../main.js';

const root = mkdtempSync(join(tmpdir(), 'muster-import-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let data = '';
beforeEach(() => {
  data = mkdtempSync(join(root, 'data-'));
});

interface Setting {
  readonly input?: string;
  readonly target?: ImportTarget;
  readonly interactive?: boolean;
  readonly environment?: Record<string, string>;
  /** Signal that comes once the target has been sent so many chunks. */
  readonly signalAfter?: number;
}

async function run(args: readonly string[], { input = '', target, interactive = false, environment = {}, signalAfter }: Setting = {}) {
  const seen = { out: '', error: '', chunks: 0 };
  let signal: (name: string) => void = () => undefined;
  let now = 0;
  const composition: Composition = {
    serve: () => Promise.reject(new Error('no server here')),
    mintToken,
    demoClient: async () => undefined,
    listTenants: async () => [],
    openTenants: () => Promise.reject(new Error('no tenants here')),
    runningServer: async () => undefined,
    ensureCa: () => Promise.reject(new Error('no certificate here')),
    async openImport(config, tenant) {
      const opened = target ?? (await openImport(config, tenant));
      return {
        ...opened,
        async send(lines, keepGoing) {
          now += 1000;
          seen.chunks += 1;
          if (seen.chunks === signalAfter) signal('SIGINT');
          return await opened.send(lines, keepGoing);
        },
      };
    },
  };
  const terminal: Terminal = {
    environment,
    workingDirectory: root,
    platform: 'linux',
    version: '1.2.3',
    out: (text) => {
      seen.out += text;
    },
    error: (text) => {
      seen.error += text;
    },
    interactive,
    send: async (text) => {
      seen.out += text;
    },
    outInteractive: false,
    columns: undefined,
    confirm: async () => undefined,
    input: () => Readable.from([Buffer.from(input)]),
    now: () => now,
    onSignal: (listener) => {
      signal = listener;
    },
    exit: () => undefined,
  };
  const code = await runCli(['import', ...args], composition, terminal);
  return { code, ...seen };
}

const id = (n: number) => `5f8d2c1e-9a4b-4c3d-8e7f-${n.toString(16).padStart(12, '0')}`;
const user = (n: number, more: object = {}) =>
  JSON.stringify({
    '@odata.type': '#microsoft.graph.user',
    id: id(n),
    accountEnabled: true,
    displayName: `User ${n}`,
    mailNickname: `user${n}`,
    userPrincipalName: `user${n}@import.example`,
    ...more,
  });
const group = (n: number) =>
  JSON.stringify({
    '@odata.type': '#microsoft.graph.group',
    id: id(n),
    displayName: `G${n}`,
    mailNickname: `g${n}`,
    mailEnabled: false,
    securityEnabled: true,
  });
const GOOD = `${user(1)}\n${group(2)}\n${JSON.stringify({ group: id(2), member: id(1), memberType: 'user' })}\n`;
const into = () => ['--tenant', 'empty', '--data', data];

function file(text: string): string {
  const path = join(data, 'objects.ndjson');
  writeFileSync(path, text);
  return path;
}

describe('muster import into a data directory', () => {
  it('imports a file, and the same again', async () => {
    const path = file(GOOD);
    for (let time = 0; time < 2; time++) {
      const { code, out, error } = await run([path, ...into(), '--json']);
      expect(error).toBe('');
      expect(JSON.parse(out)).toMatchObject({ imported: 3, types: { user: 1, group: 1, member: 1 }, rejected: [], complete: true });
      expect(code).toBe(0);
    }
  });

  it('imports standard input', async () => {
    const { code, out } = await run(['-', ...into()], { input: GOOD });
    expect(out).toMatch(/^Imported 3 objects into tenant empty in .*\. user 1, group 1, member 1\.\n$/);
    expect(code).toBe(0);
  });

  it('stops at a bad line and says what is written', async () => {
    const lines = [...Array.from({ length: 1000 }, (_, n) => user(n)), user(1000), user(2000, { colour: 1 }), user(3000)];
    const { code, out, error } = await run([file(lines.join('\n')), ...into(), '--json']);
    expect(error).toMatch(/^muster: line 1002: .*colour/);
    expect(error).toContain('nothing of its chunk, lines 1001 to 1003, has been imported. Imported is everything up to line 1000.');
    expect(JSON.parse(out)).toMatchObject({ imported: 1000, complete: false, line: 1000 });
    expect(code).toBe(1);
  });

  it('leaves bad lines out with --keep-going', async () => {
    const { code, out, error } = await run(['-', ...into(), '--keep-going', '--json'], { input: `${user(1)}\n{\n${user(2)}` });
    expect(error).toMatch(/^muster: line 2: This is not JSON: column/);
    expect(JSON.parse(out)).toMatchObject({ imported: 2, rejectedCount: 1, complete: true });
    expect(code).toBe(1);
  });

  it.each([
    ['a file that is not there', () => ['none.ndjson', ...into()], /cannot be read \(ENOENT\)/],
    ['a folder without an export', () => [mkdtempSync(join(root, 'nothing-')), ...into()], /holds nothing that can be imported/],
    ['no tenant', () => ['-', '--data', data], /--tenant is missing/],
    ['an unknown tenant', () => ['-', '--tenant', 'nowhere', '--data', data], /Known are/],
    ['a token without a server', () => ['-', ...into(), '--token', 'x'], /--token goes with --url/],
    ['a server without a token', () => ['-', '--url', 'http://127.0.0.1:1'], /--url needs --token/],
    ['an address that is none', () => ['-', '--url', 'localhost:80', '--token', 'x'], /is not an address such as/],
    ['both', () => ['-', '--url', 'http://127.0.0.1:1', '--token', 'x', '--data', data], /exclude each other/],
    ['no file', () => into(), /missing required argument 'file'/],
  ])('refuses %s', async (_, args, message) => {
    const { code, error } = await run(args());
    expect(error).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('progress', () => {
  const target: ImportTarget = {
    name: 'a test',
    send: async (lines) => ({ imported: { user: lines.length }, rejected: [] }),
    close: async () => undefined,
  };
  const many = `${user(1)}\n`.repeat(8000);

  it('is a plain line every few seconds', async () => {
    const { error } = await run([file(many), ...into()], { target });
    expect(error).toBe('37%, 3,000 objects, 1,000/s, 5.0 s left\n75%, 6,000 objects, 1,000/s, 2.0 s left\n');
  });

  it('is a bar on a terminal, and goes at the end', async () => {
    const { error } = await run([file(many), ...into()], { target, interactive: true });
    expect(error).toContain('[############------------] 50%, 4,000 objects, 1,000/s, 4.0 s left');
    expect(error.endsWith('\r\x1b[2K')).toBe(true);
  });

  it('is off with --quiet', async () => {
    expect((await run([file(many), ...into(), '--quiet'], { target })).error).toBe('');
  });

  it('ends between chunks at Ctrl-C and says how far it came', async () => {
    const { code, chunks, error } = await run([file(many), ...into(), '--quiet'], { target, signalAfter: 2 });
    expect(chunks).toBe(2);
    expect(error).toContain('Stopped by a signal. Imported is everything up to line 2000.');
    expect(code).toBe(1);
  });
});

describe('muster import through a running server', () => {
  let server: Running | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function serve(): Promise<readonly string[]> {
    const flags = { data, http: '127.0.0.1:0', https: 'off', tenants: 'empty', log: 'silent' };
    const { config } = await loadConfig({ flags, environment: {}, workingDirectory: root });
    server = await start(config);
    const request = { tenant: 'empty', roles: undefined, scopes: undefined, user: undefined, app: undefined, lifetimeMillis: 60_000 };
    const { token } = await mintToken(config, request);
    return ['--url', server.http ?? '', '--token', token];
  }

  it('posts the chunks and counts lines as the file does', async () => {
    const through = await serve();
    expect(await run(['-', ...through, '--json'], { input: GOOD })).toMatchObject({
      code: 0,
      out: expect.stringContaining('"imported":3'),
    });
    const bad = await run(['-', ...through], { input: `\n\n${GOOD}\n${user(9, { colour: 1 })}\n` });
    expect(bad.error).toMatch(/^muster: line 7: .*colour/);
    const kept = await run(['-', ...through, '--keep-going'], { input: `\n\n{\n${GOOD}` });
    expect(kept).toMatchObject({ code: 1, out: expect.stringMatching(/^Imported 3 objects/) });
    expect(kept.error).toMatch(/^muster: line 3: /);
  });

  it('says to use --url when the data directory is in use', async () => {
    await serve();
    const { code, error } = await run(['-', ...into()], { input: GOOD });
    expect(error).toMatch(/in use by .*--url/);
    expect(code).toBe(1);
  });

  it('says why a server refuses, and that there is none', async () => {
    const [, url = ''] = await serve();
    const refused = await run(['-', '--url', url, '--token', 'a.b.c'], { input: GOOD });
    expect(refused.error).toMatch(/answers 401/);
    await server?.close();
    const gone = await run(['-', '--url', url], { input: GOOD, environment: { MUSTER_TOKEN: 'a.b.c' } });
    expect(gone.error).toMatch(/cannot be reached/);
    expect([refused.code, gone.code]).toEqual([1, 1]);
  });
});
