/** `muster pull` of one Muster into another, through a network that is not kind. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../src/cli/graph/client.js';
import { readTenant } from '../../src/cli/graph/read-tenant.js';
import { type CommandSetting, runCommand } from '../support/command.js';
import { type ProxiedRequest, type Roughness, type RoughProxy, roughProxy } from '../support/rough-proxy.js';
import { startMuster, type WireServer } from './server.js';

let source: WireServer;
let everything: readonly string[];
let directory: string;
let proxy: RoughProxy | undefined;

async function linesOf(base: string, token: string): Promise<readonly string[]> {
  const client = createClient({ base: new URL(base), token });
  const lines: string[] = [];
  const options = { muster: true, note: () => undefined, progress: () => undefined };
  for await (const line of readTenant(client, options)) lines.push(JSON.stringify(line));
  client.close();
  return lines;
}

beforeAll(async () => {
  source = await startMuster('memory', 'demo,docs');
  await source.call(
    'POST',
    '/muster/import',
    '{"@muster.kept":{"type":"Scripts","name":null,"path":"a.json","format":"graph","content":[1]}}',
    {
      authorization: `Bearer ${await source.token({ tenant: 'demo' })}`,
      'content-type': 'application/x-ndjson',
    },
  );
  everything = await linesOf(source.http, await source.token({ tenant: 'demo' }));
}, 60_000);
afterAll(() => source?.close());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'muster-pull-'));
});
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  rmSync(directory, { recursive: true, force: true });
});

const secret = () => ({ MUSTER_CLIENT_SECRET: source.client.secret });
const asApplication = () => ['--client-id', source.client.id, '--directory', 'demo'];
const pull = (args: readonly string[], setting: Partial<CommandSetting> = {}) => runCommand(['pull', ...args], { directory, ...setting });
const out = () => readFileSync(join(directory, 'out.ndjson'), 'utf8').trimEnd().split('\n');
const journalOf = () => readdirSync(directory).find((name) => name.startsWith('.muster-pull-')) ?? 'none';

async function through(plan: (request: ProxiedRequest) => Roughness | undefined): Promise<readonly string[]> {
  proxy = await roughProxy(source.http, plan);
  return ['--graph', proxy.url];
}

describe('a pull', () => {
  it('in the name of an application makes a tenant that is the same', async () => {
    const done = await pull(['--graph', source.http, ...asApplication(), '--tenant', 'copy', '--data', 'here', '--json'], {
      environment: secret(),
    });
    expect(done.error).not.toMatch(/muster: (?!.*objects)/);
    expect(JSON.parse(done.out)).toMatchObject({ complete: true, lines: everything.length, rejectedCount: 0, leftOut: {}, work: null });
    expect(done.code).toBe(0);
    expect(readdirSync(directory)).toEqual(['here']);
    // Read back from the tenant that was made; its own administrator is there besides.
    const again = await pull(['--graph', source.http, ...asApplication(), '--tenant', 'copy', '--data', 'here'], { environment: secret() });
    expect(again.out).toMatch(/^Pulled [\d,]+ lines from http:\/\/127\.0\.0\.1:\d+ into tenant copy in /);
    const copy = await startCopy(join(directory, 'here'));
    const lines = new Set(await linesOf(copy.http, await copy.token({ tenant: 'copy' })));
    await copy.close();
    expect(everything.filter((line) => !lines.has(line))).toEqual([]);
    expect(lines.size).toBe(everything.length + 1);
  }, 120_000);

  it('in the name of a person, who signs in with a browser', async () => {
    const watch = (text: string) => {
      const [, page, code] = /open (\S+) in a browser and enter the code (\S+)/.exec(text) ?? [];
      if (page === undefined || code === undefined) return;
      const form = new URLSearchParams({ code, user: 'admin@fabrikam-demo.example', action: 'approve' });
      void fetch(page, { method: 'POST', body: form });
    };
    const done = await pull(
      ['--graph', source.http, '--client-id', '14d82eec-204b-4c2f-b7e8-296a70dab67e', '--only', 'filters,scopeTags', '--out', 'out.ndjson'],
      { watch },
    );
    expect(done.error).toMatch(/open http/);
    expect(done.code).toBe(0);
    expect(out()).toEqual(everything.filter((line) => /^\{"@odata.type":"#microsoft.graph.(roleScopeTag|deviceAndApp)/.test(line)));
  }, 30_000);

  it('through a running server goes into its tenant', async () => {
    const target = await startMuster('memory', 'empty');
    const into = ['--url', target.http, '--url-token', await target.token({ tenant: 'empty' })];
    const done = await pull(['--graph', source.http, ...asApplication(), ...into, '--only', 'filters'], { environment: secret() });
    const filters = await target.call('GET', '/deviceManagement/assignmentFilters', undefined, {}, await target.token({ tenant: 'empty' }));
    await target.close();
    expect(done.code).toBe(0);
    expect(filters.body.value).toHaveLength(13);
  }, 30_000);
});

describe('a network that is not kind', () => {
  it('throttles, fails and cuts: each line comes once all the same', async () => {
    const seen = new Map<string, number>();
    const graph = await through(({ url, method, number }) => {
      const times = (seen.get(url) ?? 0) + 1;
      seen.set(url, times);
      if (url.includes('/oauth2/')) return times === 1 ? 'reset' : undefined;
      if (url.endsWith('/$batch')) return number % 3 === 0 ? { throttleInner: 4 } : number % 7 === 0 ? 'cut' : undefined;
      if (times > 1 || method !== 'GET') return undefined;
      return ([{ answer: 429, headers: { 'retry-after': '0' } }, 'cut', { answer: 503 }, 'reset', { answer: 429 }, undefined] as const)[
        number % 6
      ];
    });
    const done = await pull([...graph, ...asApplication(), '--out', 'out.ndjson', '--json'], { environment: secret() });
    expect(done.error).toMatch(/asks for a pause \(429\): waiting 0\.0 s/);
    expect(done.error).toMatch(/cannot be reached .*: waiting/);
    expect(done.code).toBe(0);
    expect(out().map((line) => line.replaceAll(proxy?.url ?? '', source.http))).toEqual(everything);
  }, 120_000);

  it('goes on after Ctrl-C, and asks for nothing twice', async () => {
    let send: () => void = () => undefined;
    const signals = (signal: () => void) => {
      send = signal;
    };
    const graph = await through(({ number }) => {
      if (number === 14) send();
      return undefined;
    });
    const args = [...graph, ...asApplication(), '--out', 'out.ndjson'];
    const first = await pull(args, { environment: secret(), signals });
    expect(first.error).toMatch(/Stopped by a signal\. [\d,]+ lines are in .*Run the same command again/);
    expect(first.code).toBe(1);
    expect(existsSync(join(directory, 'out.ndjson'))).toBe(false);
    const work = join(directory, journalOf());
    for (const name of readdirSync(work)) expect(statSync(join(work, name)).mode & 0o077).toBe(0);
    // What a process that is killed may leave behind its last state.
    writeFileSync(join(work, 'lines.ndjson'), `${readFileSync(join(work, 'lines.ndjson'), 'utf8')}{"half a li`);

    const second = await pull(args, { environment: secret() });
    expect(second.error).toMatch(/A pull was begun at .* This one goes on with it/);
    expect(second.code).toBe(0);
    expect(out()).toEqual(everything);
    const pages = (proxy?.requests ?? [])
      .filter(({ method, url }) => method === 'GET' && !/\$count|deviceConfigurations/.test(url))
      .map(({ url }) => url);
    expect(pages.length - new Set(pages).size).toBeLessThanOrEqual(1);
  }, 60_000);

  it('reads a list anew when the link to go on by is no longer good', async () => {
    let send: () => void = () => undefined;
    let links = 0;
    const graph = await through(({ url }) => {
      if (!url.includes('managedDevices?') || !url.includes('skiptoken')) return undefined;
      links += 1;
      if (links === 1) send();
      return links === 2 ? { answer: 410, body: { error: { code: 'Gone', message: 'The token is too old.' } } } : undefined;
    });
    const args = [...graph, ...asApplication(), '--only', 'scopeTags,managedDevices', '--out', 'out.ndjson'];
    const signals = (signal: () => void) => {
      send = signal;
    };
    expect((await pull(args, { environment: secret(), signals })).code).toBe(1);
    expect((await pull(args, { environment: secret() })).code).toBe(0);
    expect(out()).toEqual(everything.filter((line) => /^\{"@odata.type":"#microsoft.graph.(roleScopeTag|managedDevice)"/.test(line)));
    expect(links).toBe(4);
  }, 60_000);

  it('does not go on with a pull of something else', async () => {
    const first = ['--graph', source.http, ...asApplication(), '--work', 'work', '--only', 'filters', '--out', 'none/out.ndjson'];
    const failed = await pull(first, { environment: secret() });
    expect(failed.error).toMatch(/out\.ndjson cannot be written \(ENOENT\)/);
    expect(failed.code).toBe(1);
    const other = ['--graph', source.http, ...asApplication(), '--work', 'work', '--only', 'groups', '--out', 'out.ndjson'];
    const refused = await pull(other, { environment: secret() });
    expect(refused.error).toMatch(/holds a pull of filters of .*--fresh/);
    expect((await pull([...other, '--fresh'], { environment: secret() })).code).toBe(0);
  }, 30_000);

  it('gets another token when the first is refused', async () => {
    const used = new Set<string>();
    const expired = {
      answer: 401,
      body: { error: { code: 'InvalidAuthenticationToken', message: 'Lifetime validation failed, the token is expired.' } },
    };
    const graph = await through(({ url, authorization, number }) => {
      if (!url.startsWith('/beta/')) return undefined;
      if (number < 12) used.add(authorization);
      return number >= 12 && used.has(authorization) ? expired : undefined;
    });
    const done = await pull([...graph, ...asApplication(), '--out', 'out.ndjson'], { environment: secret() });
    expect(done.code).toBe(0);
    expect(out()).toEqual(everything);
    expect(new Set(proxy?.requests.filter(({ url }) => url.startsWith('/beta/')).map(({ authorization }) => authorization)).size).toBe(2);
  }, 60_000);
});

describe('a pull that cannot', () => {
  const alone = ['--graph', 'http://127.0.0.1:1', '--token', 'a.b.c', '--out', 'x'];
  it.each<[string, readonly string[], RegExp]>([
    ['does not know how to sign in', ['--out', 'x'], /Say how to sign in: --token/],
    ['has no tenant to sign in to', ['--client-id', 'x', '--client-secret-file', 'secret', '--out', 'x'], /--directory is missing/],
    ['signs in in two ways', ['--client-id', 'x', '--token', 'y', '--out', 'x'], /exclude each other/],
    ['has nowhere to go', ['--token', 'x'], /Say where it goes/],
    ['goes to two places', ['--token', 'x', '--out', 'x', '--tenant', 'y'], /excludes --tenant/],
    ['is to read what there is not', [...alone, '--only', 'apps'], /--only 'apps' is none of scopeTags, /],
    ['has a Graph that is no address', ['--graph', 'graph', '--token', 'x', '--out', 'x'], /--graph 'graph' is not an address/],
    ['has a secret that is not there', ['--client-id', 'x', '--client-secret-file', 'none', '--out', 'x'], /secret .*none cannot be read/],
  ])('%s', async (_, args, message) => {
    writeFileSync(join(directory, 'secret'), 'geheim\n');
    const done = await pull(args);
    expect(done.error).toMatch(message);
    expect(done.code).toBe(2);
  });

  it('says which permission a token lacks, and goes on with one that has it', async () => {
    const roles = ['DeviceManagementRBAC.Read.All', 'DeviceManagementManagedDevices.Read.All'];
    const graph = await through(() => undefined);
    const args = (token: string) => [...graph, '--token', token, '--out', 'out.ndjson'];
    const lacking = await pull(args(await source.token({ tenant: 'demo', roles })));
    expect(lacking.error).toMatch(
      /Users cannot be read: the token lacks User\.Read\.All \(Directory\.Read\.All will do too\).*leave users out with --only/,
    );
    expect(lacking.code).toBe(1);
    const done = await pull(args(await source.token({ tenant: 'demo' })));
    expect(done.code).toBe(0);
    expect(out()).toEqual(everything);
    expect(proxy?.requests.filter(({ url }) => url.includes('deviceCategories'))).toHaveLength(1);
  }, 60_000);

  it('says what is wrong with a token, a secret, an authority', async () => {
    const to = (...more: readonly string[]) =>
      pull(['--graph', source.http, ...more, '--out', 'out.ndjson'], { environment: { MUSTER_CLIENT_SECRET: 'wrong' } });
    expect((await to('--token', 'a.b.c')).error).toMatch(/The token is wrong or has expired/);
    expect((await to(...asApplication())).error).toMatch(/sign-in of the application is refused: AADSTS7000215: Invalid client secret/);
    expect((await to(...asApplication(), '--authority', `${source.http}/healthz`)).error).toMatch(/is no place to sign in/);
  }, 30_000);

  it('says which line cannot be imported, and imports the rest when it is told to', async () => {
    const graph = await through(({ url }) =>
      url.includes('assignmentFilters')
        ? { answer: 200, body: { value: [filter(1, 'device.model -eq "x"'), filter(2, 'rubbish'), filter(3, 'device.model -eq "y"')] } }
        : undefined,
    );
    const into = ['--only', 'filters', '--tenant', 'copy', '--data', 'here'];
    const stopped = await pull([...graph, ...asApplication(), ...into], { environment: secret() });
    expect(stopped.error).toMatch(/Line 2 of the pull cannot be imported: .*rule.*--keep-going/);
    expect(stopped.code).toBe(1);
    const asked = proxy?.requests.length;
    const done = await pull([...graph, ...asApplication(), ...into, '--keep-going', '--json'], { environment: secret() });
    expect(JSON.parse(done.out)).toMatchObject({
      complete: true,
      imported: { deviceAndAppManagementAssignmentFilter: 2 },
      rejectedCount: 1,
    });
    expect(done.code).toBe(1);
    // It is not read again, and nobody signs in again.
    expect(proxy?.requests.length).toBe(asked);
  }, 30_000);
});

function filter(n: number, rule: string) {
  return { id: `6a8d2c1e-9a4b-4c3d-8e7f-00000000000${n}`, displayName: `Filter ${n}`, platform: 'windows10AndLater', rule, newProperty: n };
}

async function startCopy(data: string): Promise<WireServer> {
  return await startMuster('sqlite', 'empty', { data });
}
